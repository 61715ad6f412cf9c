// A live page: picture, knobs, chain rule, descent and steps around one engine. From its console:
// chainrule.set({w: 1.3}), chainrule.values(), chainrule.gradients(), chainrule.reset().

// level: the picture's `Level.data`. other: the same picture in the other direction, for a stage of
// another shape; "" if there is none. early: messages that arrived while scripts were unpacked.
function startPage(graph, rows, knobSettings, level, other, early) {
  const $ = (id) => document.getElementById(id);
  const embedded = window.parent !== window;
  document.documentElement.classList.toggle("embedded", embedded);
  document.body.classList.add("alive");
  const svg = arrange();
  const engine = makeEngine(graph, rows);
  const viewer = makeViewer($("stage"), svg, level.ends, {
    chosen: (id) => select(picture.node(id)),
    moved: () => { if (picture) later(); },
    grown: () => { labels.forget(); picture.bind(); draw(); },
  });
  let picture = null;
  const labels = typeof makeLabels === "undefined" ? { put() {}, clear() {}, forget() {} } : makeLabels(svg, viewer.seen);
  makeToolbar($("tools"), $("stage"), viewer, document.documentElement);
  const stepping = makeStepping(engine);
  const chain = makeChain($("chain"), engine);
  const knobs = makeKnobs($("knobs"), engine, knobSettings, turned);
  const nudge = makeNudge($("nudge"), engine, (node, value) => { engine.values[node] = value; turned(node); });
  const descent = makeDescent($("descent"), engine, knobs.learning, refresh);
  let selected = knobSettings.length ? knobSettings[0][0] : engine.root;
  let stepped = false;
  let at = 0;
  let waiting = 0;

  // Show the whole picture: in the direction that suits the stage, and with the drawers beside and
  // below it closed where there is no room for them.
  function arrange() {
    const stage = $("stage");
    const smallest = (one) => Array.from(one.querySelectorAll("text[font-size]"), (t) => parseFloat(t.getAttribute("font-size"))).reduce((a, b) => Math.min(a, b), 15);
    const narrow = innerWidth <= 760; // then page and stage are as long as they need to be
    const scaleOf = (one) => {
      const { width, height } = one.viewBox.baseVal;
      return Math.min(stage.clientWidth / width, narrow ? 1.2 : stage.clientHeight / height);
    };
    let chosen = stage.querySelector("svg");
    if (other) {
      const holder = document.createElement("div");
      holder.innerHTML = other.replaceAll('data-theme="auto"', `data-theme="${chosen.dataset.theme}"`);
      const turned = holder.firstElementChild;
      const least = Math.min(1, LEAST / smallest(chosen));
      if (narrow ? scaleOf(chosen) < least : scaleOf(turned) > 1.05 * scaleOf(chosen)) {
        turned.prepend(...chosen.querySelectorAll("style"));
        chosen.replaceWith(turned);
        chosen = turned;
      }
    }
    if (narrow) {
      const height = chosen.viewBox.baseVal.height * Math.max(scaleOf(chosen), LEAST / smallest(chosen));
      $("picture").style.setProperty("--stage", `${Math.round(Math.min(560, Math.max(140, height + 8)))}px`);
    }
    document.body.classList.add("no-side", "no-chain");
    const least = scaleOf(chosen) * smallest(chosen) < LEAST ? 0 : LARGE; // 0: it is not whole without them either
    document.body.classList.remove("no-side", "no-chain");
    for (const [name, drawer] of [["no-side", "show-side"], ["no-chain", "show-chain"]]) {
      const shown = narrow || scaleOf(chosen) * smallest(chosen) >= least;
      document.body.classList.toggle(name, !shown);
      $(drawer).setAttribute("aria-pressed", String(shown));
      $(drawer).addEventListener("click", () => {
        const hidden = document.body.classList.toggle(name);
        $(drawer).setAttribute("aria-pressed", String(!hidden));
        viewer.fit();
      });
    }
    trim(chosen, level);
    return chosen;
  }

  // Compute at once, and draw with the next frame of the screen.
  function refresh() {
    engine.run();
    later();
  }
  function later() { waiting ||= requestAnimationFrame(() => { waiting = 0; draw(); }); }
  function turned(node) {
    descent.forget();
    selected = node;
    refresh();
  }
  function select(node) {
    if (node < 0) return;
    selected = node;
    refresh();
  }

  function draw() {
    if (stepped) {
      stepping.make();
      at = Math.min(at, stepping.count() - 1);
    }
    const largest = picture.show(moment());
    labels.clear(); // they come back when the numbers rest
    picture.select(selected);
    knobs.show();
    knobs.select(selected);
    total = chain.show(selected);
    if (!graph.ops[selected]) nudge.show(selected);
    show("nudge", !graph.ops[selected]);
    say("largest", number(largest));
    tell();
    report();
    clearTimeout(resting);
    resting = setTimeout(rest, 250);
  }
  const moment = () => (stepped ? stepping.moment(at) : stepping.all);

  // What need not keep up: words for screen readers, the address, the frame's height.
  let resting = 0;
  let total = "";
  function rest() {
    labels.put(stepped ? [] : picture.loose(selected), true);
    picture.describe(moment());
    if (!stepped) say("spoken", `${graph.names[engine.root]} = ${$("loss").textContent}. ${total}`);
    remember();
    if (embedded) parent.postMessage({ chainrule: "height", height: Math.max(560, Math.ceil(document.body.scrollHeight)) }, "*");
  }

  // Text is written only where it has changed, since every change costs a layout of the page.
  function say(id, text) { if ($(id).textContent !== text) $(id).textContent = text; }
  function show(id, visible) { if ($(id).hidden === visible) $(id).hidden = !visible; }

  function tell() {
    const errors = new Set(engine.errors.values());
    const crossed = graph.compared.filter((one) => holds(one) !== one.held);
    const sides = crossed.map(({ text, held }) => `${text} was ${held} when this was recorded and is not any more`).join("; ");
    say("warning", [...errors, ...(sides ? [`${sides}: where the program went by it, Python would take another branch or order; the page keeps the recorded one.`] : [])].join("\n"));
    show("warning", $("warning").textContent !== "");
    say("loss", engine.known[engine.root] ? number(engine.values[engine.root]) : "?");
    show("stepper", stepped);
    say("sentence", stepped ? stepping.sentence(at) : "");
    if (!stepped) return;
    say("where", `${at + 1} of ${stepping.count()}`);
    $("moment").max = stepping.count() - 1;
    $("moment").value = at;
  }
  function holds({ sign, left, right }) {
    const x = Array.isArray(left) ? left[0] : engine.values[left];
    const y = Array.isArray(right) ? right[0] : engine.values[right];
    return { "<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y }[sign];
  }

  // --- steps ------------------------------------------------------------------------------------
  let timer = 0;
  function go(to) {
    at = Math.max(0, Math.min(stepping.count() - 1, to));
    draw();
    viewer.reveal(picture.box(stepping.node(at)));
  }
  function play(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => (at < stepping.count() - 1 ? go(at + 1) : play(false)), 1400 / Number($("speed").value)) : 0;
    $("play").textContent = on ? "Pause" : "Play";
    $("play").setAttribute("aria-pressed", String(on));
  }
  const byHand = (to) => () => { play(false); go(to()); };
  $("first").addEventListener("click", byHand(() => 0));
  $("back").addEventListener("click", byHand(() => at - 1));
  $("next").addEventListener("click", byHand(() => at + 1));
  $("last").addEventListener("click", byHand(() => stepping.count() - 1));
  $("moment").addEventListener("input", byHand(() => Number($("moment").value)));
  $("speed").addEventListener("change", () => { if (timer) play(true); });
  $("play").addEventListener("click", () => { if (!timer && at === stepping.count() - 1) at = 0; play(!timer); });
  function setMode(steps) {
    stepped = steps;
    if (!steps) play(false);
    $("mode-knobs").setAttribute("aria-pressed", String(!steps));
    $("mode-steps").setAttribute("aria-pressed", String(steps));
    draw();
    if (steps) viewer.reveal(picture.box(stepping.node(at)));
  }
  $("mode-knobs").addEventListener("click", () => setMode(false));
  $("mode-steps").addEventListener("click", () => setMode(true));
  const stepKeys = { ArrowLeft: () => at - 1, ArrowRight: () => at + 1, Home: () => 0, End: () => stepping.count() - 1 };
  document.addEventListener("keydown", (event) => {
    if (!stepped || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input[type=text], input[type=search], input[type=range], select")) return;
    if (!(event.key in stepKeys)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    byHand(stepKeys[event.key])();
  }, true);

  // --- the state in the address -------------------------------------------------------------------
  function remember() {
    const parts = engine.leaves.filter((i) => engine.values[i] !== engine.recorded[i])
      .map((i) => `${encodeURIComponent(graph.names[i])}=${engine.values[i]}`);
    if (stepped) parts.push(`:step=${at}`);
    try { history.replaceState(null, "", parts.length ? `#${parts.join("&")}` : location.pathname); } catch { /* in a sandboxed frame there is no address */ }
  }
  function recall() {
    engine.values.set(engine.recorded);
    for (const part of location.hash.slice(1).split("&")) {
      const [name, value] = part.split("=");
      if (name === ":step") { at = Math.max(0, Math.floor(Number(value)) || 0); stepped = true; continue; }
      const node = graph.names.indexOf(decoded(name));
      if (node >= 0 && !graph.ops[node] && value !== "" && Number.isFinite(Number(value))) engine.values[node] = Number(value);
    }
  }
  function decoded(text) { try { return decodeURIComponent(text); } catch { return ""; } } // any text may stand in an address
  window.addEventListener("hashchange", () => { stepped = false; recall(); descent.forget(); engine.run(); setMode(stepped); });

  // --- the console --------------------------------------------------------------------------------
  const named = (numbers, has) => Object.fromEntries(graph.names.slice(0, graph.root + 1).map((name, i) => [name, has(i) ? numbers[i] : null]));
  function set(wanted) {
    for (const [name, value] of Object.entries(wanted)) {
      const node = graph.names.indexOf(name);
      if (node < 0 || graph.ops[node]) throw new RangeError(`there is no leaf ${name}: ${engine.leaves.map((i) => graph.names[i]).join(", ")}`);
      if (typeof value !== "number") throw new TypeError(`${name} is set to a number, not to ${value}`);
      engine.values[node] = value;
    }
    descent.forget();
    engine.run();
    draw();
  }
  function reset() {
    engine.values.set(engine.recorded);
    descent.forget();
    engine.run();
    draw();
  }
  $("reset").addEventListener("click", reset);
  const values = () => named(engine.values, (i) => engine.known[i] === 1);
  const gradients = () => named(engine.gradients, (i) => engine.reached[i] === 1);

  // --- the page around this one: widget.js ----------------------------------------------------------
  const finite = (numbers) => Object.fromEntries(Object.entries(numbers).map(([name, x]) => [name, Number.isFinite(x) ? x : null]));
  function report() {
    if (!embedded) return;
    const leaves = Object.fromEntries(engine.leaves.map((i) => [graph.names[i], engine.values[i]]));
    parent.postMessage({ chainrule: "numbers", heard, leaves: finite(leaves), values: finite(values()), gradients: finite(gradients()) }, "*");
  }
  let heard = 0; // which of its wishes the numbers go with
  function wishes(event) {
    if (!embedded || event.source !== parent || event.data?.chainrule !== "set") return [];
    heard = event.data.turn ?? heard;
    return Object.entries(event.data.leaves).filter(([name, x]) => typeof x === "number" && engine.values[graph.names.indexOf(name)] !== x);
  }
  function hear(event) {
    const wanted = wishes(event);
    if (wanted.length) set(Object.fromEntries(wanted));
    else report();
  }
  recall();
  for (const event of early) for (const [name, x] of wishes(event)) if (engine.leaves.includes(graph.names.indexOf(name))) engine.values[graph.names.indexOf(name)] = x;
  engine.run();
  viewer.fit();
  picture = makePicture(svg, engine, viewer.seen);
  if (!picture.roomy) $("legend").lastChild.data = "; on the selected node’s arrows the local derivative";
  setMode(stepped);
  picture.describe(moment());
  window.onmessage = hear;
  if (level.closed || typeof level.inside === "string") {
    unpacked(level.inside).then((inside) => viewer.opens(makeOpening(svg, viewer, { ...level, inside })));
  }
  return {
    set, reset,
    values,
    gradients,
    errors: () => Object.fromEntries([...engine.errors].map(([i, said]) => [graph.names[i], said])),
    step: (to) => { stepped = true; setMode(true); go(to); },
  };
}
