/* What the researchers are told about how an answer was made: time, pastes, changes, losses of focus. */

const ACTIVE_FOR_MS = 5000;
const COUNTS = ["visible_ms", "active_ms", "paste_count", "paste_characters", "focus_losses", "choice_changes"];

export const chosen = (form) => (form.elements.choice ? form.elements.choice.value : "");

function parsed(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
}

/** Totals only grow: of the site's and the browser's own, the larger is the newer. */
function merged(ours, kept) {
  const other = kept || {};
  const totals = Object.fromEntries(COUNTS.map((name) => [name, Math.max(ours[name] || 0, other[name] || 0)]));
  totals.first_choice = ours.first_choice || other.first_choice || "";
  return totals;
}

export class Meter {
  constructor(form, kept) {
    this.form = form;
    this.field = form.elements.telemetry;
    this.totals = merged(parsed(this.field.value), kept);
    this.tickedAt = this.movedAt = performance.now();
    this.away = document.hidden;
    this.choice = chosen(form);
  }

  tick() {
    const now = performance.now();
    // A sleeping computer is nobody looking at the page.
    const passed = Math.min(now - this.tickedAt, 2000);
    if (!document.hidden) {
      this.totals.visible_ms += passed;
      if (now - this.movedAt < ACTIVE_FOR_MS) this.totals.active_ms += passed;
    }
    this.tickedAt = now;
  }

  moved() {
    this.movedAt = performance.now();
  }

  pasted(event) {
    const text = event.clipboardData ? event.clipboardData.getData("text") : "";
    this.totals.paste_count += 1;
    this.totals.paste_characters += [...text].length;
  }

  left() {
    if (!this.away) this.totals.focus_losses += 1;
    this.away = true;
  }

  cameBack() {
    this.away = false;
  }

  chose() {
    const choice = chosen(this.form);
    if (!this.totals.first_choice) this.totals.first_choice = choice;
    if (this.choice && this.choice !== choice) this.totals.choice_changes += 1;
    this.choice = choice;
  }

  write() {
    this.tick();
    const rounded = Object.entries(this.totals).map(([name, value]) => [name, value > 0 ? Math.round(value) : value]);
    this.field.value = JSON.stringify(Object.fromEntries(rounded));
  }
}
