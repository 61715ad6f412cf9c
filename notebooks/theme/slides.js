// Steps through the slides by keys, buttons or a swipe; the address names the slide.
"use strict";

const slides = [...document.querySelectorAll(".slide")];
const position = document.getElementById("position");
let here = 0;

// What is too high for the screen is made smaller, down to six tenths; then it scrolls.
function fit(slide) {
  const content = slide.querySelector(".content");
  for (let zoom = 1; zoom >= 0.6; zoom -= 0.05) {
    content.style.zoom = zoom;
    if (slide.scrollHeight <= slide.clientHeight) return;
  }
}

function show(index) {
  here = Math.min(Math.max(index, 0), slides.length - 1);
  slides.forEach((slide, i) => slide.classList.toggle("shown", i === here));
  fit(slides[here]);
  position.textContent = `${here + 1} / ${slides.length}`;
  history.replaceState(null, "", `#slide-${here + 1}`);
}

const steps = {
  ArrowRight: () => here + 1, PageDown: () => here + 1, " ": () => here + 1,
  ArrowLeft: () => here - 1, PageUp: () => here - 1,
  Home: () => 0, End: () => slides.length - 1,
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && event.target.closest("button, a")) return;
  if (steps[event.key]) { event.preventDefault(); show(steps[event.key]()); }
  if (event.key === "f" || event.key === "F") {
    document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen();
  }
  if (event.key === "t" || event.key === "T") switchTheme();
});
document.getElementById("previous").addEventListener("click", () => show(here - 1));
document.getElementById("next").addEventListener("click", () => show(here + 1));

let touch = 0;
document.addEventListener("touchstart", (event) => { touch = event.changedTouches[0].clientX; });
document.addEventListener("touchend", (event) => {
  const moved = event.changedTouches[0].clientX - touch;
  if (Math.abs(moved) > 60) show(here + (moved < 0 ? 1 : -1));
});

// A player takes its height only when it has been drawn.
const grown = new ResizeObserver(() => {
  if (slides[here].scrollHeight > slides[here].clientHeight) fit(slides[here]);
});
slides.forEach((slide) => grown.observe(slide.querySelector(".content")));

addEventListener("resize", () => fit(slides[here]));
addEventListener("load", () => fit(slides[here]));
addEventListener("hashchange", () => show(Number(location.hash.slice(7)) - 1 || 0));
show(Number(location.hash.slice(7)) - 1 || 0);
