// Suggestions below a search box, by the ARIA combobox pattern. Without this script it is a search box.
const combo = document.querySelector("[data-suggestions]");
const input = combo.querySelector("input");
const list = document.createElement("ul");
let active = -1;
let running;
let timer;

Object.assign(list, { id: "suggestions", hidden: true, role: "listbox", ariaLabel: "Suggestions" });
combo.append(list);
for (const [name, value] of Object.entries({
  role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
})) input.setAttribute(name, value);

function close() {
  clearTimeout(timer);
  running?.abort();
  list.hidden = true;
  activate(-1);
  input.setAttribute("aria-expanded", "false");
}

function activate(position) {
  active = position;
  for (const [at, option] of [...list.children].entries()) {
    option.setAttribute("aria-selected", String(at === active));
    if (at === active) option.scrollIntoView({ block: "nearest" });
  }
  if (active < 0) input.removeAttribute("aria-activedescendant");
  else input.setAttribute("aria-activedescendant", list.children[active].id);
}

function choose(option) {
  input.value = option.dataset.text;
  close();
  input.form.requestSubmit();
}

function option({ text, kind }, at) {
  const item = document.createElement("li");
  const small = document.createElement("small");
  small.textContent = kind;
  item.append(text, " ", small);
  Object.assign(item, { id: `suggestion-${at}`, role: "option" });
  item.dataset.text = text;
  return item;
}

async function suggest() {
  running?.abort();
  running = new AbortController();
  try {
    const url = `${combo.dataset.suggestions}?${new URLSearchParams({ q: input.value })}`;
    const reply = await fetch(url, { signal: running.signal });
    if (!reply.ok) return close();
    const { suggestions } = await reply.json();
    list.replaceChildren(...suggestions.map(option));
    activate(-1);
    list.hidden = suggestions.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(suggest, 120);
});

input.addEventListener("keydown", (event) => {
  const last = list.children.length - 1;
  if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    close();
  } else if (event.key === "Enter" && active >= 0) {
    event.preventDefault();
    choose(list.children[active]);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) return suggest();
    const next = active + (event.key === "ArrowDown" ? 1 : -1);
    activate(next > last ? -1 : next < -1 ? last : next);
  }
});

input.addEventListener("blur", close);
list.addEventListener("mousedown", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const chosen = event.target.closest("[role=option]");
  if (chosen) choose(chosen); // not the edge of the list
});
