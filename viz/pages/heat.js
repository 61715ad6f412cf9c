// Heat maps: arrays of numbers as colours, from blue through the page's own colour to orange.

// How an array is laid out: tiles of rows × columns side by side, one for each leading index.
function tiled(shape) {
  const columns = shape[shape.length - 1] ?? 1;
  const rows = shape.length > 1 ? shape[shape.length - 2] : 1;
  return [shape.slice(0, -2).reduce((a, b) => a * b, 1), rows, columns];
}

function largestOf(numbers) {
  let largest = 0;
  for (const x of numbers) if (Number.isFinite(x) && Math.abs(x) > largest) largest = Math.abs(x);
  return largest;
}

// labels: {rows, columns}, a text for each, or none. marked: (row, column) → whether it is framed.
function drawHeat(canvas, numbers, shape, colors, labels = {}, marked = null) {
  const mix = mixer(colors);
  const [tiles, rows, columns] = tiled(shape);
  const largest = largestOf(numbers);
  const [width, height] = fitCanvas(canvas);
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, width, height);
  pen.imageSmoothingEnabled = false;
  pen.font = "12px ui-monospace, monospace";
  pen.fillStyle = colors.text;
  pen.textBaseline = "middle";
  const left = labels.rows ? 16 : 0;
  const top = labels.columns ? 15 : 0;
  const gap = tiles > 1 ? 8 : 0;
  const cell = [(width - (left + gap) * tiles) / (tiles * columns), (height - top) / rows];
  if (board.width !== columns || board.height !== rows) { board.width = columns; board.height = rows; }
  const image = new ImageData(columns, rows);
  for (let tile = 0; tile < tiles; tile += 1) {
    const first = tile * rows * columns;
    for (let i = 0; i < rows * columns; i += 1) {
      const x = numbers[first + i];
      image.data.set(x === x ? [...mix(x / (largest || 1)), 255] : [0, 0, 0, 0], i * 4);
    }
    board.getContext("2d").putImageData(image, 0, 0);
    const x = tile * (left + gap + columns * cell[0]) + left;
    pen.drawImage(board, x, top, columns * cell[0], rows * cell[1]);
    pen.textAlign = "center";
    if (labels.columns && cell[0] >= 7) labels.columns.forEach((text, k) => pen.fillText(text, x + (k + 0.5) * cell[0], 7));
    if (labels.rows && cell[1] >= 9) labels.rows.forEach((text, k) => pen.fillText(text, x - 8, top + (k + 0.5) * cell[1]));
    if (!marked) continue;
    pen.strokeStyle = colors.text;
    pen.lineWidth = 1.5;
    for (let r = 0; r < rows; r += 1) {
      for (let c = 0; c < columns; c += 1) if (marked(r, c)) pen.strokeRect(x + c * cell[0] + 0.75, top + r * cell[1] + 0.75, cell[0] - 1.5, cell[1] - 1.5);
    }
  }
  return largest;
}
