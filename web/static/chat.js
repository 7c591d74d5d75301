// Adds answers to the page without loading it anew. Without this script the form works as it is.
const form = document.getElementById("ask");
const input = document.getElementById("question");
const log = document.getElementById("log");
const state = document.getElementById("state");
const earlier = document.getElementById("earlier");
const asked = () => [...earlier.querySelectorAll("input")].map((one) => one.value);
let recalled = 0;

async function ask(fields) {
  form.setAttribute("aria-busy", "true");
  state.textContent = "Looking it up";
  try {
    const headers = { "HX-Request": "true", Accept: "text/html" };
    const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), headers });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (!reply.ok) throw new Error(page.querySelector(".lead")?.textContent ?? reply.statusText);
    if (reply.redirected) return location.assign(reply.url);
    add(page.querySelector(".turn"), reply.headers.get("HX-Push-Url"));
  } catch (error) {
    state.classList.remove("unseen");
    state.textContent = `No answer: ${error.message}`;
    input.focus();
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function add(turn, address) {
  const question = turn.dataset.question;
  document.getElementById("latest")?.removeAttribute("id");
  log.append(document.adoptNode(turn));
  turn.id = "latest";
  earlier.append(Object.assign(document.createElement("input"), { type: "hidden", name: "earlier", value: question }));
  document.getElementById("intro")?.setAttribute("hidden", "");
  document.getElementById("tools").hidden = false;
  input.value = "";
  input.placeholder = "Ask a follow-up";
  recalled = asked().length;
  state.classList.add("unseen");
  state.textContent = "Answered";
  show(address, question);
  offerCopies(turn);
  turn.scrollIntoView({ block: "start" });
  input.focus({ preventScroll: true });
}

function show(address, question) {
  if (address) form.elements.conversation.value = address.split("/").pop();
  const shown = address ?? "/?" + new URLSearchParams(asked().map((one) => ["q", one]));
  if (shown === location.pathname) return;
  history.pushState(null, "", shown);
  document.title = `${question} - ITSM assistant`;
  document.querySelector("h1").classList.add("unseen");
  Object.assign(document.getElementById("manage"), { href: shown, hidden: !address });
}

function offerCopies(part) {
  for (const copies of part.querySelectorAll(".copies")) copies.hidden = !navigator.clipboard;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!form.hasAttribute("aria-busy")) ask(new FormData(form, event.submitter));
});

document.addEventListener("submit", async (event) => {
  const feedback = event.target.closest(".feedback");
  if (!feedback) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(feedback, event.submitter));
  const reply = await fetch(feedback.action, { method: "POST", body, headers: { "HX-Request": "true", Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  if (!reply.ok) return feedback.append(page.querySelector(".lead") ?? "That could not be stored.");
  const given = document.adoptNode(page.querySelector(".feedback"));
  feedback.replaceWith(given);
  (given.querySelector("details[open] select") ?? given.querySelector("[aria-pressed]")).focus();
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest(".copy");
  if (!copy) return;
  await navigator.clipboard.writeText(copy.dataset.text ?? new URL(copy.dataset.url, location).href);
  state.textContent = "Copied";
  copy.classList.add("copied");
  setTimeout(() => copy.classList.remove("copied"), 2000);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    input.focus();
  }
  if (document.activeElement !== input || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const questions = asked();
  recalled = Math.min(Math.max(recalled + (event.key === "ArrowUp" ? -1 : 1), 0), questions.length);
  input.value = questions[recalled] ?? "";
});

window.addEventListener("popstate", () => location.reload());
offerCopies(document);
recalled = asked().length;
