// The picture of a live page: the numbers and colours in its boxes, at the present values. A
// number stands in an element marked data-v (value), data-g (gradient) or data-l (local).

const BLANK = "?";
const UNSET = "not computed";
const MANY = 40; // nodes: of more, only those on the stage are kept up to date

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

// seen: what of the picture is on the stage, {x, y, width, height, scale} in the picture's units.
function makePicture(svg, engine, seen) {
  const { graph } = engine;
  const marked = (name) => {
    const found = new Map();
    for (const element of svg.querySelectorAll(`[data-${name}]`)) {
      found.set(Number(element.dataset[name]), element);
    }
    return found;
  };
  const [values, gradients, bands, locals] = ["v", "g", "b", "l"].map(marked);
  const boxes = graph.ids.map((id) => (id ? svg.getElementById(id) : null));
  const arrows = graph.edges.map(([id]) => svg.getElementById(id));
  const shown = new Map(); // what an element says, so that only changes are written
  const worn = new Map(); // and which classes it has
  graph.names.forEach((name, i) => { if (boxes[i]) boxes[i].dataset.name = name; });
  const parts = boxes.map((box, i) => ({ box, value: values.get(i), gradient: gradients.get(i), band: bands.get(i), title: box?.querySelector("title"), wire: !gradients.get(i)?.closest("g.node"), at: null }));

  let located = false;
  // Where each box is, in the picture's units; the places do not change.
  function locate() {
    located = true;
    const { scale } = seen();
    const { x, y } = svg.viewBox.baseVal;
    const stage = svg.getBoundingClientRect();
    for (const part of parts) {
      if (!part.box) continue;
      const r = part.box.getBoundingClientRect();
      part.at = [(r.left - stage.left) / scale + x, (r.top - stage.top) / scale + y, r.width / scale, r.height / scale];
    }
  }
  function write(element, text) {
    if (!element || shown.get(element) === text) return;
    shown.set(element, text);
    const whole = text === "" ? "" : (element.dataset.before ?? "") + text;
    if (element.firstChild?.nodeType === 3 && element.childNodes.length === 1) element.firstChild.data = whole;
    else element.textContent = whole;
  }
  function dress(element, name, on) {
    if (!element) return;
    const classes = worn.get(element) ?? worn.set(element, {}).get(element);
    if (Boolean(classes[name]) === on) return;
    classes[name] = on;
    element.classList.toggle(name, on);
  }
  function tint(element, name) {
    if (!element || shown.get(element) === name) return;
    shown.set(element, name);
    element.style.fill = `var(--${name})`;
  }
  // A number is written anew only where it has changed: to write it out takes longer than to look.
  const last = { values: new Float64Array(engine.count), gradients: new Float64Array(engine.count), locals: new Float64Array(arrows.length) };
  const written = { values: new Uint8Array(engine.count), gradients: new Uint8Array(engine.count), locals: new Uint8Array(arrows.length) };
  function put(kind, i, element, known, x, otherwise) {
    if (!element) return;
    const state = known ? 1 : 2;
    if (written[kind][i] === state && (!known || Object.is(last[kind][i], x))) return;
    written[kind][i] = state;
    last[kind][i] = x;
    write(element, known ? number(x) : otherwise);
  }

  // moment: how far a pass has come; { valued(i), graded(i), sum(i), now, flows(edge) }. Of a
  // large graph only what is on the stage is written: the rest when it comes into sight.
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
    const many = parts.length > MANY;
    const legible = !many || scale > 0.45; // below, letters are specks, and only the colours are followed
    parts.forEach((part, i) => {
      if (many && part.at) {
        const [left, top, w, h] = part.at;
        if (left > x + width || left + w < x || top > y + height || top + h < y) return;
      }
      const graded = moment.graded(i);
      tint(part.band, graded ? role(moment.sum(i), smallest, largest) : "unset");
      dress(part.box, "failed", engine.errors.has(i));
      dress(part.box, "waiting", !moment.valued(i));
      dress(part.box, "now", moment.now === i);
      if (!legible) return;
      put("values", i, part.value, moment.valued(i) && engine.known[i] === 1, engine.values[i], BLANK);
      put("gradients", i, part.gradient, graded, moment.sum(i), part.wire ? BLANK : UNSET);
      dress(part.box, "unsettled", !graded);
    });
    graph.edges.forEach(([, source, target, position], e) => {
      const local = engine.reached[target] ? engine.locals[target][position] : null;
      const known = moment.graded(target) && local !== null;
      put("locals", e, locals.get(e), known, local, "");
      dress(locals.get(e)?.closest(".edge-text"), "blank", !known);
      dress(arrows[e], "flowing", moment.flows(source, target));
    });
    return largest;
  }

  // What a screen reader says of each box, and its tooltip: written when the numbers rest.
  function describe(moment) {
    parts.forEach((part, i) => {
      if (!part.box) return;
      const value = moment.valued(i) && engine.known[i] ? number(engine.values[i]) : "not computed";
      const formula = graph.formulas[i] ? ` = ${graph.formulas[i]}` : "";
      const gradient = moment.graded(i) ? `, gradient ${number(moment.sum(i))}` : "";
      const said = engine.errors.get(i) ?? `${graph.names[i]}${formula}: ${value}${gradient}`;
      if (shown.get(part) === said) return;
      shown.set(part, said);
      part.box.setAttribute("aria-label", said);
      if (part.title) part.title.textContent = said;
    });
  }
  let selected = null;
  function select(i) {
    if (boxes[i] === selected) return;
    selected?.classList.remove("selected");
    selected = boxes[i];
    selected?.classList.add("selected");
  }

  return { show, describe, select, boxes, node: (id) => graph.ids.indexOf(id) };
}
