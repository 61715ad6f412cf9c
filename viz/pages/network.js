// The network: in each neuron a little map of what it computes over the plane, or its curve over a
// single feature; and the weights as lines that show the sign by colour and the size by width. A
// click on a line opens it.

const SHOWN = 10; // neurons of a layer; of a wider one, the first

// The curve of what a neuron computes over one feature, with a line at 0.
function drawCurveOf(canvas, numbers, top, colors) {
  const [width, height] = fitCanvas(canvas);
  const pen = canvas.getContext("2d");
  pen.fillStyle = colors.box;
  pen.fillRect(0, 0, width, height);
  const level = (x) => height / 2 - (x / top) * (height / 2 - 3);
  pen.strokeStyle = colors.muted;
  pen.lineWidth = 0.5;
  pen.beginPath();
  pen.moveTo(0, level(0));
  pen.lineTo(width, level(0));
  pen.stroke();
  pen.strokeStyle = colors["edge-positive"];
  pen.lineWidth = 2;
  pen.beginPath();
  numbers.forEach((x, i) => pen.lineTo((i / (numbers.length - 1)) * width, level(x)));
  pen.stroke();
}

const NEAR = 14; // px from a line

// How far a place is from the curve of a weight.
function distance([x1, y1, x2, y2], x, y) {
  let least = Infinity;
  for (let k = 0; k <= 24; k += 1) {
    const t = k / 24;
    const bent = 1.5 * t * (1 - t) + t ** 3; // of a curve whose handles stand in the middle
    const level = t * t * (3 - 2 * t);
    least = Math.min(least, Math.hypot(x1 + (x2 - x1) * bent - x, y1 + (y2 - y1) * level - y));
  }
  return least;
}

// chosen: what a click on a weight does; without it they are lines to look at.
function makeNetwork(place, chosen = null) {
  const svg = place.querySelector("svg");
  const maps = place.querySelector(".maps");
  const name = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  let lines = [];
  let canvases = [];

  function build(trainer, features) {
    const { variant, data } = trainer;
    svg.textContent = "";
    maps.textContent = "";
    lines = [];
    canvases = [];
    const { clientWidth: width, clientHeight: height } = place;
    const sizes = [data.width, ...variant.layers.map(([, units]) => units)];
    const side = Math.max(20, Math.min(44, height / (Math.min(Math.max(...sizes), SHOWN) + 0.8) - 8));
    const spot = (layer, unit) => {
      const shown = Math.min(sizes[layer], SHOWN);
      return [((layer + 0.5) / sizes.length) * width, 24 + ((unit + 0.5) / shown) * (height - 34)];
    };
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    variant.layers.forEach(([weight, , parameter], l) => {
      const { shape, offset } = variant.parameters[parameter];
      for (let i = 0; i < Math.min(shape[0], SHOWN); i += 1) {
        for (let j = 0; j < Math.min(shape[1], SHOWN); j += 1) {
          const [x1, y1] = spot(l, i);
          const [x2, y2] = spot(l + 1, j);
          const path = `M${x1 + side / 2} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2 - side / 2} ${y2}`;
          const line = name("path", { d: path, class: "weight", ...(chosen ? { tabindex: "0", role: "button" } : {}) });
          const index = offset + i * shape[1] + j;
          const told = `${weight}[${i},${j}]`;
          if (chosen) {
            line.addEventListener("click", () => chosen(index, told, line));
            line.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); chosen(index, told, line); } });
          }
          svg.append(line);
          lines.push({ line, index, told, ends: [x1 + side / 2, y1, x2 - side / 2, y2] });
        }
      }
    });
    sizes.forEach((units, layer) => {
      for (let unit = 0; unit < Math.min(units, SHOWN); unit += 1) {
        const [x, y] = spot(layer, unit);
        if (layer === 0) {
          const text = name("text", { x: x + side / 2 - 4, y: y + 5, class: "feature" });
          text.textContent = features[unit];
          const room = x + side / 2 - 8;
          if (8 * features[unit].length > room) for (const [key, value] of [["textLength", room], ["lengthAdjust", "spacingAndGlyphs"]]) text.setAttribute(key, value);
          svg.append(text);
          continue;
        }
        const canvas = document.createElement("canvas");
        canvas.style.cssText = `left:${x - side / 2}px;top:${y - side / 2}px;width:${side}px;height:${side}px`;
        maps.append(canvas);
        canvases.push({ canvas, layer, unit });
      }
      const [x] = spot(layer, 0);
      const label = name("text", { x, y: 13, class: "layer" });
      const column = width / sizes.length;
      const [first, between, last] = column < 62 ? ["in", "", "out"] : ["features", "layer ", "output"];
      label.textContent = layer === 0 ? first : layer === sizes.length - 1 ? last : `${between}${layer}`;
      if (units > SHOWN) label.textContent = column < 125 ? `${SHOWN}/${units}` : `${label.textContent}, ${SHOWN} of ${units}`;
      svg.append(label);
    });
  }

  // A finger, or a mouse near a thin line, means the nearest one.
  if (chosen) svg.addEventListener("click", (event) => {
    if (event.target.closest(".weight")) return;
    const frame = svg.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    let [nearest, least] = [null, NEAR];
    for (const one of lines) {
      const far = distance(one.ends, x, y);
      if (far < least) [nearest, least] = [one, far];
    }
    if (nearest) chosen(nearest.index, nearest.told, nearest.line);
  });

  // moving: whether the next picture comes at once, and words for screen readers can wait.
  function draw(trainer, colors, axes, moving = false) {
    let largest = 1e-12;
    for (const { index } of lines) largest = Math.max(largest, Math.abs(trainer.w[index]));
    for (const { line, index, told } of lines) {
      const w = trainer.w[index];
      line.style.stroke = w < 0 ? "var(--edge-negative)" : "var(--edge-positive)";
      line.style.strokeWidth = 0.5 + (4.5 * Math.abs(w)) / largest;
      line.style.strokeDasharray = trainer.held[index] ? "3 4" : "";
      if (!moving) line.setAttribute("aria-label", `${told} = ${number(w)}`);
    }
    const mix = mixer(colors);
    const starts = [0];
    let outputs = trainer.variant.size;
    for (const [, units] of trainer.variant.layers) outputs -= units;
    starts[0] = outputs; // the prediction itself stands before the layers
    trainer.variant.layers.forEach(([, units], l) => starts.push(starts[l] + units));
    for (const { canvas, layer, unit } of canvases) {
      const cells = trainer.cells[starts[layer - 1] + unit];
      let top = 1e-12;
      for (const value of cells) top = Math.max(top, Math.abs(value));
      if (axes.up === null) drawCurveOf(canvas, cells, top, colors);
      else paint(canvas, (i) => mix(cells[i] / top));
    }
  }
  return { build, draw };
}
