/* What the question page says about its text: saved or not, how much is missing, and a second text beside it. */

import { writtenLength } from "./length.js";
import { chosen } from "./metering.js";
import { $, clock, makeButton, makeText, says, saysCount, setText } from "./page.js";

const PAUSE_MS = 1500;

export class Status {
  constructor(draft) {
    this.draft = draft;
    this.isTrouble = false;
  }

  /** Words in the line beside the button. */
  say(name, values) {
    if (!this.draft.isGone) setText($("saved"), says(name, values));
  }

  /** Shown at once, and never spoken: a screen reader would repeat it every few seconds. */
  saving() {
    if (!this.isTrouble) this.say("saving");
  }

  /** Spoken the first time, after trouble, and where it begins or ceases to be the answer. */
  saved(moment) {
    const word = this.isUnfinished ? "unfinished" : "saved";
    this.say(word, { time: clock.show(moment) });
    if (this.spoken !== word || this.isTrouble) this.speak();
    this.isTrouble = false;
    this.spoken = word;
  }

  /** A change of an answer that could not be sent as it is: it is kept, but the earlier answer counts. */
  get isUnfinished() {
    const { box, form } = this.draft;
    if (form.dataset.answered === undefined) return false;
    return !chosen(form) || writtenLength(box.value) < this.minimum;
  }

  get minimum() {
    const line = $("count");
    return line ? Number(line.dataset.minimum) : 0;
  }

  trouble(name, reason) {
    this.isTrouble = true;
    this.say(name);
    if (reason) setText($("saved"), `${says(name)}. ${reason}`);
    this.speak();
  }

  speak() {
    if (!this.draft.isGone && $("saved")) setText($("saved-spoken"), $("saved").textContent);
  }

  /** How many characters are missing. Spoken after a pause, not at every key. */
  count() {
    const { box, version } = this.draft;
    const line = $("count");
    if (!CSS.supports("field-sizing", "content")) this.grow();
    if (!this.minimum) return;
    const missing = this.minimum - writtenLength(box.value);
    const words = missing > 0 ? saysCount("more", missing) : says("enough");
    setText(line, words);
    line.classList.toggle("enough", missing <= 0);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => version && setText($("count-spoken"), words), PAUSE_MS);
  }

  grow() {
    const { box } = this.draft;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }

  /** A second text, offered above the box, also after a reload, until the answer is stored. */
  offer(other) {
    const { draft } = this;
    draft.other = other;
    draft.keep();
    if (this.notice) return;
    this.notice = document.createElement("p");
    this.notice.className = "notice actions";
    this.notice.setAttribute("role", "status");
    draft.box.before(this.notice);
    this.notice.append(makeText(says("other")), makeButton(says("useOther"), () => draft.swap()));
  }

  stop() {
    clearTimeout(this.speaking);
  }
}
