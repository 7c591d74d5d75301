// Shows a citation's quote and its place while its number is pointed at or focused. Without this
// script the browser shows the quote by itself, from the title.
const tip = Object.assign(document.createElement("div"), { id: "tip", className: "tip", popover: "manual" });
tip.setAttribute("role", "tooltip");
document.getElementById("main").append(tip);
let shown = null;
let closing = 0;

function open(cite) {
  if (cite === shown) return;
  close();
  cite.dataset.quote ??= cite.title;
  cite.removeAttribute("title");
  tip.replaceChildren(part("p", cite.dataset.quote), part("p", cite.dataset.source, "note"));
  cite.setAttribute("aria-describedby", tip.id);
  tip.showPopover();
  place(cite.getBoundingClientRect());
  shown = cite;
}

function close() {
  if (!shown) return;
  shown.removeAttribute("aria-describedby");
  tip.hidePopover();
  shown = null;
}

function part(name, textContent, className = "") {
  return Object.assign(document.createElement(name), { textContent, className });
}

// Below the number, or above it where there is more room; it scrolls along with the page.
function place(at) {
  const bottom = Math.min(innerHeight, document.getElementById("ask").getBoundingClientRect().top);
  const below = at.bottom + 6 + tip.offsetHeight <= bottom || at.top < bottom - at.bottom;
  const right = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.top = `${scrollY + (below ? at.bottom + 6 : at.top - 6 - tip.offsetHeight)}px`;
  tip.style.left = `${scrollX + Math.max(8, Math.min(at.left, right))}px`;
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  clearTimeout(closing);
  const cite = event.target.closest(".cite");
  if (cite) open(cite);
  else if (shown !== document.activeElement && !tip.contains(event.target)) closing = setTimeout(close, 200);
});
document.addEventListener("focusin", (event) => {
  const cite = event.target.closest(".cite");
  if (cite?.matches(":focus-visible")) open(cite);
});
document.addEventListener("focusout", close);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});
