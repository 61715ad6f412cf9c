// Steps through the slides by keys, buttons or swipes; the address names the slide. A player on a
// slide is stepped through before the next slide comes.
"use strict";

const slides = [...document.querySelectorAll(".slide")];
const position = document.getElementById("position");
const speaker = document.getElementById("speaker");
let here = 0;

// Shrink what is too high for the screen: first its pictures, then everything, as long as the last
// row can read the letters (0.83 of 17 pixels are 14), then the pictures again.
const SIZES = [[66, 1], [60, 1], [54, 1], [50, 0.95], [46, 0.9], [44, 0.86], [44, 0.83], [38, 0.83],
  [32, 0.83], [26, 0.83]];
function fit(slide) {
  const content = slide.querySelector(".content");
  for (const [picture, zoom] of SIZES) {
    content.style.zoom = zoom;
    content.style.setProperty("--picture", `${picture / zoom}vh`);
    if (slide.scrollHeight <= slide.clientHeight) return;
  }
}

function show(index) {
  here = Math.min(Math.max(index, 0), slides.length - 1);
  slides.forEach((slide, i) => slide.classList.toggle("shown", i === here));
  fit(slides[here]);
  position.textContent = `${here + 1} / ${slides.length}`;
  speaker.innerHTML = slides[here].querySelector(".notes").innerHTML || "<p>(no notes)</p>";
  history.replaceState(null, "", `#slide-${here + 1}`);
}

// --- players: pages in frames, which report where they are and take steps by message -----------

const IN_THE_PLAYER = `<script>(() => {
  const next = document.getElementById("next"), back = document.getElementById("back");
  if (!next || !back) return;
  const off = (button) => button.getAttribute("aria-disabled") === "true";
  const tell = () => parent.postMessage({ slides: "at", end: off(next), start: off(back) }, "*");
  new MutationObserver(tell).observe(document.body, { subtree: true, attributeFilter: ["aria-disabled"] });
  addEventListener("message", (event) => {
    if (event.data && event.data.slides === "step") {
      (event.data.by > 0 ? next : back).click();
      tell();
    }
  });
  addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (by && off(by > 0 ? next : back)) parent.postMessage({ slides: "leave", by }, "*");
  }, true);
  tell();
})();<` + "/script>";
const players = new Map();

function listen(frame) {
  if (frame.dataset.heard || !frame.srcdoc.includes('id="next"')) return;
  frame.dataset.heard = "yes";
  frame.srcdoc += IN_THE_PLAYER;
}
addEventListener("message", (event) => {
  const frame = [...document.querySelectorAll("iframe")].find((f) => f.contentWindow === event.source);
  if (!frame || !event.data) return;
  if (event.data.slides === "at") players.set(frame, event.data);
  if (event.data.slides === "leave") show(here + event.data.by);
});

function go(by) {
  const frame = [...slides[here].querySelectorAll("iframe")].find((each) => players.has(each));
  const state = frame && players.get(frame);
  if (state && !(by > 0 ? state.end : state.start)) {
    frame.contentWindow.postMessage({ slides: "step", by }, "*");
  } else show(here + by);
}

const steps = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === " " && event.target.closest("button, a")) return;
  if (steps[event.key]) { event.preventDefault(); go(steps[event.key]); }
  if (event.key === "Home") show(0);
  if (event.key === "End") show(slides.length - 1);
  if (event.key === "f" || event.key === "F") {
    document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen();
  }
  if (event.key === "n" || event.key === "N") speaker.hidden = !speaker.hidden;
  if (event.key === "t" || event.key === "T") switchTheme();
});
document.getElementById("previous").addEventListener("click", () => go(-1));
document.getElementById("next").addEventListener("click", () => go(1));

let touch = 0;
document.addEventListener("touchstart", (event) => { touch = event.changedTouches[0].clientX; });
document.addEventListener("touchend", (event) => {
  const moved = event.changedTouches[0].clientX - touch;
  if (Math.abs(moved) > 60) go(moved < 0 ? 1 : -1);
});

// A player takes its height only when it has been drawn.
const grown = new ResizeObserver(() => {
  if (slides[here].scrollHeight > slides[here].clientHeight) fit(slides[here]);
});
slides.forEach((slide) => grown.observe(slide.querySelector(".content")));

addEventListener("resize", () => fit(slides[here]));
addEventListener("load", () => {
  document.querySelectorAll("iframe").forEach(listen);
  fit(slides[here]);
});
addEventListener("hashchange", () => show(Number(location.hash.slice(7)) - 1 || 0));
show(Number(location.hash.slice(7)) - 1 || 0);
