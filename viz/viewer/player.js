// The player's behaviour. The drawing is there from the start; a frame is a list of changes to it,
// applied to go forward and undone to go back. Nothing is loaded, nothing is sent.
function startPlayer(data) {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const { frames, rules, words, phases, predict, blank, count, copies, level } = data;
  const sentences = Array.from($("rows").rows, (row) => row.cells[1].textContent);
  const svg = document.querySelector("#stage svg");
  const embedded = window.parent !== window;
  document.documentElement.classList.toggle("embedded", embedded);

  const boxes = makeBoxes(svg, count, copies, blank);

  // What a change replaces, so that it can be undone.
  const memory = Array.from({ length: count }, () => [...blank]);
  for (const frame of frames) {
    for (const change of frame.c) {
      if (change[1] > 2) change[2] = words[change[2]];
      const [i, slot, text] = change;
      change.push(memory[i][slot]);
      memory[i][slot] = text;
    }
  }

  let applied = -1; // the frame that the boxes show
  let at = 0; // the frame that the reader is at: one further while a question is open
  let lit = [];
  let asked = null;
  const answered = new Set();

  function apply(target) {
    for (; applied < target; applied += 1) {
      for (const [i, slot, text] of frames[applied + 1].c) boxes.set(i, slot, text);
    }
    for (; applied > target; applied -= 1) {
      const { c } = frames[applied];
      for (let k = c.length - 1; k >= 0; k -= 1) boxes.set(c[k][0], c[k][1], c[k][3]);
    }
  }

  // Light the arrows of a frame, and write what is sent along them, on the arrow if it has room.
  function light(frame, reveal) {
    for (const put_out of lit) put_out();
    lit = [];
    boxes.focus(frame.n);
    const loose = [];
    for (const [node, position, written] of frame.e) {
      const text = typeof written === "number" ? frame.r[written][2] : written;
      for (const edge of boxes.arrows(node, position)) {
        lit.push(lightArrow(edge, Boolean(frame.b)));
        const told = reveal ? text : "?";
        const room = edge.querySelector("[data-l]");
        if (!text) continue;
        if (room) {
          // Below a weight, which is the first factor, only the rest is written.
          room.textContent = room.parentNode.dataset.node && reveal ? text.replace(/^[^×]*(?=× )/, "") : told;
          lit.push(() => { room.textContent = ""; });
        } else {
          loose.push({ edge, lines: linesOf(told) });
        }
      }
    }
    labels.put(loose);
  }
  // On three lines at most, since arrows are short.
  function linesOf(text) {
    const [product, result] = text.split(" = ");
    if (!result || text.length < 14) return [text];
    if (product.length < 14) return [`${product} =`, result];
    const [local, upstream] = product.split(" × ");
    return [`${local} ×`, `${upstream} =`, result];
  }

  function cell(row, text, name = "") {
    const td = row.insertCell();
    td.textContent = text;
    td.className = name;
    return td;
  }

  function tell(frame) {
    const maths = $("maths");
    maths.textContent = "";
    if (frame.m >= 0) maths.innerHTML = rules[frame.m];
    if (!frame.r.length) return;
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const title of ["to", "rule", "local × upstream = contribution", "running sum"]) {
      const th = document.createElement("th");
      th.scope = "col";
      th.textContent = title;
      head.append(th);
    }
    const body = table.createTBody();
    for (const [to, rule, product, sum] of frame.r) {
      const row = body.insertRow();
      cell(row, to);
      cell(row, "").innerHTML = rules[rule];
      const td = cell(row, "", "number");
      if (typeof product === "number") td.innerHTML = rules[product];
      else td.textContent = product;
      cell(row, sum, "number sum");
    }
    if (frame.x) cell(body.insertRow(), frame.x).colSpan = 4;
    maths.append(table);
  }

  function ask(frame) {
    asked = frame;
    const answers = $("answers");
    answers.textContent = "";
    for (const [name, , kind] of frame.a) {
      const label = document.createElement("label");
      const input = document.createElement("input");
      input.setAttribute("aria-label", name);
      input.placeholder = kind;
      label.append(name, input);
      answers.append(label);
    }
    const names = frame.a.map(([name]) => name).join(", ");
    const [through, gradient, known] = frame.q;
    const what = frame.a.some(([, , kind]) => kind === "shape") ? "Which shape has" : "How much is";
    $("ask").textContent = `Your turn. The gradient goes back through ${through}, where ${gradient} and ${known}. ${what} ${names} after this step?`;
    $("verdict").textContent = "";
    for (const [, , , i] of frame.a) {
      for (const grad of boxes.grads(i)) {
        grad.textContent = "grad ?";
        lit.push(() => { grad.textContent = boxes.text(i, 1); });
      }
    }
  }

  // 1.5, 1,5, 3/4, -2e-3, nan and inf are numbers; 2x3, 2×3 and (2, 3) are shapes.
  function isRight(answer, right, kind) {
    if (kind === "shape") {
      return (answer.match(/\d+/g) || []).join("×") === right;
    }
    if (["nan", "inf", "-inf"].includes(right)) {
      const typed = answer.trim().toLowerCase().replace("−", "-").replace(/^\+/, "");
      return typed.replace(/infinity|∞/, "inf") === right;
    }
    const parts = answer.replace(/\s/g, "").replace("−", "-").replace(",", ".").split("/");
    if (parts.length > 2 || parts.some((part) => part === "" || Number.isNaN(Number(part)))) return false;
    const value = parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
    const exact = Number(right);
    return value === exact || Math.abs(value - exact) <= 0.006 * Math.abs(exact);
  }

  function check(event) {
    event.preventDefault();
    const inputs = Array.from($("answers").querySelectorAll("input"));
    const wrong = inputs.filter((input, i) => !isRight(input.value, asked.a[i][1], asked.a[i][2]));
    for (const input of inputs) input.setAttribute("aria-invalid", String(wrong.includes(input)));
    if (!wrong.length) {
      reveal("Right! ");
    } else {
      const names = wrong.map((input) => input.getAttribute("aria-label")).join(", ");
      const hint = wrong.every((input) => input.placeholder === "shape")
        ? "A gradient has the shape of the array that it is the gradient of."
        : "Multiply along the edge, then add what was there.";
      $("verdict").textContent = `✗ Not yet: ${names}. ${hint}`;
      wrong[0].focus();
    }
  }

  function reveal(praise = "") {
    const hadFocus = $("question").contains(document.activeElement);
    answered.add(at);
    show(at, praise);
    if (hadFocus) $("next").focus();
  }

  function show(index, praise = "") {
    at = Math.max(0, Math.min(frames.length - 1, index));
    const frame = frames[at];
    const open = $("predict").checked && frame.a.length > 0 && !answered.has(at);
    light(frame, !open);
    apply(open ? at - 1 : at);
    $("question").hidden = !open;
    $("maths").hidden = open;
    $("working").hidden = open; // the question takes its place
    asked = null;
    if (open) ask(frame);
    else tell(frame);
    $("sentence").textContent = open ? "" : praise + sentences[at];
    const [phase, which] = frame.p;
    $("phase").textContent = which ? `${phase}, ${which} of ${new Map(phases).get(phase)}` : phase;
    $("count").textContent = `${at + 1} of ${frames.length}`;
    $("slider").value = at + 1;
    $("slider").setAttribute("aria-valuetext", `Step ${at + 1}: ${open ? "your turn" : sentences[at]}`);
    const end = at === frames.length - 1;
    for (const [id, off] of [["first", at === 0], ["back", at === 0], ["next", end && !open], ["last", end]]) {
      $(id).setAttribute("aria-disabled", String(off)); // still focusable, so that the focus stays
    }
    const rows = $("rows").rows;
    document.querySelector("tr[aria-current]")?.removeAttribute("aria-current");
    rows[at].setAttribute("aria-current", "step");
    program.show(frame.n);
    follow(frame);
    grow();
  }

  function forward() {
    if (asked) reveal();
    else show(at + 1);
  }

  // --- the picture: the viewer, which keeps the node in focus in sight --------------------

  trim(svg, level);
  for (const place of svg.querySelectorAll("[data-l]")) place.textContent = "";
  const viewer = makeViewer($("stage"), svg, level.ends, { grown });
  for (const [id, name] of Object.entries(level.names)) if (svg.getElementById(id)) svg.getElementById(id).dataset.name = name;
  const labels = makeLabels(svg, viewer.seen);
  makeToolbar($("tools"), $("stage"), viewer, document.documentElement, { panning: false });
  const stepOf = (n) => frames.findIndex((frame) => frame.n === n);
  const program = typeof makeProgram === "undefined" ? { show() {}, open() {} } : makeProgram(svg, boxes, (n) => by_hand(() => show(Math.max(0, stepOf(n))))(), () => fit());
  // A box was opened or closed: show the step in what is visible now.
  function grown() {
    for (const put_out of lit) put_out();
    lit = [];
    labels.forget();
    for (const place of svg.querySelectorAll("[data-l]")) place.textContent = "";
    boxes.bind();
    show(at);
  }
  const sizeNow = () => svg.viewBox.baseVal;
  // In a notebook the stage is as high as the picture is when readable, within what a screen can
  // spare; a separate page gives it all that is left, and closes the maths if that is too little.
  function fit() {
    if (embedded) {
      const { width, height } = sizeNow();
      const scale = Math.min(Math.max($("stage").clientWidth / width, LEAST / viewer.smallest), 1.3);
      $("stage").style.height = `${Math.round(Math.min(460, Math.max(150, height * scale + 4)))}px`;
    }
    viewer.fit();
    follow(frames[at]);
  }
  // Drawers stay open as long as they leave the picture large enough; the others are a click away.
  const large = () => Math.min($("stage").clientWidth / sizeNow().width, $("stage").clientHeight / sizeNow().height) * viewer.smallest >= LARGE;
  function makeRoom() {
    if (embedded) return;
    if (!large()) $("working").open = false;
    if (!large()) program.open(false);
  }
  function follow(frame) {
    if (frame.n < 0) return;
    const operands = frame.e.flatMap(([node, position]) => boxes.arrows(node, position)).map((edge) => svg.getElementById(viewer.source(edge.id)));
    viewer.revealAll([boxes.box(frame.n), ...operands].filter(Boolean));
  }

  // In a notebook the frame around this page is made as tall as the page; it does not shrink
  // from step to step, so that the buttons stay where they are.
  let tallest = 0;
  function grow(again = false) {
    if (!embedded) return;
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (!height || (!again && height <= tallest)) return; // 0: not laid out yet, a resize follows
    tallest = height;
    parent.postMessage({ chainrule: "height", height }, "*");
  }

  // --- what the reader does ----------------------------------------------------------------

  let timer = null;
  function play(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => {
      if (asked || at === frames.length - 1) play(false);
      else show(at + 1);
    }, 1400 / Number($("speed").value)) : null;
    $("play").setAttribute("aria-pressed", String(on));
    $("play").textContent = on ? "Pause" : "Play";
  }
  const by_hand = (act) => () => { play(false); act(); };
  $("first").addEventListener("click", by_hand(() => show(0)));
  $("back").addEventListener("click", by_hand(() => show(at - 1)));
  $("next").addEventListener("click", by_hand(forward));
  $("last").addEventListener("click", by_hand(() => show(frames.length - 1)));
  $("slider").addEventListener("input", by_hand(() => show(Number($("slider").value) - 1)));
  $("play").addEventListener("click", () => {
    if (timer === null && at === frames.length - 1) show(0);
    play(timer === null);
  });
  $("predict").addEventListener("change", () => { answered.clear(); show(at); });
  $("speed").addEventListener("change", () => { if (timer !== null) play(true); });
  $("question").addEventListener("submit", check);
  $("reveal").addEventListener("click", () => reveal());
  $("all").addEventListener("toggle", () => grow(true));
  window.addEventListener("resize", () => { fit(); grow(true); });
  const keys = {
    ArrowLeft: () => show(at - 1),
    ArrowRight: forward,
    Home: () => show(0),
    End: () => show(frames.length - 1),
  };
  document.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const writing = event.target.matches("#answers input, input[type=search], select");
    if (!(event.key in keys) || writing) return;
    event.preventDefault();
    by_hand(keys[event.key])();
  });

  // On paper each step is a page: its picture and its sentence.
  window.addEventListener("beforeprint", () => {
    const here = at;
    const pages = document.createElement("div");
    pages.id = "print";
    frames.forEach((frame, i) => {
      light(frame, true);
      apply(i);
      const page = document.createElement("section");
      const picture = svg.cloneNode(true);
      picture.removeAttribute("style");
      const told = document.createElement("p");
      told.textContent = `${i + 1}. ${sentences[i]}`;
      page.append(picture, told);
      pages.append(page);
    });
    document.body.append(pages);
    show(here);
  });
  window.addEventListener("afterprint", () => $("print")?.remove());

  $("predict").checked = predict;
  document.querySelector(".controls").hidden = false;
  $("told").hidden = false;
  $("all").open = false;
  document.body.classList.add("alive");
  show(0);
  makeRoom();
  fit();
  if (level.closed || typeof level.inside === "string") {
    unpacked(level.inside).then((inside) => viewer.opens(makeOpening(svg, viewer, { ...level, inside })));
  }
}
