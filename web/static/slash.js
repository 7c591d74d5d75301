// The key / goes to a page's box. The page to ask has a switch for it, which this browser remembers.
export function focusOnSlash(box) {
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key !== "/" || !plain || localStorage.getItem("slash") === "off") return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select")) return;
    event.preventDefault();
    box.focus();
  });
}
