/* How long the place is kept. */

import { $, alertWith, clock, makeButton, says, setText } from "./page.js";

const WARN_MS = 5 * 60000;

export const timeLeft = {
  start(draft) {
    this.line = $("deadline");
    this.draft = draft;
    if (!this.line) return;
    if (draft) draft.onDeadline = (deadline) => this.moveTo(deadline);
    this.moveTo(this.line.dataset.deadline);
  },

  moveTo(deadline) {
    if (!this.line || !deadline) return;
    this.ends = deadline;
    if (this.isWarning) alertWith("");
    this.isWarning = this.hasPassed = false;
    this.check();
  },

  check() {
    if (!this.line) return;
    const left = Date.parse(this.ends) - clock.now();
    const { text, soon, passed, moves } = this.line.dataset;
    const fill = (words) => words.replace("{time}", clock.show(this.ends));
    setText(this.line, left > 0 ? fill(text) : passed);
    if (left <= 0 && !this.hasPassed) {
      this.hasPassed = this.isWarning = true;
      alertWith(passed);
    } else if (left > 0 && left <= WARN_MS && !this.isWarning) {
      this.isWarning = true;
      const canKeep = moves !== undefined && this.draft && this.draft.url;
      alertWith(fill(soon), ...(canKeep ? [makeButton(says("keep"), () => this.draft.push())] : []));
    }
  },
};
