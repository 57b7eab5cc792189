/* Where the focus goes when a page is shown. */

export function focusSummary() {
  const summary = document.querySelector("main .error-summary");
  if (summary) summary.focus();
}

export function focusHeading() {
  if (document.querySelector(".error-summary")) return;
  const heading = document.querySelector("h1");
  if (heading) heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}
