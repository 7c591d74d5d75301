// Shows what a form finds while it is filled in. Without this script its button does the same.
import { focusOnSlash } from "./slash.js";

const form = document.querySelector("[data-live]");
const typing = form.dataset.live !== "facets";
const parts = () => document.querySelectorAll("[data-live-part]");
const count = document.getElementById("count");
const box = document.getElementById("q");
const wide = matchMedia("(min-width: 60rem)");
let timer;
let running;

function address() {
  const filled = [...new FormData(form)].filter(([, value]) => value !== "");
  return `${form.getAttribute("action")}?${new URLSearchParams(filled)}`;
}

async function show() {
  clearTimeout(timer);
  running?.abort();
  running = new AbortController();
  const wanted = address();
  try {
    const reply = await fetch(wanted, { signal: running.signal, headers: { Accept: "text/html" } });
    if (!reply.ok || reply.redirected) return location.assign(wanted);
    put(new DOMParser().parseFromString(await reply.text(), "text/html"));
    history.replaceState(null, "", wanted);
  } catch (error) {
    if (error.name !== "AbortError") count.textContent = "The server does not answer. Try again.";
  }
}

function put(page) {
  const focused = document.activeElement?.id;
  for (const part of parts()) {
    const fresh = document.adoptNode(page.getElementById(part.id));
    for (const details of part.querySelectorAll("details[id]")) {
      fresh.querySelector(`#${details.id}`)?.toggleAttribute("open", details.open);
    }
    part.replaceWith(fresh);
  }
  for (const text of [count, ...document.querySelectorAll("[data-live-text]")]) {
    text.textContent = page.getElementById(text.id).textContent;
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

form.addEventListener("input", (event) => {
  const inside = event.target.closest("[data-live-part]") !== null;
  if (inside && typing) history.replaceState(null, "", address()); // a reload keeps what is chosen
  if (inside === typing) return;
  clearTimeout(timer);
  timer = setTimeout(show, event.target.type === "search" ? 120 : 0);
});

form.addEventListener("submit", (event) => {
  if (!typing || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  show();
});

focusOnSlash(box);

// A phone would cover the page with its keyboard.
if (matchMedia("(pointer: fine)").matches && !box.value && !location.hash) box.focus({ preventScroll: true });
if (wide.matches) document.getElementById("facets")?.setAttribute("open", "");
