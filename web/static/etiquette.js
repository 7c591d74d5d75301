// Counts the chosen cards, and prints a brief. Without this script the browser's own print command does.
const chosen = document.getElementById("chosen");
const print = document.getElementById("print");

document.addEventListener("change", () => {
  if (chosen) chosen.value = `${document.querySelectorAll("[name=card]:checked").length} chosen`;
});

if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
