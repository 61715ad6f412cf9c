// Labels that come and go: each on or near its arrow, but never over a box or another label.

// svg: the picture. seen: the part of it on the stage, {width} in the picture's units.
function makeLabels(svg, seen) {
  const made = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const [LINE, STEP] = [15, 9];
  let layer = null;
  let boxes = null; // what is in the way, measured when it is first needed

  const clear = () => { layer?.remove(); layer = null; };
  const forget = () => { clear(); boxes = null; };

  // The rectangles of all boxes, weights and titles, in the picture's units.
  function measure() {
    const { a, e, f } = svg.getScreenCTM();
    const found = [];
    for (const part of svg.querySelectorAll("g.node:not(.open), .edge-text, .edge-tag, .group-title text, .bar")) {
      if (part.matches(".edge-text:not([data-node])") && !part.textContent.trim()) continue;
      const { left, top, width, height } = (part.querySelector(":scope > .frame") ?? part).getBoundingClientRect();
      if (width) found.push({ x: (left - e) / a, y: (top - f) / a, width: width / a, height: height / a });
    }
    return found;
  }
  const apart = (p, q) => p.x + p.width <= q.x || q.x + q.width <= p.x || p.y + p.height <= q.y || q.y + q.height <= p.y;

  // The free place nearest to the middle of an arrow.
  function place(path, width, height, taken, early) {
    const length = path.getTotalLength();
    const turn = svg.getScreenCTM().inverse().multiply(path.getScreenCTM());
    const shares = early ? [0.32, 0.26, 0.4, 0.5, 0.2, 0.6] : length > 0.7 * seen().width ? [0.93, 0.88, 0.8, 0.7, 0.6] : [0.5, 0.42, 0.58, 0.34, 0.66, 0.25, 0.75, 0.15, 0.85];
    const points = shares.map((share) => path.getPointAtLength(share * length).matrixTransform(turn));
    const whole = svg.viewBox.baseVal;
    for (let reach = 0; reach < 40; reach += 1) {
      const s = reach * STEP;
      const ways = reach ? [[0, -s], [0, s], [-s, 0], [s, 0], [-s, -s], [s, -s], [-s, s], [s, s]] : [[0, 0]];
      for (const [dx, dy] of ways) {
        for (const { x, y } of points) {
          const spot = { x: x + dx - width / 2, y: y + dy - height / 2, width, height };
          const inside = spot.x >= whole.x && spot.y >= whole.y && spot.x + width <= whole.x + whole.width && spot.y + height <= whole.y + whole.height;
          if (inside && taken.every((other) => apart(spot, other))) return spot;
        }
      }
    }
    return null;
  }

  // wanted: [{edge, lines}]: the lines for each arrow; early: near where it begins. A label without
  // a free place is left out.
  function put(wanted, early = false) {
    clear();
    if (!wanted.length) return;
    boxes ??= measure();
    const taken = [...boxes];
    layer = made("g", { class: "labels" });
    svg.append(layer);
    for (const { edge, lines } of wanted) {
      const path = edge.querySelector("path");
      const label = made("g", { class: "label" });
      const ground = made("rect", { class: "ground", rx: 4 });
      const texts = lines.map((line) => { const text = made("text", { class: "sent", "font-size": 13 }); text.textContent = line; return text; });
      label.append(ground, ...texts);
      layer.append(label);
      const width = Math.max(...texts.map((text) => text.getComputedTextLength())) + 6;
      const height = LINE * lines.length + 2;
      const spot = place(path, width, height, taken, early);
      if (!spot) { label.remove(); continue; }
      taken.push(spot);
      for (const [key, value] of Object.entries(spot)) ground.setAttribute(key, value);
      texts.forEach((text, k) => { text.setAttribute("x", spot.x + width / 2); text.setAttribute("y", spot.y + 12.5 + LINE * k); });
    }
  }
  // The weights of a neuron whose wires have no room for numbers: on its wires, the others dimmed.
  // ends: the [source, target] of each arrow's id. lines: the text of a wire. Returns whether they
  // were not shown already.
  let now = "";
  function tell(id, ends, lines = (wire) => [wire.dataset.weight, wire.dataset.gradient]) {
    const wires = Object.entries(ends).filter(([, [, target]]) => target === id).map(([wire]) => svg.getElementById(wire)).filter((wire) => wire?.dataset.weight);
    for (const wire of svg.querySelectorAll("g.told")) wire.classList.remove("told");
    for (const wire of wires) wire.classList.add("told");
    svg.classList.toggle("telling", wires.length > 0);
    put(wires.map((edge) => ({ edge, lines: lines(edge) })), true);
    const fresh = wires.length > 0 && now !== id;
    now = id;
    return fresh;
  }
  return { put, clear, forget, tell };
}
