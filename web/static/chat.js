// Adds answers to the page without loading it anew. Without this script the form works as it is.
import { focusOnSlash } from "./slash.js";

const form = document.getElementById("ask");
const input = document.getElementById("question");
const log = document.getElementById("log");
const intro = document.getElementById("intro");
const state = document.getElementById("state");
const earlier = document.getElementById("earlier");
const slash = document.getElementById("slash");
const address = () => location.pathname + location.search;
const asked = () => [...earlier.querySelectorAll("input")].map((one) => one.value);
let recalled = asked().length;
let shown = address();
let running = "";
let next = null; // what was sent while a question was running
const PATIENCE = 20_000; // milliseconds

function failed(error) {
  if (error.name === "TimeoutError") throw new Error("It takes too long. Try again in a moment.");
  throw new Error("The server cannot be reached. Try again in a moment.");
}

async function post(target, fields) {
  const headers = { "HX-Request": "true", Accept: "text/html, text/event-stream" };
  const [body, signal] = [new URLSearchParams(fields), AbortSignal.timeout(PATIENCE)];
  const reply = await fetch(target.action, { method: "POST", body, headers, signal }).catch(failed);
  if (!reply.ok) throw new Error(parsed(await reply.text()).querySelector(".lead")?.textContent ?? reply.statusText);
  if (!reply.redirected) return reply;
  location.assign(reply.url);
  return new Promise(() => {}); // nothing more to do on this page
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body;

// Server-sent events: lines of `event: kind` and `data: ...`, an empty line behind each event.
async function* events(reply) {
  let text = "";
  for (const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
    const { value, done } = await reader.read().catch(failed);
    if (done) return;
    const parts = (text + value).replaceAll("\r\n", "\n").split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const fields = { event: [], data: [] };
      for (const [, name, line] of part.matchAll(/^(event|data): ?(.*)$/gm)) fields[name].push(line);
      yield [fields.event.join(), fields.data.join("\n")];
    }
  }
}

async function ask(fields) {
  const question = (fields.get("literal") || fields.get("pick") || fields.get("question")).trim();
  if (!question) return input.focus();
  form.setAttribute("aria-busy", "true");
  running = question;
  say("");
  const waiting = wait(question);
  let turn;
  try {
    for await (const [kind, data] of events(await post(form, fields))) {
      const part = document.adoptNode(parsed(data).firstElementChild ?? element("p"));
      if (kind === "answer") add((turn = part), waiting);
      if (kind === "rest") finish(turn, part);
      if (kind === "problem") throw new Error(data);
    }
    if (!turn?.querySelector(".rest")) throw new Error("The connection broke off; this answer may not be stored.");
  } catch (error) {
    next = null;
    if (turn) say(error.message, true);
    else refuse(waiting, question, error);
  } finally {
    form.removeAttribute("aria-busy");
    const later = next;
    next = null;
    if (later) form.requestSubmit(later.by);
  }
}

function refuse(waiting, question, error) {
  waiting.remove();
  if (intro) intro.hidden = asked().length > 0;
  if (!input.value.trim()) input.value = question; // what was typed meanwhile stays
  input.focus();
  say(`No answer: ${error.message}`, true);
}

// The question stands there at once; its answer takes its place when it comes.
function wait(question) {
  const waiting = element("article", "waiting");
  waiting.append(element("h2", "question", question), element("p", "answer note", "Looking it up"));
  if (intro) intro.hidden = true;
  log.append(waiting);
  waiting.scrollIntoView({ block: "start" });
  return waiting;
}

// The answer first, then what belongs below it.
function add(turn, waiting) {
  document.getElementById("latest")?.removeAttribute("id");
  turn.id = "latest";
  waiting.replaceWith(turn);
  const question = turn.dataset.question;
  earlier.append(Object.assign(element("input"), { type: "hidden", name: "earlier", value: question }));
  recalled = asked().length;
  if (input.value.trim() === running) input.value = ""; // what was typed meanwhile stays
  input.placeholder = "Ask a follow-up";
  turn.scrollIntoView({ block: "start" });
  // On a touch screen the keyboard would cover the answer.
  if (matchMedia("(pointer: fine)").matches) input.focus({ preventScroll: true });
}

function finish(turn, rest) {
  turn.querySelector(".answer").append(rest);
  document.getElementById("tools").hidden = false;
  show(rest.dataset.conversation, turn.dataset.question);
  offerCopies(turn);
}

function show(conversation, question) {
  if (conversation) form.elements.conversation.value = conversation;
  const questions = new URLSearchParams(asked().map((one) => ["q", one]));
  const url = conversation ? `/conversations/${conversation}` : `/?${questions}`;
  if (url === location.pathname) return;
  history.pushState(null, "", url);
  shown = address();
  document.title = `${question} - ITSM assistant`;
  document.querySelector("h1").classList.add("unseen");
  Object.assign(document.getElementById("manage"), { href: url, hidden: !conversation });
}

function element(name, className = "", textContent = "") {
  return Object.assign(document.createElement(name), { className, textContent });
}

function say(text, aloud = false) {
  state.className = aloud ? "notice error" : "unseen";
  state.textContent = text;
}

function offerCopies(part) {
  if (!navigator.clipboard) return;
  for (const copies of part.querySelectorAll(".copies")) copies.hidden = false;
  for (const block of part.querySelectorAll(".answer pre")) {
    const button = Object.assign(element("button", "copy small", "Copy"), { type: "button" });
    button.setAttribute("aria-label", "Copy this template");
    button.dataset.text = block.textContent;
    block.before(button);
  }
}

// The empty box stands after the earlier questions.
function recall(place) {
  const questions = asked();
  recalled = Math.min(Math.max(place, 0), questions.length);
  input.value = questions[recalled] ?? "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const by = event.submitter;
  if (!form.hasAttribute("aria-busy")) ask(new FormData(form, by));
  else if ((by?.value || input.value).trim() !== running) next = { by };
});

document.addEventListener("submit", async (event) => {
  const feedback = event.target.closest(".feedback");
  if (!feedback) return;
  event.preventDefault();
  try {
    const reply = await post(feedback, new FormData(feedback, event.submitter));
    const given = parsed(await reply.text()).querySelector(".feedback");
    if (!given) return;
    feedback.replaceWith(document.adoptNode(given));
    (given.querySelector("details[open] select") ?? given.querySelector("[aria-pressed]")).focus();
    say("");
  } catch (error) {
    say(`Not stored: ${error.message}`, true);
  }
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest(".copy");
  if (!copy) return;
  await navigator.clipboard.writeText(copy.dataset.text ?? new URL(copy.dataset.url, location).href);
  say("Copied");
  copy.classList.add("copied");
  setTimeout(() => copy.classList.remove("copied"), 2000);
});

input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (!event.repeat) form.requestSubmit();
  }
  // In words that are being typed, the arrows move the cursor.
  if (input.value === "") recalled = asked().length;
  else if (input.value !== asked()[recalled]) return;
  const moves = { ArrowUp: recalled - 1, ArrowDown: recalled + 1, Escape: asked().length };
  if (!(event.key in moves)) return;
  event.preventDefault();
  recall(moves[event.key]);
});

focusOnSlash(input);
slash.addEventListener("change", () => localStorage.setItem("slash", slash.checked ? "on" : "off"));
// A link to a place on this page leads to no other page.
window.addEventListener("popstate", () => shown === address() || location.reload());
offerCopies(document);
document.getElementById("keys").hidden = false;
slash.checked = localStorage.getItem("slash") !== "off";
