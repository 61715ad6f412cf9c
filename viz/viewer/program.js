// The program beside the player: a line and the boxes that it made are lit together. In a loop it
// says which pass made them.

// boxes: see makeBoxes. go: goes to a node's step. changed: called when the room has changed.
function makeProgram(svg, boxes, go, changed) {
  const panel = document.getElementById("source");
  const button = document.getElementById("show-source");
  const strip = document.getElementById("line");
  const lines = Array.from(panel?.querySelectorAll("li[data-passes]") ?? [], (li) => ({
    li, note: li.querySelector("i"), passes: li.dataset.passes.split(";").map((one) => one.split(",").map(Number)),
  }));
  const made = new Map(); // for each node: its line, and in which pass
  for (const line of lines) line.passes.forEach((nodes, k) => { for (const n of nodes) made.set(n, { ...line, pass: k }); });
  let now = -1; // the node of the current step

  let lit = null;
  function light(n) {
    if (lit) { lit.li.classList.remove("lit"); lit.note.textContent = ""; }
    const found = made.get(n);
    lit = found ?? null;
    if (!found) return null;
    const { li, note, passes, pass } = found;
    li.classList.add("lit");
    note.textContent = passes.length > 1 ? `pass ${pass + 1} of ${passes.length}` : "";
    const [top, height] = [li.offsetTop - panel.offsetTop, panel.clientHeight];
    if (top < panel.scrollTop || top + li.offsetHeight > panel.scrollTop + height) panel.scrollTop = top - height / 2;
    return found;
  }
  let marked = [];
  const mark = (nodes) => {
    for (const n of marked) boxes.box(n)?.classList.remove("fromline");
    for (const n of nodes) boxes.box(n)?.classList.add("fromline");
    marked = nodes;
  };
  function show(n) {
    now = n;
    mark([]);
    const found = light(n);
    strip.hidden = !found;
    if (found) strip.textContent = `${found.li.querySelector("span").textContent}: ${found.li.querySelector("code").textContent.trim()} ${found.note.textContent}`;
  }
  function open(on) {
    if (!panel) return;
    panel.hidden = !on;
    button.setAttribute("aria-pressed", String(on));
    changed();
  }

  if (panel) button.hidden = false;
  button.addEventListener("click", () => open(panel.hidden));
  for (const { li, passes } of lines) {
    const nodes = passes.flat();
    li.addEventListener("pointerenter", () => mark(nodes));
    li.addEventListener("focus", () => mark(nodes));
    for (const left of ["pointerleave", "blur"]) li.addEventListener(left, () => mark([]));
    // To its next node from here on, so that several clicks go through the passes of a loop.
    const next = () => go(nodes.find((n) => n > now) ?? nodes[0]);
    li.addEventListener("click", next);
    li.addEventListener("keydown", (event) => { if (event.key === "Enter") next(); });
  }
  if (panel) {
    svg.addEventListener("pointerover", (event) => {
      const n = boxes.nodeOf(event.target.closest?.("g.node"));
      light(n >= 0 ? n : now);
    });
    svg.addEventListener("pointerleave", () => light(now));
  }
  return { show, open, has: Boolean(panel) };
}
