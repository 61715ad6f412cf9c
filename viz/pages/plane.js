// The plane of two features: the network's prediction at each place, and the points on it.

const CELLS = 48;
const SHADES = 255; // of each colour

function rgb(text) {
  const digits = text.trim().replace("#", "");
  return [0, 2, 4].map((i) => parseInt(digits.slice(i, i + 2), 16));
}
// From blue through the page's own colour to orange, for -1 … 1.
function mixer(colors) {
  const [low, middle, high] = ["negative-4", "box", "positive-4"].map((name) => rgb(colors[name]));
  const shades = Array.from({ length: 2 * SHADES + 1 }, (_, k) => {
    const part = k / SHADES - 1;
    return middle.map((m, i) => Math.round(m + ((part < 0 ? low : high)[i] - m) * Math.abs(part)));
  });
  return (t) => shades[Math.round(SHADES * (1 + Math.max(-1, Math.min(1, t))))] ?? [128, 128, 128]; // of nan
}

// axes: the two features, and the range of each. The others are held at their means.
function makeAxes(data, a, b) {
  const n = data.X.length / data.width;
  const column = (k) => Array.from({ length: n }, (_, i) => data.X[i * data.width + k]);
  const range = (k) => {
    const xs = column(k);
    const [low, high] = [Math.min(...xs), Math.max(...xs)];
    const margin = (high - low) * 0.15 || 1;
    return [low - margin, high + margin];
  };
  const means = Array.from({ length: data.width }, (_, k) => column(k).reduce((s, x) => s + x, 0) / n);
  return { a, b, across: range(a), up: b < 0 ? null : range(b), means };
}

// How a prediction is shown: its number on a scale from -1 to 1, and which class it means.
function makeReading(data) {
  const values = [...data.y];
  const mean = values.reduce((s, x) => s + x, 0) / values.length;
  const spread = Math.max(...values.map((v) => Math.abs(v - mean))) || 1;
  const binary = data.classes.length === 2;
  if (binary && data.logits) return { shade: (z) => Math.tanh(z / 2), middle: 0, target: (v) => (v === data.classes[1] ? 1 : -1) };
  const middle = binary ? (data.classes[0] + data.classes[1]) / 2 : mean;
  return { shade: (z) => (z - middle) / spread, middle, target: (v) => (v - middle) / spread };
}

// Evaluate the network over one feature: return an array of CELLS numbers for each output.
function sweepLine(trainer, axes) {
  const { size } = trainer.variant;
  const cells = Array.from({ length: size }, () => new Float64Array(CELLS));
  const point = Float64Array.from(axes.means);
  for (let column = 0; column < CELLS; column += 1) {
    point[axes.a] = axes.across[0] + (column / (CELLS - 1)) * (axes.across[1] - axes.across[0]);
    const outputs = trainer.predict(point);
    for (let k = 0; k < size; k += 1) cells[k][column] = outputs[k];
  }
  return cells;
}

// Evaluate the network over the plane: return an array of CELLS × CELLS numbers for each output.
function sweep(trainer, axes) {
  if (axes.up === null) return sweepLine(trainer, axes);
  const { size } = trainer.variant;
  const cells = Array.from({ length: size }, () => new Float64Array(CELLS * CELLS));
  const point = Float64Array.from(axes.means);
  for (let row = 0; row < CELLS; row += 1) {
    for (let column = 0; column < CELLS; column += 1) {
      point[axes.a] = axes.across[0] + ((column + 0.5) / CELLS) * (axes.across[1] - axes.across[0]);
      point[axes.b] = axes.up[1] - ((row + 0.5) / CELLS) * (axes.up[1] - axes.up[0]);
      const outputs = trainer.predict(point);
      for (let k = 0; k < size; k += 1) cells[k][row * CELLS + column] = outputs[k];
    }
  }
  return cells;
}

const CLASS_COLORS = ["negative-4", "positive-4", "size-4", "leaf", "notice", "closed", "negative-2", "positive-2", "size-2", "constant"];

// Paint numbers as an image of CELLS × CELLS dots, enlarged to the canvas.
const board = document.createElement("canvas");
function paint(canvas, colorAt) {
  if (board.width !== CELLS || board.height !== CELLS) { board.width = CELLS; board.height = CELLS; }
  const image = new ImageData(CELLS, CELLS);
  for (let i = 0; i < CELLS * CELLS; i += 1) {
    const color = colorAt(i);
    for (let k = 0; k < 3; k += 1) image.data[4 * i + k] = color[k];
    image.data[4 * i + 3] = 255;
  }
  board.getContext("2d").putImageData(image, 0, 0);
  const [width, height] = fitCanvas(canvas);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingEnabled = true;
  pen.drawImage(board, 0, 0, width, height);
  return [pen, width, height];
}

function drawPlane(canvas, trainer, axes, reading, colors, outputs) {
  if (axes.up === null) { drawFit(canvas, trainer, axes, colors); return; }
  const mix = mixer(colors);
  const kinds = outputs > 1 ? trainer.data.classes.map((_, k) => rgb(colors[CLASS_COLORS[k]])) : null;
  const cells = trainer.cells;
  const winner = (i) => {
    let best = 0;
    for (let k = 1; k < outputs; k += 1) if (cells[k][i] > cells[best][i]) best = k;
    return best;
  };
  const [pen, width, height] = paint(canvas, (i) => (kinds ? kinds[winner(i)] ?? kinds[0] : mix(0.7 * reading.shade(cells[0][i]))));
  for (const [x, xo, y, yo] of trainer.points()) {
    const left = ((x[xo + axes.a] - axes.across[0]) / (axes.across[1] - axes.across[0])) * width;
    const top = ((axes.up[1] - x[xo + axes.b]) / (axes.up[1] - axes.up[0])) * height;
    const color = kinds ? kinds[trainer.data.classes.indexOf(y[yo])] ?? [128, 128, 128] : mix(reading.target(y[yo]));
    pointMark(pen, left, top, color, colors);
  }
}

function pointMark(pen, left, top, color, colors) {
  pen.beginPath();
  pen.arc(left, top, 4.5, 0, 7);
  pen.fillStyle = `rgb(${color})`;
  pen.strokeStyle = colors.text;
  pen.lineWidth = 1.5;
  pen.fill();
  pen.stroke();
}

// One feature: how far below the top a target is drawn, as a share of the height, and back.
function heights(trainer) {
  const targets = trainer.points().map(([, , y, yo]) => y[yo]);
  const [low, high] = [Math.min(...targets), Math.max(...targets)];
  const margin = (high - low) * 0.2 || 1;
  const whole = high - low + 2 * margin;
  return { to: (y) => 1 - (y - low + margin) / whole, from: (share) => low - margin + (1 - share) * whole };
}

// One feature: the points and the fitted curve.
function drawFit(canvas, trainer, axes, colors) {
  const [width, height] = fitCanvas(canvas);
  const pen = canvas.getContext("2d");
  pen.fillStyle = colors.box;
  pen.fillRect(0, 0, width, height);
  const points = trainer.points().map(([x, xo, y, yo]) => [x[xo + axes.a], y[yo]]);
  const up = heights(trainer);
  const at = (x, y) => [((x - axes.across[0]) / (axes.across[1] - axes.across[0])) * width, up.to(y) * height];
  for (const [x, y] of points) pointMark(pen, ...at(x, y), rgb(colors["negative-4"]), colors);
  pen.beginPath();
  pen.strokeStyle = colors["edge-positive"];
  pen.lineWidth = 3;
  const point = Float64Array.from(axes.means);
  for (let i = 0; i <= 160; i += 1) {
    point[axes.a] = axes.across[0] + (i / 160) * (axes.across[1] - axes.across[0]);
    pen.lineTo(...at(point[axes.a], trainer.predict(point)[0]));
  }
  pen.stroke();
}
