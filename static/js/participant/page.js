/* Small helpers that every part uses: the page's nodes and words, and the site's clock. */

export const $ = (id) => document.getElementById(id);

/** The site's words in the page's language, with {name} replaced by its value. */
export function says(name, values = {}) {
  const words = $("words").dataset[name];
  return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), words);
}

// A number of each plural form that languages have; the page has the sentence for each.
const SAMPLES = [1, 2, 3, 5, 11, 100];

/** As says, in the plural form for the number n. */
export function saysCount(name, n) {
  const rules = new Intl.PluralRules(document.documentElement.lang);
  const sample = SAMPLES.find((each) => rules.select(each) === rules.select(n)) || 100;
  return says(`${name}-${sample}`, { n });
}

export function setText(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

export function makeButton(text, action) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = text;
  button.addEventListener("click", action);
  return button;
}

export function makeText(text) {
  const words = document.createElement("span");
  words.textContent = text;
  return words;
}

/** Show a warning at the foot of the window; an empty text takes it away. */
export function alertWith(text, ...nodes) {
  const alert = $("alert");
  alert.replaceChildren(...(text ? [makeText(text), ...nodes] : []));
  // What sticks above it must know how high it is.
  document.documentElement.style.setProperty("--alert", `${alert.offsetHeight}px`);
}

/** The browser's clock may be wrong: all times are compared as the site's. */
export const clock = {
  ahead: 0,
  set(now) {
    this.ahead = Date.now() - Date.parse(now);
  },
  /** The site's time now, in milliseconds. */
  now() {
    return Date.now() - this.ahead;
  },
  /** Hours and minutes of a time of the site, as this browser's user reads them. */
  show(time) {
    const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    return new Date(Date.parse(time) + this.ahead).toLocaleTimeString([], format);
  },
};
