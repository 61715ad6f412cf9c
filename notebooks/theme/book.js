// The site's search, menu, and light switch. It uses no library and fetches nothing.
"use strict";

// --- dark mode -------------------------------------------------------------------------------
const themeButton = document.getElementById("theme");
const showTheme = () => themeButton.setAttribute("aria-pressed", String(isDark()));
themeButton.addEventListener("click", () => { switchTheme(); showTheme(); });
systemDark.addEventListener("change", showTheme);
showTheme();

// --- the menu on small screens ----------------------------------------------------------------
const menu = document.getElementById("menu");
const navigation = document.getElementById("navigation");
function openMenu(open) {
  navigation.classList.toggle("open", open);
  menu.setAttribute("aria-expanded", String(open));
}
menu.addEventListener("click", () => openMenu(!navigation.classList.contains("open")));
navigation.addEventListener("click", (event) => { if (event.target.closest("a")) openMenu(false); });

// --- search ---------------------------------------------------------------------------------------
const input = document.getElementById("search");
const results = document.getElementById("results");
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const index = window.SEARCH_INDEX.map((entry) => ({
  ...entry, headingPlain: plain(`${entry.page} ${entry.heading}`), textPlain: plain(entry.text),
}));

// Every word must occur; a hit in the heading counts ten times, one at the start of a word twice.
function find(query) {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const scored = [];
  for (const entry of index) {
    let score = 0;
    const all = words.every((word) => {
      const inHeading = entry.headingPlain.includes(word);
      const count = entry.textPlain.split(word).length - 1;
      const starts = ` ${entry.textPlain}`.includes(` ${word}`);
      score += 10 * inHeading + Math.min(count, 5) * (starts ? 2 : 1);
      return inHeading || count > 0;
    });
    if (words.length && all) scored.push({ entry, score });
  }
  return scored.sort((a, b) => b.score - a.score).slice(0, 12).map(({ entry }) => entry);
}

// The words around the first hit, with the hit marked; built as nodes, so text stays text.
function excerpt(entry, query) {
  const small = document.createElement("small");
  const word = plain(query).split(/\s+/).filter(Boolean)[0];
  const at = entry.text.toLowerCase().indexOf(word);
  const start = Math.max(0, at - 50);
  if (at < 0) { small.textContent = `${entry.text.slice(0, 110)} …`; return small; }
  const mark = document.createElement("mark");
  mark.textContent = entry.text.slice(at, at + word.length);
  small.append(
    (start ? "… " : "") + entry.text.slice(start, at), mark,
    `${entry.text.slice(at + word.length, at + word.length + 70)} …`,
  );
  return small;
}

function show() {
  const query = input.value.trim();
  results.hidden = !query;
  results.replaceChildren();
  if (!query) return;
  const found = find(query);
  if (!found.length) {
    const nothing = document.createElement("p");
    nothing.textContent = `Nothing on “${query}”.`;
    results.append(nothing);
  }
  for (const entry of found) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.url;
    link.append(`${entry.page} › ${entry.heading}`, excerpt(entry, query));
    link.addEventListener("click", () => { results.hidden = true; });
    item.append(link);
    results.append(item);
  }
}

input.addEventListener("input", show);
input.addEventListener("focus", show);
document.addEventListener("click", (event) => {
  if (!event.target.closest(".search")) results.hidden = true;
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing) { event.preventDefault(); input.focus(); input.select(); }
  if (event.key === "Escape") { results.hidden = true; openMenu(false); }
  if (!results.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const links = [...results.querySelectorAll("a")];
    const next = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    (links[next] ?? input).focus();
  }
  if (event.key === "Enter" && event.target === input) results.querySelector("a")?.click();
});
