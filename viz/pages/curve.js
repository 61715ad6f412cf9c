// The curve of the loss, on training and held-out points.

// scale: how many losses fit, and the highest; by default, those of the curve itself.
function drawCurve(canvas, trainer, colors, scale = {}) {
  const [width, height] = fitCanvas(canvas);
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, width, height);
  const finite = [...trainer.losses, ...trainer.heldLosses].filter(Number.isFinite);
  if (!finite.length) return;
  const high = scale.high ?? (finite.reduce((a, b) => Math.max(a, b), 0) || 1);
  pen.font = "12px system-ui, sans-serif";
  pen.fillStyle = colors.muted;
  pen.fillText(general(high, 3), 4, 12);
  const left = Math.max(34, pen.measureText(general(high, 3)).width + 10);
  pen.fillText("0", 4, height - 4);
  const plot = (losses, color, dash) => {
    pen.strokeStyle = color;
    pen.lineWidth = 2;
    pen.setLineDash(dash);
    pen.beginPath();
    const wide = Math.max((scale.most ?? losses.length) - 1, 1);
    losses.forEach((loss, i) => {
      if (Number.isFinite(loss)) pen.lineTo(left + (i / wide) * (width - left - 6), 4 + (1 - loss / high) * (height - 10));
    });
    pen.stroke();
  };
  plot(trainer.losses, colors["edge-positive"], []);
  plot(trainer.heldLosses, colors["edge-negative"], [5, 4]);
}

// The size of each canvas in CSS pixels, kept because asking for it forces a layout of the page.
const sizes = new WeakMap();
const resized = new ResizeObserver((all) => { for (const { target } of all) sizes.delete(target); });

// Give a canvas as many dots as the screen has there, and return its size in CSS pixels.
function fitCanvas(canvas) {
  const ratio = window.devicePixelRatio || 1;
  if (!sizes.has(canvas)) {
    resized.observe(canvas);
    sizes.set(canvas, [canvas.clientWidth, canvas.clientHeight]);
  }
  const [width, height] = sizes.get(canvas);
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
  return [width, height];
}
