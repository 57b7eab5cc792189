/* The participant's pages work without these scripts. They keep what is typed in the browser at once and on the site
   every few seconds, say so, count what the researchers are told, and put the focus right when htmx swaps a page.
   Nothing here decides where a participant is: the site does.

   Events are bound once, to what stays when a page is swapped. */

import { forgetStored, showUnsent } from "./copies.js";
import { timeLeft } from "./deadline.js";
import { focusHeading, focusSummary } from "./focus.js";
import { Draft } from "./keeping.js";
import { showKeysSwitch } from "./keys.js";
import { $, alertWith, clock, says, setText } from "./page.js";
import { startPersona } from "./persona.js";

const TWICE_MS = 3000;

let draft = null;

function start() {
  if (draft) draft.stop();
  alertWith("");
  const main = $("main");
  clock.set(main.dataset.now);
  forgetStored(main.dataset);
  const form = main.querySelector("form[data-place]");
  draft = form ? new Draft(form, main.dataset.code, form.dataset.place) : null;
  showUnsent(main.dataset);
  showKeysSwitch();
  timeLeft.start(draft);
  startPersona();
  for (const button of main.querySelectorAll("[data-copy]")) button.hidden = false;
  focusSummary();
}

const isOurs = (event) => draft && draft.form.contains(event.target);
const meter = () => draft && draft.meter;

async function copy(button) {
  const code = $(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    // Without a secure connection only the old way works.
    getSelection().selectAllChildren(code);
    document.execCommand("copy");
  }
  setText($("copied"), says("copied"));
}

/* --- Typing ---------------------------------------------------------------------------------------------------- */
document.addEventListener("input", (event) => {
  if (!isOurs(event)) return;
  if (event.target.name === "choice" && meter()) meter().chose();
  draft.changed();
});
document.addEventListener("paste", (event) => {
  if (isOurs(event) && meter()) meter().pasted(event);
});
for (const name of ["input", "keydown", "pointerdown", "pointermove", "wheel", "scroll", "touchmove"])
  document.addEventListener(name, () => meter() && meter().moved(), { passive: true });
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

/* --- Sending --------------------------------------------------------------------------------------------------- */
// Before htmx (or the browser) reads the form's fields. htmx itself drops a second press; the browser does not.
let sentAt = -Infinity;
document.addEventListener(
  "submit",
  (event) => {
    if (draft && event.target === draft.form) {
      if (event.submitter && event.submitter.name === "discard") draft.discard();
      else draft.sending();
    }
    if (window.htmx) return;
    if (performance.now() - sentAt < TWICE_MS) event.preventDefault();
    else sentAt = performance.now();
  },
  true,
);

function notSent(event) {
  const isOffline = event.type === "htmx:sendError" && !navigator.onLine;
  alertWith(says(isOffline ? "sendOffline" : "sendFailed"));
  // What was pressed, and is to be pressed again, may be under the alert now.
  document.activeElement.scrollIntoView({ block: "nearest" });
  if (!draft) return;
  draft.status.trouble(isOffline ? "offline" : "failed");
  draft.notSent();
}
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) document.addEventListener(name, notSent);
document.addEventListener("htmx:confirm", (event) => {
  if (!draft || event.target !== draft.form || !draft.request) return;
  event.preventDefault();
  draft.settled().then(() => event.detail.issueRequest(true));
});
document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
  // A rejected form comes back under the same address: one step in the browser's history, not two.
  const { history } = event.detail;
  if (new URL(history.path, location.href).href === location.href) history.type = "replace";
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target !== document.body) return;
  start();
  focusHeading();
});

/* --- Leaving and coming back ----------------------------------------------------------------------------------- */
function leaving() {
  if (meter()) meter().left();
  if (draft && draft.isDirty) draft.push({ leaving: true });
}
document.addEventListener("visibilitychange", () => {
  if (meter()) meter().tick();
  if (document.hidden) leaving();
  else if (meter()) meter().cameBack();
});
addEventListener("pagehide", leaving);
addEventListener("blur", () => meter() && meter().left());
addEventListener("focus", () => meter() && meter().cameBack());
// A page out of the browser's cache may be behind: the site decides where the participant is.
addEventListener("pageshow", (event) => event.persisted && location.reload());
addEventListener("online", () => {
  alertWith("");
  if (draft && draft.isDirty) draft.push();
});
addEventListener("offline", () => draft && draft.isDirty && draft.status.trouble("offline"));
setInterval(() => {
  if (meter()) meter().tick();
  timeLeft.check();
}, 1000);

start();
