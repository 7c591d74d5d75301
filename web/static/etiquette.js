// Counts the chosen cards, and prints a brief. Without this script the browser's own print command does.
const chosen = document.getElementById("chosen");
const print = document.getElementById("print");

function count() {
  if (chosen) chosen.value = `${document.querySelectorAll("[name=card]:checked").length} chosen`;
}

document.addEventListener("change", count);
addEventListener("pageshow", count); // the browser ticks again what was ticked before

if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
