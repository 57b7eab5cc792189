/* The person's panel. Where there is room it is open beside the question and says when there is more below; elsewhere
   it is a sheet over the page, closed by its button, by Escape and by a tap beside it. Without this script the same
   element opens and closes by itself. */

import { $ } from "./page.js";

const wide = matchMedia("(min-width: 1080px)");
// What lies behind the sheet cannot be reached while it is open.
const BEHIND = ".skip, .banner, .head, .work, .foot";

// heading -> open: what was unfolded stays so from one question to the next.
const unfolded = new Map();
let lines = null;

const isSheet = (person) => person.open && !wide.matches;

/** Called for every page that is shown. */
export function startPersona() {
  const person = $("persona");
  if (lines) lines.disconnect();
  if (!person) return;
  person.open = wide.matches;
  for (const group of person.querySelectorAll(".group"))
    if (unfolded.has(headingOf(group))) group.open = unfolded.get(headingOf(group));
  const body = $("persona-body");
  body.querySelector(".persona-more").hidden = false;
  body.addEventListener("scroll", showWhetherThereIsMore, { passive: true });
  lines = new ResizeObserver(measure);
  lines.observe(body);
  lines.observe(person.querySelector("summary"));
  toggled();
}

const headingOf = (group) => group.querySelector("summary").textContent;

function measure() {
  const person = $("persona");
  if (!person) return;
  // What sticks below the person's line must know how high that is.
  document.documentElement.style.setProperty("--person-line", `${person.querySelector("summary").offsetHeight}px`);
  showWhetherThereIsMore();
}

function showWhetherThereIsMore() {
  const body = $("persona-body");
  if (!body) return;
  const more = body.querySelector(".persona-more");
  const below = body.scrollHeight - body.clientHeight - body.scrollTop;
  // The button itself takes the last of the room.
  more.toggleAttribute("data-ended", below <= more.offsetHeight);
}

function toggled() {
  const person = $("persona");
  for (const node of document.querySelectorAll(BEHIND)) node.inert = isSheet(person);
  showWhetherThereIsMore();
}

function close(person) {
  person.open = false;
  person.querySelector("summary").focus({ preventScroll: true });
}

// The event does not rise to the document, so it is caught on its way down.
document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.id === "persona") toggled();
    if (event.target.matches("#persona .group")) {
      unfolded.set(headingOf(event.target), event.target.open);
      showWhetherThereIsMore();
    }
  },
  true,
);
document.addEventListener("keydown", (event) => {
  const person = $("persona");
  if (event.key !== "Escape" || !person || !isSheet(person)) return;
  event.preventDefault();
  close(person);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".persona-more")) return;
  const body = $("persona-body");
  body.scrollBy(0, body.clientHeight * 0.8);
});
wide.addEventListener("change", startPersona);
