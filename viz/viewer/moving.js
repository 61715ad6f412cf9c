// Shapes of an SVG that can be moved: paths as points, rectangles, and axes along which a picture
// is widened or narrowed.

const SVGNS = "http://www.w3.org/2000/svg";

function svgElement(name, attributes = {}, text = "") {
  const made = document.createElementNS(SVGNS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// The contents of a picture given as text.
function contents(text) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const found = document.importNode(root.querySelector("g.graph") ?? root, true);
  found.rows = rowsOf(root);
  for (const g of found.querySelectorAll("g[aria-label]")) { // said once in the page's data
    if (g.firstElementChild?.tagName !== "title") g.prepend(svgElement("title", {}, g.getAttribute("aria-label")));
  }
  for (const cells of found.querySelectorAll("path[data-cells]")) cells.replaceWith(...unfolded(cells.dataset));
  for (const defs of root.querySelectorAll(":scope > defs")) found.prepend(document.importNode(defs, true));
  return found;
}

// The shapes of a heat map that was folded to a letter for each cell: one for each colour.
function unfolded({ cells, fills, levels }) {
  const [left, top, wide, high, columns] = cells.split(" ").map(Number);
  const colors = Object.fromEntries(fills.split(" ").map((text) => [text[0], text.slice(1)]));
  const shapes = new Map();
  for (let at = 0, end = 0; at < levels.length; at = end) {
    const stop = at - (at % columns) + columns; // the end of its row
    for (end = at + 1; end < stop && levels[end] === levels[at];) end += 1;
    const [x, y] = [left + wide * (at % columns), top + high * Math.floor(at / columns)];
    const here = `M${x.toFixed(1)} ${y.toFixed(1)}h${(wide * (end - at)).toFixed(1)}v${high.toFixed(1)}h-${(wide * (end - at)).toFixed(1)}z`;
    shapes.set(levels[at], (shapes.get(levels[at]) ?? "") + here);
  }
  const role = (level) => (level > 4 ? "broken" : level ? `${level > 0 ? "positive" : "negative"}-${Math.abs(level)}` : "zero");
  return [...shapes].map(([letter, d]) => svgElement("path", { fill: colors[letter], d, class: `f-${role(letter.charCodeAt(0) - 101)}` }));
}

const rowsOf = (svg) => (svg.dataset.rows ?? "").split(" ").filter(Boolean).map(Number);

// A path as a list of {kind, points}, where the last of the points is the end of that piece.
function segments(d) {
  const found = [];
  let [x, y] = [0, 0];
  for (const [, kind, rest] of d.matchAll(/([MLHVC])([^MLHVCZz]*)/g)) {
    const n = (rest.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
    const points = [];
    if (kind === "H") points.push([n[0], y]);
    else if (kind === "V") points.push([x, n[0]]);
    else for (let i = 0; i + 1 < n.length; i += 2) points.push([n[i], n[i + 1]]);
    for (let i = kind === "C" ? 2 : 0; i < points.length; i += kind === "C" ? 3 : 1) {
      const own = kind === "C" ? points.slice(i - 2, i + 1) : [points[i]];
      found.push({ kind, points: own });
      [x, y] = own[own.length - 1];
    }
  }
  return found;
}

// One axis: where a coordinate goes when empty strips are narrowed and others widened.
function makeAxis(strips, cuts) {
  const together = (at) => strips.reduce((sum, [from, to, keep]) =>
    sum - Math.max(0, Math.min(at, to) - from) * (1 - keep / (to - from)), at);
  const wider = new Map(); // cuts at the same place get the most that any of them needs
  const halves = new Map();
  for (const [at, more, length] of cuts) {
    const place = Math.round(together(at) * 2) / 2;
    if ((wider.get(place) ?? 0) < more) wider.set(place, more);
    halves.set(place, Math.max(halves.get(place) ?? 0.5, length / 2));
  }
  const places = [...wider];
  const beyond = (p) => places.reduce((sum, [place, more]) => (p > place ? sum + more : sum), p);
  // Frames stay around their contents; a line is stretched with the side of the open box.
  const point = (at) => beyond(together(at));
  const along = (at) => {
    const p = together(at);
    return places.reduce((sum, [place, more]) => {
      const half = halves.get(place);
      return sum + more * Math.min(1, Math.max(0, (p - place + half) / (2 * half)));
    }, p);
  };
  // How far something rigid moves: by half of what is widened in the middle of it.
  const moved = (middle, length) => {
    const p = together(middle);
    const [low, high] = [p - length / 2, p + length / 2];
    return places.reduce((sum, [place, more]) =>
      sum + (low >= place - 1 ? more : high <= place + 1 ? 0 : more / 2), p) - middle;
  };
  return { point, along, moved };
}

const pair = ([x, y]) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
function rounded({ x, y, width, height }, r) {
  return `M${x + r} ${y}h${width - 2 * r}q${r} 0 ${r} ${r}v${height - 2 * r}q0 ${r} -${r} ${r}h-${width - 2 * r}q-${r} 0 -${r} -${r}v-${height - 2 * r}q0 -${r} ${r} -${r}z`;
}
const rectOf = (element) => {
  const { x, y, width, height } = element.getBBox();
  return { x, y, width, height };
};
