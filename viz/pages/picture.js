// The picture of a live page: the numbers and colours in its boxes, at the current values. A number
// stands in an element marked data-v (value), data-g (gradient) or data-l (local); a node may be
// shown in several places, as boxes open and close.

const BLANK = "?";
const UNSET = "not computed";
const LONG = 7; // characters of a number: a longer one may be too wide for its place; as in slots.py
const MANY = 40; // nodes: in larger graphs, only those on the stage are kept up to date

// Which colour a gradient has: equal steps for equal factors between the smallest and the largest,
// as in viz/style/scales.py.
function role(size, smallest, largest) {
  if (!Number.isFinite(size)) return "broken";
  if (size === 0) return "zero";
  const low = Math.max(Math.log10(smallest), Math.log10(largest) - 8);
  const high = Math.log10(largest);
  let strength = 4;
  if (largest > smallest * 1.001) {
    for (let k = 3; k > 0; k -= 1) if (Math.abs(size) <= 10 ** (low + ((high - low) * k) / 4) * (1 + 1e-9)) strength = k;
  }
  return `${size > 0 ? "positive" : "negative"}-${strength}`;
}

// seen: the part of the picture on the stage, {x, y, width, height, scale} in the picture's units.
function makePicture(svg, engine, seen) {
  const { graph } = engine;
  let places = []; // boxes and weights, each with the numbers that it shows
  let arrows = [];
  let boxes = new Map(); // for each node: the box that it is seen in
  const shown = new Map(); // the text of each element, so that only changes are written
  const worn = new Map(); // and its classes
  const known = new Map(); // and the last value of each number, since comparing is quicker than writing it out
  let located = false;

  // Find what there is to fill in, again whenever a box has been opened or closed.
  function bind() {
    located = false;
    boxes = new Map();
    places = Array.from(svg.querySelectorAll("g.node, g.edge-text[data-node], g.edge-tag[data-node]"), (box) => {
      const own = (name) => Array.from(box.querySelectorAll(`:scope > [data-${name}]`), (element) => ({ element, i: Number(element.dataset[name]), at: null }));
      const within = new Set((box.dataset.within ?? "").split(",").filter(Boolean).map(Number));
      if (box.dataset.node) within.add(Number(box.dataset.node));
      const seen = box.classList.contains("node") && box.checkVisibility() && !box.classList.contains("open");
      for (const i of within) if (seen && !boxes.has(i)) boxes.set(i, box);
      return { box, within, node: Number(box.dataset.node ?? -1), values: own("v"), gradients: own("g"), bands: own("b"),
        title: box.querySelector(":scope > title"), wire: !box.classList.contains("node"), at: null };
    });
    for (const { box, node } of places) if (node >= 0 && !box.dataset.name) box.dataset.name = graph.names[node];
    arrows = Array.from(svg.querySelectorAll("g.edge"), (element) => {
      const arcs = (element.dataset.arcs ?? "").split(" ").filter(Boolean).map((arc) => arc.split(":").map(Number));
      return { element, arcs, label: element.querySelector("[data-l]") };
    });
  }
  // Where each box is, in the picture's units.
  function locate() {
    located = true;
    const { scale } = seen();
    const { x, y } = svg.viewBox.baseVal;
    const stage = svg.getBoundingClientRect();
    for (const place of places) {
      const r = place.box.getBoundingClientRect();
      place.at = [(r.left - stage.left) / scale + x, (r.top - stage.top) / scale + y, r.width / scale, r.height / scale];
    }
  }
  function write(element, text) {
    if (shown.get(element) === text) return;
    shown.set(element, text);
    hold(element, text);
    const whole = text === "" ? "" : (element.dataset.before ?? "") + text;
    if (element.firstChild?.nodeType === 3 && element.childNodes.length === 1) element.firstChild.data = whole;
    else element.textContent = whole;
  }
  // A number too long for its place is squeezed: its characters keep their height.
  function hold(element, text) {
    const long = text.length > LONG && element.dataset.wide !== undefined;
    if (long === element.hasAttribute("textLength")) return;
    if (long) {
      element.setAttribute("textLength", element.dataset.wide);
      element.setAttribute("lengthAdjust", "spacingAndGlyphs");
    } else {
      element.removeAttribute("textLength");
    }
  }
  function dress(element, name, on) {
    if (!element) return;
    const classes = worn.get(element) ?? worn.set(element, {}).get(element);
    if ((classes[name] ?? element.classList.contains(name)) === on) return;
    classes[name] = on;
    element.classList.toggle(name, on);
  }
  function tint(element, name) {
    if (shown.get(element) === name) return;
    shown.set(element, name);
    element.style.fill = `var(--${name})`;
  }
  // A number is written anew only where it has changed.
  function put(element, has, x, otherwise) {
    const last = known.get(element);
    if (last !== undefined && (has ? Object.is(last, x) : last === null)) return;
    known.set(element, has ? x : null);
    write(element, has ? number(x) : otherwise);
  }

  // moment: how far a pass has come; { valued(i), graded(i), sum(i), now, flows(node) }. In a large
  // graph only what is on the stage is written, the rest when it comes into sight.
  function show(moment) {
    if (!located) locate();
    let largest = 0;
    let smallest = Infinity;
    for (let i = 0; i < engine.count; i += 1) {
      const size = Math.abs(moment.sum(i));
      if (!moment.graded(i) || !Number.isFinite(size) || size === 0) continue;
      if (size > largest) largest = size;
      if (size < smallest) smallest = size;
    }
    const { x, y, width, height, scale } = seen();
    const many = places.length > MANY;
    const legible = !many || scale > 0.45; // below this, letters are specks, and only the colours are updated
    for (const place of places) {
      if (many) {
        const [left, top, w, h] = place.at;
        if (left > x + width || left + w < x || top > y + height || top + h < y) continue;
      }
      for (const { element, i } of place.bands) tint(element, moment.graded(i) ? role(moment.sum(i), smallest, largest) : "unset");
      const own = place.node >= 0 ? place.node : place.values[0]?.i ?? -1;
      if (own >= 0) {
        dress(place.box, "failed", engine.errors.has(own));
        dress(place.box, "waiting", !moment.valued(own));
      }
      dress(place.box, "now", place.within.has(moment.now));
      if (!legible) continue;
      for (const { element, i } of place.values) put(element, moment.valued(i) && engine.known[i] === 1, engine.values[i], BLANK);
      for (const { element, i } of place.gradients) put(element, moment.graded(i), moment.sum(i), place.wire ? BLANK : UNSET);
      if (place.gradients.length) dress(place.box, "unsettled", !moment.graded(place.gradients[0].i));
    }
    for (const { element, arcs, label } of arrows) {
      if (label) {
        const [node, position] = arcs[0];
        const local = engine.reached[node] ? engine.locals[node][position] : null;
        const told = moment.graded(node) && local !== null;
        put(label, told, local, "");
        dress(label.parentNode, "blank", !told && !label.parentNode.dataset.node);
      }
      dress(element, "flowing", arcs.some(([node]) => moment.flows(node)));
    }
    return largest;
  }

  // The arrows of a node without room for their text, each with its lines: the local derivative on
  // arrows to and from it, the weights on those to a neuron with very many wires.
  function loose(node) {
    const found = [];
    for (const { element, arcs, label } of arrows) {
      if (label || element.querySelector("[data-v]") || !element.checkVisibility()) continue;
      const weight = Number(element.dataset.weighs ?? -1);
      for (const [head, position] of arcs) {
        if (head !== node && graph.inputs[head][position] !== node) continue;
        const local = engine.reached[head] ? engine.locals[head][position] : null;
        if (weight >= 0) {
          if (head === node) found.push({ edge: element, lines: [number(engine.values[weight]), `grad ${number(engine.gradients[weight])}`] });
        } else if (local !== null) found.push({ edge: element, lines: [`∂ = ${number(local)}`] });
      }
    }
    return found;
  }

  // Each box's text for screen readers, and its tooltip: written when the numbers rest.
  function describe(moment) {
    for (const place of places) {
      const i = place.node;
      if (i < 0 || place.wire) continue;
      const value = moment.valued(i) && engine.known[i] ? number(engine.values[i]) : "not computed";
      const formula = graph.formulas[i] ? ` = ${graph.formulas[i]}` : "";
      const gradient = moment.graded(i) ? `, gradient ${number(moment.sum(i))}` : "";
      const said = engine.errors.get(i) ?? `${graph.names[i]}${formula}: ${value}${gradient}`;
      if (shown.get(place.box) === said) continue;
      shown.set(place.box, said);
      place.box.setAttribute("aria-label", said);
      if (place.title) place.title.textContent = said;
    }
  }
  let selected = null;
  function select(i) {
    const box = boxes.get(i) ?? null;
    if (box === selected) return;
    selected?.classList.remove("selected");
    selected = box;
    selected?.classList.add("selected");
  }
  // The node that a box shows; for a closed box, its result.
  function node(id) {
    const place = places.find(({ box }) => box.id === id);
    return place ? (place.node >= 0 ? place.node : place.gradients[0]?.i ?? place.values[0]?.i ?? -1) : -1;
  }

  bind();
  return { bind, show, loose, roomy: arrows.some(({ label }) => label), describe, select, node, box: (i) => boxes.get(i) ?? null };
}
