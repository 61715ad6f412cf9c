// The texts in the boxes of the player's picture, wherever a node can be seen: by itself, on its
// wire, as the result of a closed box, or in a box that was opened.

const STATES = ["waiting", "known", "partial", "complete", "done", "wrong"];

// count: of the story's nodes; those after them are parts of some of these, as copies say: [first,
// last, of]. blank: the five texts of a node before anything has happened to it.
function makeBoxes(svg, count, copies, blank) {
  const texts = Array.from({ length: count }, () => [...blank]);
  const homes = new Map();
  for (const [first, last, of] of copies) for (let i = first; i <= last; i += 1) homes.set(i, homes.get(of) ?? of);
  let told = []; // for each node: [slot, element]
  let owners = []; // for each node: the boxes and wires that show its state
  let inner = []; // for each node: the boxes of its parts
  let shown = new Map(); // for each node: the box in which it is seen, which may be closed
  let arrows = new Map(); // for each "node:position": its arrows
  let now = -1;

  // Find what there is to fill in, again whenever a box has been opened or closed.
  function bind() {
    [told, owners, inner] = [0, 1, 2].map(() => texts.map(() => []));
    shown = new Map();
    for (const [name, slot] of [["v", 0], ["g", 1], ["b", 4]]) {
      for (const element of svg.querySelectorAll(`[data-${name}]`)) told[Number(element.dataset[name])]?.push([slot, element]);
    }
    for (const box of svg.querySelectorAll("[data-node], [data-table]")) {
      const i = Number(box.dataset.node ?? box.dataset.table);
      (i < count ? owners[i] : inner[homes.get(i)])?.push(box);
      if (i < count && box.classList.contains("node")) told[i].push([2, box]);
      if (box.classList.contains("node")) box.setAttribute("role", "img");
      if (box.matches("g.node:not(.open)") && box.checkVisibility() && !shown.has(i)) shown.set(i, box);
    }
    for (const box of svg.querySelectorAll("[data-within]")) {
      const result = box.querySelector(":scope > [data-v]");
      if (result) owners[Number(result.dataset.v)]?.push(box);
      if (box.classList.contains("open") || !box.checkVisibility()) continue;
      for (const i of box.dataset.within.split(",").map(Number)) shown.set(i, box);
    }
    for (const n of shown.keys()) if (n >= count) shown.delete(n);
    arrows = new Map();
    for (const edge of svg.querySelectorAll("g.edge[data-arcs]")) {
      if (!edge.checkVisibility()) continue;
      for (const arc of edge.dataset.arcs.split(" ").filter(Boolean)) arrows.set(arc, [...(arrows.get(arc) ?? []), edge]);
    }
    texts.forEach((own, i) => {
      for (const [slot, element] of told[i]) write(element, slot, own[slot]);
      dress(i);
    });
  }
  // A box gets its badge when there is something to write.
  function badge(box, text) {
    let found = box.querySelector(":scope > .badge");
    if (!text && !found) return;
    if (!found) {
      const { x, y, width } = box.querySelector(":scope > .frame");
      found = document.createElementNS("http://www.w3.org/2000/svg", "text");
      const at = { class: "badge", x: x.baseVal.value + width.baseVal.value - 5, y: y.baseVal.value + 16 };
      for (const [key, value] of Object.entries(at)) found.setAttribute(key, value);
      box.querySelector(":scope > .frame").before(found);
    }
    found.textContent = text;
  }
  function write(element, slot, text) {
    if (slot === 2) badge(element, text);
    else if (slot === 4) element.style.fill = text === "broken" ? "url(#hatch)" : `var(--${text})`;
    else element.textContent = slot === 0 ? (element.dataset.before ?? "") + text.replace(/^= /, "") : text;
  }
  function dress(i) {
    const [, , , state, color] = texts[i];
    for (const box of owners[i]) {
      for (const name of STATES) box.classList.toggle(name, name === state);
      box.classList.toggle("unset", color === "unset");
      box.classList.toggle("graded", state === "complete" || state === "done" || state === "wrong");
      box.classList.toggle("now", i === now);
    }
    for (const box of inner[i]) {
      box.classList.toggle("waiting", state === "waiting");
      box.classList.toggle("graded", state === "done" || state === "wrong");
    }
  }
  function set(i, slot, text) {
    texts[i][slot] = text;
    for (const [own, element] of told[i]) if (own === slot) write(element, slot, text);
    if (slot > 2) dress(i);
  }
  function focus(i) {
    const before = now;
    now = i;
    shown.get(before)?.classList.remove("now");
    if (before >= 0) dress(before);
    if (i < 0) return;
    dress(i);
    shown.get(i)?.classList.add("now");
  }
  // The node that a box shows; for a closed box, its result.
  function nodeOf(box) {
    const i = Number(box?.dataset.node ?? box?.querySelector(":scope > [data-v]")?.dataset.v ?? -1);
    return homes.get(i) ?? i;
  }
  if (!svg.getElementById("hatch")) {
    svg.insertAdjacentHTML("afterbegin", '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="var(--broken)"/><path d="M1 0V7" stroke="var(--broken-line)" stroke-opacity=".35"/></pattern></defs>');
  }
  bind();
  return { bind, set, focus, nodeOf, text: (i, slot) => texts[i][slot], box: (i) => shown.get(i) ?? null,
    owners: (i) => owners[i], arrows: (node, position) => arrows.get(`${node}:${position}`) ?? [],
    grads: (i) => told[i].filter(([slot]) => slot === 1).map(([, element]) => element) };
}

// Light an arrow, with its head at the other end for gradients; return the function that undoes it.
function lightArrow(edge, back) {
  const path = edge.querySelector("path");
  let head = null;
  edge.classList.add("live");
  if (back) {
    edge.classList.add("back");
    const [tip, next] = [path.getPointAtLength(0), path.getPointAtLength(9)];
    const [dx, dy] = [(next.x - tip.x) / 9, (next.y - tip.y) / 9];
    head = document.createElementNS("http://www.w3.org/2000/svg", "path");
    head.setAttribute("class", "tip");
    head.setAttribute("d", `M${tip.x} ${tip.y}l${11 * dx - 5 * dy} ${11 * dy + 5 * dx}l${10 * dy} ${-10 * dx}z`);
    edge.append(head);
  }
  return () => { edge.classList.remove("live", "back"); head?.remove(); };
}
