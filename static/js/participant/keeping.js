/* One form's text: kept in the browser at once, on the site soon. */

import { keyOf, store } from "./copies.js";
import { chosen, Meter } from "./metering.js";
import { clock } from "./page.js";
import { Status } from "./status.js";

const AUTOSAVE_MS = 4000;
const AT_ONCE_MS = 250;
const PATIENCE_MS = 3000;
const SLOWEST_RETRY_MS = 30000;
const LARGEST_KEEPALIVE = 60000; // browsers refuse larger ones
const TRIED_AT_MOST = 5;

const time = (moment) => Date.parse(moment) || 0;
const isSame = (one, other) => one.choice === other.choice && one.text === other.text;

export class Draft {
  constructor(form, code, place) {
    this.form = form;
    this.box = form.querySelector("textarea");
    this.key = keyOf(code, place);
    this.url = form.dataset.draftUrl;
    this.base = form.dataset.savedAt || "";
    this.version = this.savedVersion = 0;
    this.retryMs = AUTOSAVE_MS;
    this.isSent = this.isOvertaken = false;
    const kept = store.read(this.key);
    // Texts that were sent and not acknowledged: the site may have them.
    this.tried = (kept && kept.tried) || [];
    this.status = new Status(this);
    this.meter = form.elements.telemetry ? new Meter(form, kept && kept.telemetry) : null;
    if (form.dataset.rejected !== undefined) this.changed();
    else if (kept) this.reconcile(kept);
    this.status.count();
    if (this.base && !this.isDirty) this.status.saved(this.base);
  }

  get isDirty() {
    return this.version > this.savedVersion;
  }

  content() {
    return { choice: chosen(this.form), text: this.box.value };
  }

  /** The site's text, whatever the browser may have put into the fields by itself. */
  siteContent() {
    const chosenBySite = this.form.querySelector("[name=choice][checked]");
    return { choice: chosenBySite ? chosenBySite.value : "", text: this.box.defaultValue };
  }

  /** The page shows the site's text as it was when the page was made. Put this browser's in its place where that is
      newer. Times of saves decide, and which texts this browser has sent; neither text is ever dropped. */
  reconcile(kept) {
    const ours = this.siteContent();
    if (kept.other) this.status.offer(kept.other);
    if (isSame(kept, ours)) return this.settle(kept);
    const isPageBehind = time(kept.base) > time(this.base);
    if (!kept.dirty && !isPageBehind) return this.settle(kept);
    const isOwnSave = this.base === kept.base || this.hasTried(ours.text);
    if (isPageBehind) this.base = kept.base;
    if (isPageBehind || isOwnSave) return this.show(kept);
    // Saved elsewhere since. A stored answer stays in the form; of two drafts the newer does.
    const isNewer = this.form.dataset.answered === undefined && kept.at > time(this.base);
    if (isNewer) this.show(kept);
    const other = isNewer ? ours : kept;
    if (other.text && !this.box.value.startsWith(other.text)) this.status.offer(other);
  }

  /** The form already has the newest text. */
  settle(kept) {
    if (time(kept.base) > time(this.base)) this.base = kept.base;
    this.tried = [];
    if (this.other) this.keep();
    else store.erase(this.key);
  }

  hasTried(text) {
    return this.tried.some((each) => each.trim() === text.trim());
  }

  show({ choice, text }) {
    this.box.value = text;
    for (const radio of this.form.querySelectorAll("[name=choice]")) radio.checked = radio.value === choice;
    if (this.meter) this.meter.choice = choice;
    this.changed();
  }

  /** Show the other of two texts; having been seen, it may be changed and saved. */
  swap() {
    const ours = this.content();
    if (this.otherSavedAt) this.base = this.otherSavedAt;
    this.isOvertaken = false;
    this.show(this.other);
    this.status.offer(ours);
  }

  changed() {
    this.version += 1;
    this.keep();
    this.status.count();
    this.soon();
    if (this.url && !this.isOvertaken) this.status.saving();
  }

  keep() {
    if (this.meter) this.meter.write();
    const telemetry = this.meter && this.meter.totals;
    const { base, other, tried, isDirty: dirty, isSent: sent } = this;
    store.write(this.key, { ...this.content(), telemetry, base, other, tried, dirty, sent, at: clock.now() });
  }

  soon(ms = AUTOSAVE_MS) {
    if (!this.url) return this.status.say("kept");
    if (!this.timer) this.timer = setTimeout(() => this.push(), ms);
  }

  /** Save on the site now. */
  push({ leaving = false } = {}) {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.url || this.isSent || this.isOvertaken || (this.request && !leaving)) return;
    this.saving = this.save(leaving);
  }

  async save(leaving) {
    const version = this.version;
    const body = this.body();
    const keepalive = leaving && String(body).length < LARGEST_KEEPALIVE;
    const request = new AbortController();
    this.request = request;
    if (!navigator.onLine) this.status.trouble("offline");
    try {
      const options = { method: "POST", body, keepalive, signal: request.signal, credentials: "omit" };
      await this.answered(await fetch(this.url, options), version);
    } catch (error) {
      if (error.name !== "AbortError") this.failed(navigator.onLine ? "failed" : "offline");
    }
    if (this.request === request) this.request = null;
    if (this.isDirty && !this.isGone) this.soon(this.retryMs);
  }

  /** The form's fields, which text they go on from, and which of our own may have been saved since. */
  body() {
    if (this.meter) this.meter.write();
    const body = new URLSearchParams(new FormData(this.form));
    body.set("based_on", this.base);
    if (this.tried.length) body.set("instead_of", this.tried.at(-1));
    this.noteTried();
    return body;
  }

  noteTried() {
    this.tried = [...this.tried.filter((text) => text !== this.box.value), this.box.value].slice(-TRIED_AT_MOST);
    this.keep();
  }

  async answered(response, version) {
    if (response.status === 409) return this.overtaken(await response.json());
    if (response.status === 422) return this.refused(await response.json());
    if (!response.ok) return this.failed("failed");
    const { saved_at: savedAt, deadline } = await response.json();
    if (this.isGone) return this.forget(version);
    this.base = savedAt;
    this.savedVersion = version;
    this.retryMs = AUTOSAVE_MS;
    this.tried = [];
    this.keep();
    if (!this.isDirty) this.status.saved(savedAt);
    this.onDeadline(deadline);
  }

  /** Saved after another page has taken this one's place: no copy is needed, unless that page has made its own. */
  forget(version) {
    const kept = store.read(this.key);
    if (version === this.version && kept && isSame(kept, this.content())) store.erase(this.key);
  }

  onDeadline() {} // set by the page, which shows how long the place is kept

  /** Saved elsewhere meanwhile. That text is offered beside this one, which is saved next, unless it is an answer. */
  overtaken({ other, saved_at: savedAt, is_answer: isAnswer }) {
    if (!other) return this.failed("stale");
    if (this.isGone) return;
    if (isAnswer && !this.hasTried(other.text)) return this.overtakenByAnswer(other, savedAt);
    this.base = savedAt;
    this.retryMs = AT_ONCE_MS;
    // A save of our own whose reply was lost is no news.
    if (this.hasTried(other.text)) this.keep();
    else this.status.offer(other);
  }

  /** Nothing more is saved from here until the participant sends this text or looks at the answer. */
  overtakenByAnswer(other, savedAt) {
    this.isOvertaken = true;
    this.otherSavedAt = savedAt;
    this.status.offer(other);
    this.status.trouble("overtaken");
  }

  refused({ errors }) {
    this.failed("failed", Object.values(errors).flat().join(" "));
  }

  failed(word, reason) {
    this.retryMs = Math.min(this.retryMs * 2, SLOWEST_RETRY_MS);
    this.status.trouble(word, reason);
  }

  /** The form is on its way: no autosave may overtake it. */
  sending() {
    if (this.meter) this.meter.write();
    this.isSent = true;
    this.noteTried();
    clearTimeout(this.timer);
    this.timer = null;
    this.status.saving();
  }

  /** The participant drops this text; the stored answer comes back. */
  discard() {
    this.isSent = true;
    clearTimeout(this.timer);
    store.erase(this.key);
  }

  /** Wait for an autosave on its way, though not for long: an older draft must not arrive after the answer. */
  async settled() {
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    await Promise.race([this.saving, patience]);
    if (this.request) this.request.abort();
  }

  notSent() {
    this.isSent = false;
    this.keep();
    this.soon(this.retryMs);
  }

  /** Another page takes this one's place. */
  stop() {
    if (this.isDirty) this.push({ leaving: true });
    this.isGone = true;
    clearTimeout(this.timer);
    this.status.stop();
  }
}
