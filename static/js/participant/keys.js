/* Keys 1, 2 (and 3, where a study has a third answer) choose. Whoever is troubled by them can turn them off (WCAG 2.1.4). */

import { store } from "./copies.js";
import { says } from "./page.js";

const SETTING = "understudy:keys";
const isOff = () => store.read(SETTING) === "off";

/** On the help page: the button that turns the keys off and on. */
export function showKeysSwitch() {
  const button = document.querySelector("[data-keys]");
  if (!button) return;
  button.hidden = false;
  button.textContent = says(isOff() ? "keysOn" : "keysOff");
}

function choose(event) {
  const isTyping = event.target.closest("textarea, [type=text], [contenteditable]");
  if (isTyping || event.ctrlKey || event.altKey || event.metaKey || isOff()) return;
  const radio = document.querySelectorAll("main [type=radio][name=choice]")[Number(event.key) - 1];
  if (!radio) return;
  event.preventDefault();
  radio.focus();
  radio.click();
}

document.addEventListener("keydown", (event) => /^[123]$/.test(event.key) && choose(event));
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-keys]")) return;
  store.write(SETTING, isOff() ? "on" : "off");
  showKeysSwitch();
});
