// Adds answers to the page without loading it anew. Without this script the form and the links work as they are.
const form = document.getElementById("ask");
const input = document.getElementById("question");
const log = document.getElementById("log");
const state = document.getElementById("state");
const intro = document.getElementById("intro");
const earlier = document.getElementById("earlier");
const asked = () => [...earlier.querySelectorAll("input")].map((one) => one.value);
let recalled = 0;

function address(questions) {
  return "/?" + new URLSearchParams(questions.map((question) => ["q", question]));
}

async function ask(question) {
  const questions = [...asked(), question];
  form.setAttribute("aria-busy", "true");
  state.textContent = "Looking it up";
  try {
    const reply = await fetch(address(questions), { headers: { "HX-Request": "true", Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (!reply.ok) throw new Error(page.querySelector(".lead")?.textContent ?? reply.statusText);
    add(page.querySelector(".turn"), question, questions);
  } catch (error) {
    state.classList.remove("unseen");
    state.textContent = `No answer: ${error.message}`;
    input.focus();
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function add(turn, question, questions) {
  document.getElementById("latest")?.removeAttribute("id");
  log.append(document.adoptNode(turn));
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "q", value: question });
  earlier.append(hidden);
  intro.hidden = true;
  document.querySelector("h1").classList.add("unseen");
  input.value = "";
  input.placeholder = "Ask a follow-up";
  recalled = questions.length;
  state.classList.add("unseen");
  state.textContent = "Answered";
  history.pushState(null, "", address(questions));
  document.title = `${question} - ITSM assistant`;
  offerCopy(turn);
  turn.scrollIntoView({ block: "start" });
  input.focus({ preventScroll: true });
}

function offerCopy(part) {
  for (const button of part.querySelectorAll(".copy")) button.hidden = !navigator.clipboard;
}

form.addEventListener("submit", (event) => {
  const question = input.value.trim();
  event.preventDefault();
  if (question) ask(question);
});

document.addEventListener("click", async (event) => {
  const related = event.target.closest("[data-ask]");
  if (related && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    ask(related.dataset.ask);
  }
  const copy = event.target.closest(".copy");
  if (copy) {
    await navigator.clipboard.writeText(copy.dataset.markdown);
    copy.textContent = "Copied";
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    input.focus();
  }
  if (document.activeElement !== input || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const questions = asked();
  recalled = Math.min(Math.max(recalled + (event.key === "ArrowUp" ? -1 : 1), 0), questions.length);
  input.value = questions[recalled] ?? "";
});

window.addEventListener("popstate", () => location.reload());
offerCopy(document);
recalled = asked().length;
