/* The browser's own copies of what is typed. A browser that refuses storage just has none. */

import { writtenLength } from "./length.js";
import { $, makeText, says } from "./page.js";

export const store = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Refused or full: the copy on the site is the one that counts.
    }
  },
  erase(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // as above
    }
  },
  keys(prefix) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  },
};

export const keyOf = (code, place) => `understudy:${code}:${place}`;

/** Whether the answer that the site shows is this text: a save may have arrived whose reply did not. */
function isShown({ choice, text }, shown) {
  return choice === shown.side && writtenLength(text) === Number(shown.length);
}

/** When each answer was stored, in milliseconds: "1=1790000000000 2=..." */
function storedTimes(stored = "") {
  return Object.fromEntries(stored.split(" ").map((each) => each.split("=")));
}

/** Erase the copies of what the site says it has stored since they were sent. */
export function forgetStored({ code, stored, finished }) {
  if (!code) return;
  const times = storedTimes(stored);
  const prefix = keyOf(code, "");
  for (const key of store.keys(prefix)) {
    const kept = store.read(key);
    if (finished !== undefined || !kept || isStored(kept, times[key.slice(prefix.length)])) store.erase(key);
  }
}

function isStored({ sent, dirty, base }, time) {
  if (!sent || !time) return false;
  if (!base) return true;
  return dirty ? Number(time) > Date.parse(base) : Number(time) >= Date.parse(base);
}

/** On the page that shows all answers: name the questions whose last change has never left this browser. */
export function showUnsent({ code }) {
  for (const line of document.querySelectorAll("[data-position]")) {
    const { position } = line.dataset;
    const key = keyOf(code, position);
    const kept = store.read(key);
    if (!kept) continue;
    if (!kept.dirty || isShown(kept, line.dataset)) {
      store.erase(key);
      continue;
    }
    const link = document.createElement("a");
    link.href = location.pathname.replace(/[^/]+\/$/, `q/${position}/`);
    link.textContent = says("openQuestion", { position });
    const notice = document.createElement("p");
    notice.className = "notice actions";
    notice.append(makeText(says("unsent", { position })), link);
    $("unsent").append(notice);
  }
}
