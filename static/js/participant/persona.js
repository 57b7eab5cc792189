/* The person's panel: open where there is room beside the question. */

import { $ } from "./page.js";

const wide = matchMedia("(min-width: 900px)");

export function openPersonaWhereThereIsRoom() {
  const person = $("persona");
  if (person) person.open = wide.matches;
}

wide.addEventListener("change", openPersonaWhereThereIsRoom);
