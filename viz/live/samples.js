// The page that trains on samples: the curve of the loss, each array of parameters as a heat map
// with its gradient beside it, and what the user's own function says of a chosen sample.
// From its console: chainrule.step(n), .epoch(n), .loss(), .parameters(), .reset(), .says(i).

function startSamples(task, rules) {
  const $ = (id) => document.getElementById(id);
  const embedded = window.parent !== window;
  document.documentElement.classList.toggle("embedded", embedded);
  const settings = { ...task.settings, optimizer: Object.keys(rules)[0], weight_decay: 0, l1: 0, shuffle: false };
  const count = task.samples.length;
  // The trainer asks for a program by a sample's label; here each sample has its own.
  const data = { X: new Float64Array(count), width: 1, y: Float64Array.from(task.samples, (_, i) => i), targets: 1, heldX: [], heldY: [] };
  const train = Object.fromEntries(task.samples.map(([program, numbers], i) => [String(i), (w, g) => task.programs[program](w, g, numbers)]));
  const trainer = makeTrainer({ ...task, train, predict: () => {}, size: 0 }, data, rules, settings);
  const out = new Float64Array(task.most);
  let playing = false;
  let colors = readColors();

  function readColors() {
    const style = getComputedStyle(document.documentElement);
    const names = ["text", "muted", "box", "edge-positive", "edge-negative", "negative-4", "positive-4"];
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`)]));
  }
  function heat(canvas, numbers, rows, columns) {
    const mix = mixer(colors);
    let largest = 1e-300;
    for (const x of numbers) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
    const image = new ImageData(columns, rows);
    for (let i = 0; i < numbers.length; i += 1) image.data.set([...mix(numbers[i] / largest), 255], i * 4);
    board.width = columns;
    board.height = rows;
    board.getContext("2d").putImageData(image, 0, 0);
    const [width, height] = fitCanvas(canvas);
    const pen = canvas.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(board, 0, 0, width, height);
    canvas.title = `largest ${number(largest)}`;
  }
  const table = (shape) => (shape.length > 1 ? [shape.slice(0, -1).reduce((a, b) => a * b, 1), shape[shape.length - 1]] : [1, shape[0] ?? 1]);

  const maps = task.parameters.map(({ name, shape }) => {
    const figure = document.createElement("figure");
    const [rows, columns] = table(shape);
    const cell = Math.max(3, Math.min(14, 150 / columns));
    figure.innerHTML = `<figcaption></figcaption><canvas></canvas><canvas></canvas>`;
    figure.querySelector("figcaption").textContent = `${name} ${shape.join("×")}, gradient`;
    for (const canvas of figure.querySelectorAll("canvas")) canvas.style.cssText = `width:${Math.min(170, columns * cell)}px;height:${Math.max(8, Math.min(220, rows * cell))}px`;
    $("parameters").append(figure);
    return figure.querySelectorAll("canvas");
  });

  function draw() {
    $("epochs").textContent = String(trainer.epochs);
    $("steps").textContent = String(trainer.steps);
    $("loss").textContent = number(trainer.losses[trainer.losses.length - 1]);
    drawCurve($("curve"), trainer, colors);
    task.parameters.forEach(({ shape, offset }, k) => {
      const [rows, columns] = table(shape);
      heat(maps[k][0], trainer.w.subarray(offset, offset + rows * columns), rows, columns);
      heat(maps[k][1], trainer.g.subarray(offset, offset + rows * columns), rows, columns);
    });
    say();
  }

  function says(i) {
    const [program, numbers] = task.said[i];
    task.sayings[program](trainer.w, out, numbers);
    let offset = 0;
    return task.shapes[i].map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const found = { name, shape, numbers: Array.from(out.subarray(offset, offset + size)) };
      offset += size;
      return found;
    });
  }
  function say() {
    if (!task.said.length) return;
    const place = $("said");
    const found = says(Number($("sample").value));
    found.forEach(({ name, shape, numbers }, k) => {
      const figure = place.children[k] ?? place.appendChild(document.createElement("figure"));
      const [rows, columns] = table(shape);
      if (!figure.firstChild) figure.innerHTML = "<figcaption></figcaption><canvas></canvas>";
      figure.firstChild.textContent = `${name} ${shape.join("×")}`;
      figure.lastChild.style.cssText = `width:300px;height:${Math.max(14, Math.min(240, rows * 14))}px`;
      heat(figure.lastChild, numbers, rows, columns);
    });
    while (place.children.length > found.length) place.lastChild.remove();
  }

  function frame() {
    if (!playing) return;
    const until = performance.now() + 14;
    do { trainer.step(); if (trainer.at !== 0 && trainer.steps % 10 === 0) trainer.note(); } while (performance.now() < until);
    draw();
    requestAnimationFrame(frame);
  }
  function play(on) {
    playing = on;
    $("play").textContent = on ? "Pause" : "Play";
    $("play").setAttribute("aria-pressed", String(on));
    if (on) requestAnimationFrame(frame);
  }
  $("play").addEventListener("click", () => play(!playing));
  $("step").addEventListener("click", () => { play(false); trainer.step(); trainer.note(); draw(); });
  $("epoch").addEventListener("click", () => { play(false); trainer.epoch(); draw(); });
  $("reset").addEventListener("click", () => { play(false); trainer.reset(false); draw(); });
  $("seed").addEventListener("click", () => { trainer.reset(true); draw(); });
  for (const [id, key, least] of [["lr", "lr", 0], ["batch", "batch", 1], ["l1", "l1", 0], ["l2", "weight_decay", 0]]) {
    $(id).value = settings[key];
    $(id).addEventListener("change", () => {
      const typed = Number($(id).value.replace(",", "."));
      const fits = Number.isFinite(typed) && typed >= least;
      $(id).setAttribute("aria-invalid", String(!fits));
      if (fits) settings[key] = typed;
    });
  }
  for (const name of Object.keys(rules)) $("optimizer").append(new Option(name, name));
  $("optimizer").addEventListener("change", () => { settings.optimizer = $("optimizer").value; });
  $("shuffle").addEventListener("change", () => { settings.shuffle = $("shuffle").checked; });
  task.labels.forEach((label, i) => $("sample").append(new Option(label, i)));
  $("sample").addEventListener("change", draw);
  $("saying").hidden = !task.said.length;
  document.addEventListener("keydown", (event) => {
    event.stopPropagation(); // in a notebook, keys pressed here are not for it
    if (event.target.matches("input, select, button") || event.key !== " ") return;
    event.preventDefault();
    play(!playing);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colors = readColors(); draw(); });
  document.body.classList.add("alive");
  draw();
  if (embedded) parent.postMessage({ chainrule: "height", height: 660 }, "*");
  return {
    step: (n = 1) => { for (let i = 0; i < n; i += 1) trainer.step(); trainer.note(); draw(); return trainer.losses[trainer.losses.length - 1]; },
    epoch: (n = 1) => { for (let i = 0; i < n; i += 1) trainer.epoch(); draw(); },
    loss: () => trainer.loss(),
    parameters: () => trainer.nested(),
    reset: () => { trainer.reset(false); draw(); },
    set: (wanted) => {
      for (const key of Object.keys(wanted)) if (!(key in settings)) throw new RangeError(`there is no setting ${key}: ${Object.keys(settings).join(", ")}`);
      Object.assign(settings, wanted);
    },
    settings: () => ({ ...settings }),
    says,
  };
}
