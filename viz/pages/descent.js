// What a derivative is good for: predicting a nudge, and stepping downhill along a curve of losses.

// Text is written only where it has changed.
const reword = (element, text) => { if (element.textContent !== text) element.textContent = text; };

// A table of ever smaller nudges, in which the gap between prediction and truth closes.
function makeNudge(place, engine, apply) {
  const { graph } = engine;
  const loss = graph.names[engine.root];
  const button = place.querySelector("button");
  const size = place.querySelector("input");
  const body = place.querySelector("tbody");
  const told = place.querySelector(".told");
  let node = -1;
  let chosen = 0.01;

  function show(selected) {
    node = selected;
    reword(button, `Nudge ${graph.names[node]}`);
    const gradient = !engine.known[engine.root] ? NaN : engine.reached[node] ? engine.gradients[node] : 0;
    const here = engine.values[engine.root];
    [1, 10, 100].forEach((part, r) => {
      const nudge = chosen / part;
      const happened = engine.lossWith(node, engine.values[node] + nudge) - here;
      const row = body.rows[r] ?? body.insertRow();
      const cells = [nudge, gradient * nudge, happened, Math.abs(happened - gradient * nudge)];
      cells.forEach((x, k) => {
        const cell = row.cells[k] ?? row.insertCell();
        const text = k === 3 ? general(x, 2) : general(x, 4);
        reword(cell, text);
      });
    });
    reword(told, `predicted: ∂${loss}/∂${graph.names[node]} × nudge; happened: the change of ${loss}`);
  }
  button.addEventListener("click", () => apply(node, engine.values[node] + chosen));
  size.addEventListener("change", () => { chosen = typed(size) ?? chosen; show(node); });
  return { show };
}

// Steps downhill: w ← w − lr · ∂loss/∂w for every knob that takes part.
function makeDescent(place, engine, learning, moved) {
  const $ = (name) => place.querySelector(name);
  const losses = [];
  let timer = 0;
  let rate = Number($(".rate").value);
  $(".rate").addEventListener("change", () => { rate = typed($(".rate")) ?? rate; });

  function step() {
    if (!losses.length) losses.push(engine.values[engine.root]);
    if (!engine.known[engine.root]) { run(false); return; }
    for (const node of learning()) {
      if (engine.reached[node]) engine.values[node] -= rate * engine.gradients[node];
    }
    engine.run();
    losses.push(engine.known[engine.root] ? engine.values[engine.root] : NaN);
    moved();
    show();
    if (verdict()) run(false);
  }
  function verdict() {
    const last = losses[losses.length - 1];
    if (last !== last || Math.abs(last) === Infinity) return "is not a number any more";
    const least = losses.reduce((a, b) => Math.min(a, b), Infinity);
    return losses.length > 3 && last > 1e3 * (Math.abs(losses[0]) + 1e-9) && last > least ? "diverges" : "";
  }
  function show() {
    const finite = losses.filter(Number.isFinite);
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    const span = high - low || 1;
    const wide = Math.max(losses.length - 1, 1);
    const points = losses.map((loss, i) => (Number.isFinite(loss) ? `${(i / wide) * 276 + 2},${78 - ((loss - low) / span) * 74}` : ""));
    $("polyline").setAttribute("points", points.filter(Boolean).join(" "));
    const said = verdict();
    const last = losses[losses.length - 1];
    const growing = losses.length > 1 && last > losses[losses.length - 2];
    reword($(".told"), losses.length < 2 ? "the loss has not moved yet"
      : `step ${losses.length - 1}: loss ${number(losses[0])} → ${number(last)}`
        + (said ? `: it ${said}, the learning rate is too large` : growing ? ": it went up" : ""));
    $(".told").classList.toggle("wrong", Boolean(said));
  }
  function run(on) {
    clearInterval(timer);
    timer = on ? setInterval(step, 60) : 0;
    reword($(".run"), on ? "Pause" : "Run");
    if ($(".run").getAttribute("aria-pressed") !== String(on)) $(".run").setAttribute("aria-pressed", String(on));
  }
  $(".once").addEventListener("click", () => { run(false); step(); });
  $(".run").addEventListener("click", () => run(!timer));
  function forget() {
    run(false);
    if (!losses.length) return;
    losses.length = 0;
    show();
  }
  show();
  return { forget };
}
