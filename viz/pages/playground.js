// The page that trains: controls, the network, the plane, the curve and the gradient of each layer.
// From its console: chainrule.step(n), .epoch(n), .loss(), .parameters(), .reset().

function startPlayground(variants, rules, data) {
  const $ = (id) => document.getElementById(id);
  const embedded = window.parent !== window;
  document.documentElement.classList.toggle("embedded", embedded);
  const optimisers = select("optimiser", Object.keys(rules), () => {});
  const { settings, set } = makeSettings(data.settings, rules, optimisers);
  const reading = makeReading(data);
  const outputs = () => trainer.variant.size - trainer.variant.layers.reduce((sum, [, units]) => sum + units, 0);
  let variant = variants[0];
  let trainer = makeTrainer(variant, data, rules, settings);
  let axes = makeAxes(data, 0, data.width > 1 ? 1 : -1);
  let colors = readColors();
  const network = makeNetwork($("network"), open);

  function readColors() {
    const style = getComputedStyle(document.documentElement);
    const names = ["page", "text", "muted", "box", "leaf", "notice", "closed", "constant", "edge-positive", "edge-negative", ...["negative", "positive", "size"].flatMap((n) => [1, 2, 3, 4].map((k) => `${n}-${k}`))];
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`)]));
  }

  function draw() {
    attempt(() => {
      trainer.cells = sweep(trainer, axes);
      drawPlane($("plane"), trainer, axes, reading, colors, outputs());
      network.draw(trainer, colors, axes, run.playing);
    });
    drawCurve($("curve"), trainer, colors);
    say("epochs", String(trainer.epochs));
    say("steps", String(trainer.steps));
    say("loss", number(trainer.losses[trainer.losses.length - 1]));
    say("held", Number.isNaN(trainer.heldLosses[0]) ? "none" : number(trainer.heldLosses[trainer.heldLosses.length - 1]));
    showGradients();
  }
  function say(id, text) { if ($(id).textContent !== text) $(id).textContent = text; }

  function showGradients() {
    const names = variant.parameters.map(({ name, shape }) => `${name} ${shape.join("×")}`);
    const norms = variant.parameters.map(({ shape, offset }) => norm(trainer.g.subarray(offset, offset + shape.reduce((a, b) => a * b, 1))));
    drawGradients($("gradients").tBodies[0], names, norms, trainer.steps > 0);
  }

  // --- training ----------------------------------------------------------------------------------
  const run = makeRun({
    trainer: () => trainer,
    train: (until) => { do trainer.epoch(); while (performance.now() < until && trainer.losses.length % 5); },
    draw,
    kept: 4000,
  });

  // --- controls ----------------------------------------------------------------------------------
  function select(label, options, act) {
    const made = document.createElement("select");
    for (const option of options) made.append(new Option(option, option));
    made.setAttribute("aria-label", label);
    made.addEventListener("change", () => { act(made.value); draw(); });
    const row = document.createElement("label");
    row.append(label, made);
    row.hidden = options.length < 2; // where there is nothing to choose
    $("choices").append(row);
    return made;
  }
  const pickers = {};
  for (const key of Object.keys(variants[0].choice)) {
    pickers[key] = select(key, [...new Set(variants.map((v) => v.choice[key]))], () => {
      const wanted = Object.fromEntries(Object.entries(pickers).map(([k, picker]) => [k, picker.value]));
      variant = variants.find((v) => Object.entries(wanted).every(([k, value]) => v.choice[k] === value));
      const { added } = trainer;
      trainer = makeTrainer(variant, data, rules, settings);
      trainer.added = added;
      network.build(trainer, data.features);
    });
  }
  if (data.width > 2) {
    select("across", data.features, (value) => { axes = makeAxes(data, data.features.indexOf(value), axes.b); });
    select("up", data.features, (value) => { axes = makeAxes(data, axes.a, data.features.indexOf(value)); }).value = data.features[1];
  }

  const added = select("a click adds", data.classes, () => {});
  added.selectedIndex = data.classes.length - 1;
  if (axes.up !== null && (outputs() > 1 || data.classes.length === 2)) {
    data.classes.forEach((label, k) => { // two classes have the colours of a single output
      const dot = document.createElement("i");
      dot.style.background = `var(--${CLASS_COLORS[k]})`;
      $("classes").append(dot, ` ${label} `);
    });
  }
  $("other").hidden = !data.heldX.length;

  // --- a weight, and a point --------------------------------------------------------------------
  let opened = -1;
  function open(index, told) {
    opened = index;
    $("weight").hidden = false;
    say("weight-name", told);
    $("weight-value").value = String(trainer.w[index]);
    $("weight-value").setAttribute("aria-invalid", "false");
    $("weight-held").checked = trainer.held[index] === 1;
    $("weight-value").focus();
  }
  $("weight-value").addEventListener("change", () => {
    const value = typed($("weight-value"));
    if (value !== null) { trainer.w[opened] = value; trainer.note(); draw(); }
  });
  $("weight-held").addEventListener("change", () => { trainer.held[opened] = Number($("weight-held").checked); draw(); });
  $("weight-close").addEventListener("click", () => { $("weight").hidden = true; });
  $("plane").addEventListener("click", (event) => {
    const frame_ = $("plane").getBoundingClientRect();
    const [u, v] = [(event.clientX - frame_.left) / frame_.width, (event.clientY - frame_.top) / frame_.height];
    const point = Float64Array.from(axes.means);
    point[axes.a] = axes.across[0] + u * (axes.across[1] - axes.across[0]);
    let target = data.classes.length ? (event.shiftKey ? data.classes[0] : data.classes[added.selectedIndex]) : reading.middle;
    if (axes.up === null) target = heights(trainer).from(v);
    else point[axes.b] = axes.up[1] - v * (axes.up[1] - axes.up[0]);
    trainer.add(point, new Float64Array(data.targets).fill(Number(target)));
    trainer.note();
    draw();
  });

  onKeys({ " ": () => run.play(!run.playing), s: () => $("step").click(), e: () => $("epoch").click(), r: () => $("reset").click() });
  const rebuild = () => { colors = readColors(); showGradients(); network.build(trainer, data.features); draw(); };
  new ResizeObserver(rebuild).observe($("network"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", rebuild);
  document.body.classList.add("alive");
  rebuild();
  if (embedded) parent.postMessage({ chainrule: "height", height: 660 }, "*");

  return {
    ...run.commands,
    heldLoss: () => trainer.heldLoss(),
    set,
    settings: () => ({ ...settings }),
    predict: (point) => Array.from(trainer.predict(Float64Array.from(point)).subarray(0, outputs())),
  };
}
