// Small helps; every page works without them.
"use strict";

function offerCopying(button) {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  });
}

// On a phone the seats scroll sideways; renewed, they stay where they were.
let scrolledTo = 0;
document.addEventListener("htmx:beforeSwap", () => {
  scrolledTo = document.getElementById("seat-scroll")?.scrollLeft ?? 0;
});
document.addEventListener("htmx:afterSwap", () => {
  const seats = document.getElementById("seat-scroll");
  if (seats) seats.scrollLeft = scrolledTo;
});

document.querySelectorAll("button[data-copy]").forEach(offerCopying);

// A long list of boxes to tick, searched while one types.
function offerSearch(field) {
  const rows = [...document.getElementById(field.dataset.filters).children];
  const status = document.getElementById("picker-status");
  field.closest("[hidden]").hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
    status.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`;
  });
}

document.querySelectorAll("[data-filters]").forEach(offerSearch);
