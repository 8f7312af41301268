// 【打印】 opens the browser's own printing; without this script the button is not shown and the hint beside it says how.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
