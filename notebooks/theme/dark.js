// Light or dark: what was last chosen here, else the system's setting. Loaded before anything is
// painted, so that a dark page does not flash white.
"use strict";

const root = document.documentElement;
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);
try { root.dataset.theme = localStorage.getItem("theme") || ""; } catch { /* no storage */ }

// Graphs and players look for the page's theme where Jupyter would state it.
function tellPictures() {
  const theme = isDark() ? "dark" : "light";
  document.body.dataset.jpThemeLight = String(!isDark());
  for (const svg of document.querySelectorAll("svg[data-theme]")) svg.dataset.theme = theme;
  for (const frame of document.querySelectorAll("iframe[srcdoc]")) {
    const page = frame.srcdoc.replace(/data-theme="(auto|light|dark)"/g, `data-theme="${theme}"`);
    // A frame that is told its page again while it still loads it may stay blank.
    if (page !== frame.srcdoc) frame.srcdoc = page;
  }
}

function switchTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* no storage */ }
  tellPictures();
}
systemDark.addEventListener("change", tellPictures);
