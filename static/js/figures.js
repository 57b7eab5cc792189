// Draws the figures of a page of results from the JSON beside them. Without this script the tables say the same.
"use strict";

// Zoom, reset, and the same SVG as the button above; nothing else of plotly's bar, and no logo.
const svg = {
  name: "Save as SVG",
  title: "Save as SVG",
  icon: Plotly.Icons.camera,
  click: (place) => save(place),
};
const config = {
  displayModeBar: "hover",
  displaylogo: false,
  responsive: true,
  modeBarButtons: [["zoom2d", "resetScale2d"], [svg]],
};
const dark = matchMedia("(prefers-color-scheme: dark)");

// A saved figure goes into a paper: its colours are those of the light theme, whatever the screen has.
const onPaper = { "--ink": "#1d1c1a", "--line": "#dcd8d2", "--line-strong": "#85807a", "--surface": "#ffffff" };

function onScreen(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// Ink, grid and hover follow the theme; a missing colour in the data means ink.
function themed(layout, colour) {
  const ink = colour("--ink");
  const copy = structuredClone(layout);
  copy.font.color = ink;
  copy.hoverlabel = { ...copy.hoverlabel, bgcolor: colour("--surface"), bordercolor: colour("--line-strong"), font: { color: ink } };
  for (const key of Object.keys(copy).filter((name) => /^[xy]axis/.test(name))) {
    copy[key] = { gridcolor: colour("--line"), zerolinecolor: colour("--line-strong"), linecolor: colour("--line-strong"), ...copy[key] };
  }
  for (const note of [...(copy.shapes || []), ...(copy.annotations || [])]) {
    if (note.line && !note.line.color) note.line.color = ink;
  }
  return copy;
}

// "ink" and "soft" in a trace stand for the theme's colours.
function inked(data, colour) {
  const names = { ink: colour("--ink"), soft: colour("--line-strong"), faint: colour("--line") };
  return JSON.parse(JSON.stringify(data), (key, value) => (key === "color" && value in names ? names[value] : value));
}

function figureOf(place, colour) {
  const figure = JSON.parse(document.getElementById(place.dataset.figure).textContent);
  return { data: inked(figure.data, colour), layout: themed(figure.layout, colour), config };
}

function draw(place) {
  return Plotly.react(place, figureOf(place, onScreen));
}

// A mark with an address leads to the questions behind it; the table below has the same links for the keyboard.
function follow(event) {
  const { customdata } = event.points[0];
  if (typeof customdata === "string" && customdata.startsWith("/")) location.assign(customdata);
}

function withScale(figure) {
  for (const trace of figure.data.filter((one) => one.type === "heatmap")) trace.showscale = true;
  return figure;
}

function save(place) {
  const size = { width: place.clientWidth, height: place.clientHeight };
  Plotly.downloadImage(withScale(figureOf(place, (name) => onPaper[name])), { format: "svg", filename: place.dataset.filename, ...size });
}

function drawAll() {
  for (const place of document.querySelectorAll("[data-figure]")) {
    place.parentElement.hidden = false;
    draw(place);
  }
}

drawAll();
for (const place of document.querySelectorAll("[data-figure]")) place.on("plotly_click", follow);
dark.addEventListener("change", drawAll);
for (const button of document.querySelectorAll("button[data-download]")) {
  button.hidden = false;
  button.addEventListener("click", () => save(document.getElementById(button.dataset.download)));
}
