"use strict";
/* The participant's pages work without this file. It keeps what is typed in the browser at once and on the site every
   few seconds, says so in words, counts what the researchers are told (time, pastes, changes), and looks after focus
   when htmx swaps a page. Nothing here decides where a participant stands: the site does. */
(() => {
  const AUTOSAVE_MS = 4000;
  const AT_ONCE_MS = 250;
  const TWICE_MS = 3000;
  const PATIENCE_MS = 3000;
  const SLOW_MS = 1000;
  const SLOWEST_RETRY_MS = 30000;
  const ACTIVE_FOR_MS = 5000;
  const WARN_MS = 5 * 60000;
  const LARGEST_KEEPALIVE = 60000; // browsers refuse larger ones

  const $ = (id) => document.getElementById(id);
  const says = (name, values = {}) =>
    Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), $("words").dataset[name]);
  const clock = (time) =>
    new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  function setText(node, text) {
    if (node && node.textContent !== text) node.textContent = text;
  }

  function makeButton(text, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = text;
    button.addEventListener("click", action);
    return button;
  }

  function alertWith(text, ...nodes) {
    const box = $("alert");
    if (!text) return box.replaceChildren();
    const words = document.createElement("span");
    words.textContent = text;
    box.replaceChildren(words, ...nodes);
  }

  /* --- The browser's own copy; a browser that refuses storage just has none ---------------------------------- */
  const store = {
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
    erase(...keys) {
      try {
        keys.forEach((key) => localStorage.removeItem(key));
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

  /** Erase the copies of what the site says it has stored. */
  function forgetStored({ code, stored, finished }) {
    if (!code) return;
    const prefix = `understudy:${code}:`;
    const isStored = (position) => stored === "all" || (stored || "").split(" ").includes(position);
    for (const key of store.keys(prefix)) {
      const kept = store.read(key);
      const position = key.slice(prefix.length);
      if (finished !== undefined || !kept || (kept.sent && isStored(position))) store.erase(key);
    }
  }

  /* --- Length, counted as the site counts it (annotation/texts.py) -------------------------------------------- */
  const OUTER_SPACE = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;
  const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/gu;
  const writtenLength = (text) =>
    [...text.replace(/\r\n?/g, "\n").replace(OUTER_SPACE, "").replace(INVISIBLE, "")].length;

  /* --- What the researchers are told about how an answer was made --------------------------------------------- */
  class Meter {
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

  const COUNTS = ["visible_ms", "active_ms", "paste_count", "paste_characters", "focus_losses", "choice_changes"];

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

  const chosen = (form) => (form.elements.choice ? form.elements.choice.value : "");

  /* --- One form's text: kept here at once, on the site soon ---------------------------------------------------- */
  class Draft {
    constructor(form, code, place) {
      this.form = form;
      this.box = form.querySelector("textarea");
      this.key = `understudy:${code}:${place}`;
      this.url = form.dataset.draftUrl;
      this.base = form.dataset.savedAt || "";
      this.version = this.savedVersion = 0;
      this.retryMs = AUTOSAVE_MS;
      this.isSent = false;
      this.tried = new Set();
      const kept = store.read(this.key);
      this.meter = form.elements.telemetry ? new Meter(form, kept && kept.telemetry) : null;
      if (form.dataset.rejected !== undefined) this.changed();
      else if (kept) this.reconcile(kept);
      this.count();
      if (this.base && !this.isDirty) this.say("saved", { time: clock(Date.parse(this.base) + skew) });
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

    /** The page shows the site's text. Put the browser's in its place where that is newer; never drop either. */
    reconcile(kept) {
      const ours = this.siteContent();
      if (kept.other) this.offer(kept.other);
      const isSaved = !kept.dirty || (kept.text === ours.text && kept.choice === ours.choice);
      if (isSaved) return kept.other ? this.keep() : store.erase(this.key);
      const isUnchanged = !this.base || Date.parse(kept.base) === Date.parse(this.base);
      const isNewer = isUnchanged || kept.at > Date.parse(this.base);
      if (isNewer) this.show(kept);
      const other = isNewer ? ours : kept;
      if (!isUnchanged && other.text && !this.box.value.startsWith(other.text)) this.offer(other);
    }

    show({ choice, text }) {
      this.box.value = text;
      for (const radio of this.form.querySelectorAll("[name=choice]")) radio.checked = radio.value === choice;
      if (this.meter) this.meter.choice = choice;
      this.changed();
    }

    /** A second text stands ready beside the box, also after a reload, until the answer is stored. */
    offer(other) {
      this.other = other;
      if (this.notice) return this.keep();
      const words = document.createElement("span");
      words.textContent = says("other");
      this.notice = document.createElement("p");
      this.notice.className = "notice actions";
      this.notice.setAttribute("role", "status");
      this.box.before(this.notice);
      this.notice.append(words, makeButton(says("useOther"), () => this.swap()));
      this.keep();
    }

    swap() {
      const ours = this.content();
      this.show(this.other);
      this.offer(ours);
    }

    changed() {
      this.version += 1;
      this.keep();
      this.count();
      this.soon();
    }

    keep() {
      if (this.meter) this.meter.write();
      const telemetry = this.meter && this.meter.totals;
      const { base, other, isDirty: dirty, isSent: sent } = this;
      store.write(this.key, { ...this.content(), telemetry, base, other, dirty, sent, at: Date.now() - skew });
    }

    count() {
      const line = $("count");
      if (!CSS.supports("field-sizing", "content")) this.grow();
      if (!line || !Number(line.dataset.minimum)) return;
      const words = says("count", { length: writtenLength(this.box.value), minimum: line.dataset.minimum });
      setText(line, words);
      clearTimeout(this.spoken);
      // Spoken after a pause, not at every key.
      this.spoken = setTimeout(() => this.version && setText($("count-spoken"), words), 1500);
    }

    grow() {
      this.box.style.height = "auto";
      this.box.style.height = `${this.box.scrollHeight + 2}px`;
    }

    say(name, values) {
      if (!this.isGone) setText($("saved"), says(name, values));
    }

    soon(ms = AUTOSAVE_MS) {
      if (!this.url) return this.say("kept");
      if (!this.timer) this.timer = setTimeout(() => this.push(), ms);
    }

    /** Save on the site now. */
    push({ leaving = false } = {}) {
      clearTimeout(this.timer);
      this.timer = null;
      if (!this.url || this.isSent || (this.request && !leaving)) return;
      this.saving = this.save(leaving);
    }

    async save(leaving) {
      const version = this.version;
      if (this.meter) this.meter.write();
      const body = new URLSearchParams(new FormData(this.form));
      body.set("based_on", this.base);
      this.tried.add(this.box.value);
      const keepalive = leaving && String(body).length < LARGEST_KEEPALIVE;
      const request = (this.request = new AbortController());
      if (!navigator.onLine) this.say("offline");
      // Said only when it takes a while: a screen reader would speak it every few seconds.
      const slow = setTimeout(() => this.say("saving"), SLOW_MS);
      try {
        const options = { method: "POST", body, keepalive, signal: request.signal, credentials: "omit" };
        await this.answered(await fetch(this.url, options), version);
      } catch (error) {
        if (error.name !== "AbortError") this.failed(navigator.onLine ? "failed" : "offline");
      }
      clearTimeout(slow);
      if (this.request === request) this.request = null;
      if (this.isDirty && !this.isGone) this.soon(this.retryMs);
    }

    async answered(response, version) {
      if (response.status === 409) return this.overtaken(await response.json());
      if (response.status === 422) return this.refused(await response.json());
      if (!response.ok) return this.failed("failed");
      const { saved_at: savedAt, deadline } = await response.json();
      if (this.isGone) return;
      this.base = savedAt;
      this.savedVersion = version;
      this.retryMs = AUTOSAVE_MS;
      this.tried.clear();
      this.keep();
      this.say("saved", { time: clock(Date.parse(savedAt) + skew) });
      timeLeft.moveTo(deadline);
    }

    /** Written elsewhere meanwhile: that text is offered beside this one, which is saved next. */
    overtaken({ other, saved_at: savedAt }) {
      if (!other) return this.failed("stale");
      if (this.isGone) return;
      this.base = savedAt;
      this.retryMs = AT_ONCE_MS;
      // A save of our own whose reply was lost is no news.
      if (this.tried.has(other.text)) this.keep();
      else this.offer(other);
    }

    refused({ errors }) {
      this.failed("failed");
      setText($("saved"), `${says("failed")}. ${Object.values(errors).flat().join(" ")}`);
    }

    failed(word) {
      this.retryMs = Math.min(this.retryMs * 2, SLOWEST_RETRY_MS);
      this.say(word);
    }

    /** The form is on its way: no autosave may overtake it. */
    sending() {
      if (this.meter) this.meter.write();
      this.isSent = true;
      this.keep();
      clearTimeout(this.timer);
      this.timer = null;
      this.slow = setTimeout(() => this.say("saving"), SLOW_MS);
    }

    /** Wait for an autosave on its way, though not for long: an older draft must not arrive after the answer. */
    async settled() {
      const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
      await Promise.race([this.saving, patience]);
      if (this.request) this.request.abort();
    }

    notSent() {
      clearTimeout(this.slow);
      this.isSent = false;
      this.keep();
      this.soon(this.retryMs);
    }

    /** Another page takes this one's place. */
    stop() {
      if (this.isDirty) this.push({ leaving: true });
      this.isGone = true;
      [this.timer, this.spoken, this.slow].forEach(clearTimeout);
    }
  }

  /* --- How long the place is kept ------------------------------------------------------------------------------ */
  const timeLeft = {
    start(draft) {
      this.line = $("deadline");
      this.draft = draft;
      if (!this.line) return;
      this.moveTo(this.line.dataset.deadline);
    },

    moveTo(deadline) {
      if (!this.line || !deadline) return;
      this.ends = Date.parse(deadline) + skew;
      if (this.isWarning) alertWith("");
      this.isWarning = this.hasPassed = false;
      this.look();
    },

    look() {
      if (!this.line) return;
      const left = this.ends - Date.now();
      const { text, soon, passed, moves } = this.line.dataset;
      const fill = (words) => words.replace("{time}", clock(this.ends));
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

  /* --- Each page ------------------------------------------------------------------------------------------------ */
  let draft = null;
  // How far this computer's clock is ahead of the site's.
  let skew = 0;

  function start() {
    if (draft) draft.stop();
    const main = $("main");
    skew = Date.now() - Date.parse(main.dataset.now);
    forgetStored(main.dataset);
    const form = main.querySelector("form[data-place]");
    draft = form ? new Draft(form, main.dataset.code, form.dataset.place) : null;
    timeLeft.start(draft);
    openPersonaWhereThereIsRoom();
    main.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
    const summary = main.querySelector(".error-summary");
    if (summary) summary.focus();
  }

  const wide = matchMedia("(min-width: 900px)");

  function openPersonaWhereThereIsRoom() {
    const person = $("persona");
    if (person) person.open = wide.matches;
  }

  function focusHeading() {
    if (document.querySelector(".error-summary")) return;
    const heading = document.querySelector("h1");
    if (heading) heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

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

  function isOurs(event) {
    return draft && draft.form.contains(event.target);
  }

  /* --- Events: bound once, on what stays when a page is swapped -------------------------------------------------- */
  document.addEventListener("input", (event) => {
    if (!isOurs(event)) return;
    if (event.target.name === "choice" && draft.meter) draft.meter.chose();
    draft.changed();
  });
  document.addEventListener("paste", (event) => {
    if (isOurs(event) && draft.meter) draft.meter.pasted(event);
  });
  for (const name of ["input", "keydown", "pointerdown", "pointermove", "wheel", "scroll", "touchmove"])
    document.addEventListener(name, () => draft && draft.meter && draft.meter.moved(), { passive: true });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  // Before htmx (or the browser) reads the form's fields. htmx itself drops a second press; the browser does not.
  let sentAt = -Infinity;
  document.addEventListener(
    "submit",
    (event) => {
      if (draft && event.target === draft.form) draft.sending();
      if (window.htmx) return;
      if (performance.now() - sentAt < TWICE_MS) event.preventDefault();
      else sentAt = performance.now();
    },
    true,
  );

  function leaving() {
    if (draft && draft.meter) draft.meter.left();
    if (draft && draft.isDirty) draft.push({ leaving: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (draft && draft.meter) draft.meter.tick();
    if (document.hidden) leaving();
    else if (draft && draft.meter) draft.meter.cameBack();
  });
  addEventListener("pagehide", leaving);
  addEventListener("blur", () => draft && draft.meter && draft.meter.left());
  addEventListener("focus", () => draft && draft.meter && draft.meter.cameBack());
  // A page out of the browser's cache may be behind: the site decides where the participant stands.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  addEventListener("online", () => {
    alertWith("");
    if (draft && draft.isDirty) draft.push();
  });
  addEventListener("offline", () => draft && draft.isDirty && draft.say("offline"));
  wide.addEventListener("change", openPersonaWhereThereIsRoom);
  setInterval(() => {
    if (draft && draft.meter) draft.meter.tick();
    timeLeft.look();
  }, 1000);

  function notSent(event) {
    const isOffline = event.type === "htmx:sendError" && !navigator.onLine;
    alertWith(says(isOffline ? "sendOffline" : "sendFailed"));
    if (!draft) return;
    draft.say(isOffline ? "offline" : "failed");
    draft.notSent();
  }
  document.addEventListener("htmx:confirm", (event) => {
    if (!draft || event.target !== draft.form || !draft.request) return;
    event.preventDefault();
    draft.settled().then(() => event.detail.issueRequest(true));
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"])
    document.addEventListener(name, notSent);
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
  start();
})();
