// A film of training: snapshots of one or more runs on a common clock, with a scrubber.

function startFilm(runs) {
  const $ = (id) => document.getElementById(id);
  const embedded = window.parent !== window;
  document.documentElement.classList.toggle("embedded", embedded);
  document.body.classList.add("alive");
  const length = Math.max(...runs.map((run) => run.epochs.length));
  let at = 0;
  let timer = 0;
  let colors = readColors();
  const views = runs.map(makeView);
  $("scrubber").max = length - 1;

  function makeView(run) {
    const part = $("run").content.cloneNode(true).firstElementChild;
    $("runs").append(part);
    part.querySelector("h2").textContent = run.name;
    const bytes = Uint8Array.from(atob(run.weights), (c) => c.charCodeAt(0));
    const all = new Float32Array(bytes.buffer);
    const out = new Float64Array(run.size);
    // The plane and the network draw a trainer; this one stands still.
    const still = {
      variant: run, data: run, w: new Float64Array(run.count), held: new Uint8Array(run.count), cells: null, losses: [], heldLosses: [],
      predict: (point) => { run.predict(still.w, point, 0, out); return out; },
      points: () => Array.from({ length: run.targets ? run.y.length / run.targets : 0 }, (_, i) => [run.X, i * run.width, run.y, i * run.targets]),
    };
    const names = Array.from({ length: run.width }, (_, i) => `x${i + 1}`);
    const network = makeNetwork(part.querySelector(".network"));
    const axes = makeAxes(run, 0, run.width > 1 ? 1 : -1);
    const reading = makeReading({ ...run, y: run.y.length ? run.y : [-1, 1] });
    const outputs = run.size - run.layers.reduce((sum, [, units]) => sum + units, 0);
    const build = () => { gradients(0); network.build(still, names); };

    const gradients = (frame) => drawGradients(part.querySelector("tbody"), run.parameters.map(({ name }) => name), run.norms[frame], frame > 0);
    function show(wanted, colors) {
      const frame = Math.min(wanted, run.epochs.length - 1);
      still.w.set(all.subarray(frame * run.count, (frame + 1) * run.count));
      still.losses = run.losses.slice(1, frame + 1);
      still.heldLosses = run.heldLosses.slice(1, frame + 1);
      still.cells = sweep(still, axes);
      drawPlane(part.querySelector(".plane"), still, axes, reading, colors, outputs);
      drawCurve(part.querySelector(".curve"), still, colors, { most: run.losses.length - 1, high: Math.max(...[...run.losses, ...run.heldLosses].filter(Number.isFinite)) });
      network.draw(still, colors, axes, timer !== 0);
      gradients(frame);
    }
    new ResizeObserver(() => { build(); show(at, colors); }).observe(part.querySelector(".network"));
    build();
    return { show, still };
  }

  function readColors() {
    const style = getComputedStyle(document.documentElement);
    const names = ["text", "muted", "box", "leaf", "notice", "closed", "constant", "edge-positive", "edge-negative", ...["negative", "positive", "size"].flatMap((n) => [1, 2, 3, 4].map((k) => `${n}-${k}`))];
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`)]));
  }
  function go(frame) {
    at = Math.max(0, Math.min(length - 1, frame));
    $("scrubber").value = at;
    const [longest] = [...runs].sort((a, b) => b.epochs.length - a.epochs.length);
    $("epoch").textContent = String(longest.epochs[at]);
    $("scrubber").setAttribute("aria-valuetext", `epoch ${longest.epochs[at]}`);
    for (const view of views) view.show(at, colors);
  }
  function play(on) {
    clearInterval(timer);
    if (on && at === length - 1) go(0);
    timer = on ? setInterval(() => (at < length - 1 ? go(at + 1) : play(false)), 100 / Number($("speed").value)) : 0;
    if (!on) go(at);
    $("play").textContent = on ? "Pause" : "Play";
    $("play").setAttribute("aria-pressed", String(on));
  }
  $("play").addEventListener("click", () => play(!timer));
  $("speed").addEventListener("change", () => { if (timer) play(true); });
  $("scrubber").addEventListener("input", () => { at = Number($("scrubber").value); play(false); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colors = readColors(); go(at); });
  onKeys({ " ": () => play(!timer), ArrowLeft: () => go(at - 1), ArrowRight: () => go(at + 1), Home: () => go(0), End: () => go(length - 1) });
  go(0);
  if (embedded) parent.postMessage({ chainrule: "height", height: 660 }, "*");
  return { show: go, frames: length, weights: (run = 0) => Array.from(views[run].still.w) };
}
