// The page that trains on samples: the curve of the loss, each array of parameters as a heat map
// with its gradient beside it, and what the user's own function returns for a chosen sample.
// From its console: chainrule.step(n), .epoch(n), .loss(), .parameters(), .reset(), .says(i),
// .draws(tokens) for the probabilities of what follows, and .names(n) for new samples.

function startSamples(task, rules) {
  const $ = (id) => document.getElementById(id);
  const embedded = window.parent !== window;
  document.documentElement.classList.toggle("embedded", embedded);
  for (const name of Object.keys(rules)) $("optimizer").append(new Option(name, name));
  const { settings, set } = makeSettings(task.settings, rules, $("optimizer"));
  const count = task.samples.length;
  // The trainer asks for a program by a sample's label; here each sample has its own.
  const data = { X: new Float64Array(count), width: 1, y: Float64Array.from(task.samples, (_, i) => i), targets: 1, heldX: [], heldY: [], many: true };
  const train = Object.fromEntries(task.samples.map(([program, numbers], i) => [String(i), (w, g) => task.programs[program](w, g, numbers)]));
  const trainer = makeTrainer({ ...task, train, predict: () => {}, size: 0 }, data, rules, settings);
  const out = new Float64Array(task.most);
  const drawing = makeDrawing(task, trainer);
  let seed = 1;
  let temperature = 1;
  let colors = readColors();

  function readColors() {
    const style = getComputedStyle(document.documentElement);
    const names = ["text", "muted", "box", "edge-positive", "edge-negative", "negative-4", "positive-4"];
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`)]));
  }
  function make(tag, parent, text = "") {
    const made = parent.appendChild(document.createElement(tag));
    made.textContent = text;
    return made;
  }
  const maps = task.parameters.map(({ name, shape }) => {
    const figure = make("figure", $("parameters"));
    const caption = make("figcaption", figure);
    make("b", caption, name);
    caption.append(` ${shape.join("×")}, gradient`);
    const [tiles, rows, columns] = tiled(shape);
    const cell = Math.max(3, Math.min(22, Math.floor(96 / (columns * tiles)), Math.floor(140 / rows)));
    return ["values", "gradient"].map((what) => {
      const canvas = make("canvas", figure);
      canvas.style.cssText = `width:${Math.min(220, columns * tiles * cell)}px;height:${Math.max(8, Math.min(220, rows * cell))}px`;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${name}, ${what}`);
      return canvas;
    });
  });

  function say(id, text) { if ($(id).textContent !== text) $(id).textContent = text; }
  function draw() {
    say("epochs", String(trainer.epochs));
    say("steps", String(trainer.steps));
    say("loss", number(trainer.losses[trainer.losses.length - 1]));
    drawCurve($("curve"), trainer, colors);
    task.parameters.forEach(({ shape, offset }, k) => {
      const size = shape.reduce((a, b) => a * b, 1);
      [trainer.w, trainer.g].forEach((numbers, which) => {
        const largest = drawHeat(maps[k][which], numbers.subarray(offset, offset + size), shape, colors);
        maps[k][which].title = `from ${number(-largest)} (blue) to ${number(largest)} (orange)`;
      });
    });
    attempt(tell);
    if (!run.playing || run.frames % 20 === 0) attempt(invent);
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
  // The results for the chosen sample: rows and columns are letters where their numbers fit.
  function tell() {
    if (!task.said.length) return;
    const place = $("said");
    const chosen = Number($("sample").value);
    const tokens = task.tokens[chosen];
    const letters = tokens.map((i) => task.letters[i]);
    const named = (n) => (n === letters.length || n === letters.length - 1 ? letters.slice(0, n) : n === task.letters.length ? task.letters : undefined);
    const found = says(chosen);
    found.forEach(({ name, shape, numbers }, k) => {
      const figure = place.children[k] ?? make("figure", place);
      if (!figure.firstChild) { make("figcaption", figure); make("canvas", figure).setAttribute("role", "img"); }
      const [tiles, rows, columns] = tiled(shape);
      const [caption, canvas] = figure.children;
      const labels = { rows: named(rows), columns: named(columns) };
      const follows = columns === task.letters.length && rows === letters.length - 1;
      canvas.style.height = `${Math.max(24, Math.min(260, rows * 14 + 16))}px`;
      const largest = drawHeat(canvas, numbers, shape, colors, labels, follows ? (r, c) => tokens[r + 1] === c : null);
      caption.textContent = `${name} ${shape.join("×")}, up to ${general(largest, 3)}${follows ? "; in a frame what follows" : ""}`;
      canvas.setAttribute("aria-label", caption.textContent);
    });
    while (place.children.length > found.length) place.lastChild.remove();
  }
  function invent() {
    if (!task.draws.length) return;
    const names = drawing.many(12, seed, temperature);
    names.forEach((text, i) => {
      const item = $("drawn").children[i] ?? make("li", $("drawn"));
      if (item.textContent !== (text || "(nothing)")) item.textContent = text || "(nothing)";
    });
  }

  const run = makeRun({
    trainer: () => trainer,
    train: (until) => { do trainer.step(); while (performance.now() < until); trainer.note(); },
    draw,
    kept: 3000,
  });
  task.labels.forEach((label, i) => $("sample").append(new Option(label, i)));
  $("sample").addEventListener("change", draw);
  $("saying").hidden = !task.said.length;
  $("drawing").hidden = !task.draws.length;
  $("dice").addEventListener("click", () => { seed += 1; invent(); });
  $("temperature").addEventListener("change", () => { temperature = Math.max(0.05, typed($("temperature")) ?? temperature); invent(); });
  onKeys({ " ": () => run.play(!run.playing) });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colors = readColors(); draw(); });
  document.body.classList.add("alive");
  draw();
  new ResizeObserver(draw).observe($("curve"));
  if (embedded) parent.postMessage({ chainrule: "height", height: 660 }, "*");
  return {
    ...run.commands,
    set,
    settings: () => ({ ...settings }),
    says,
    draws: (tokens) => drawing.follows(tokens),
    names: (n = 10, from = seed, heat = 1) => drawing.many(n, from, heat),
  };
}
