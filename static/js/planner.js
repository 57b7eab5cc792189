// Says that a simulation runs, while the browser waits for its page.
"use strict";

for (const form of document.querySelectorAll("form[data-busy]")) {
  const words = document.getElementById(form.dataset.busy);
  form.addEventListener("submit", () => { words.hidden = false; });
  // Back to a page kept by the browser: nothing runs there any more.
  window.addEventListener("pageshow", () => { words.hidden = true; });
}
