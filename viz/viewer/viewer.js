// The viewer: one picture on a stage, to be moved, zoomed, searched and looked into. The picture
// is an SVG whose boxes are `g.node` and whose arrows are `g.edge`; nothing is loaded for it.

const LEAST = 11; // px: no letter is smaller when a page opens

// stage: the element that the picture lies in. ends: of each arrow's id, its [source, target].
function makeViewer(stage, svg, ends, options = {}) {
  const box = svg.viewBox.baseVal;
  const whole = { x: box.x, y: box.y, width: box.width, height: box.height };
  const letters = Array.from(svg.querySelectorAll("text[font-size]"), (t) => parseFloat(t.getAttribute("font-size")));
  const smallest = options.smallest ?? letters.reduce((a, b) => Math.min(a, b), 16); // in the picture's own units
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let scale = 1;
  let drawn = 0; // the scale that the picture has
  let x = whole.x; // the picture's point in the stage's upper left corner
  let y = whole.y;
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.style.cssText = "position:absolute;left:0;top:0;max-width:none;display:block;transform-origin:0 0";

  // Measured when the stage changes: to ask at every step would lay the picture out each time.
  let measured = { width: 1, height: 1 };
  const measure = () => { measured = { width: Math.max(stage.clientWidth, 1), height: Math.max(stage.clientHeight, 1) }; };
  const room = () => measured;
  measure();

  // Keep the picture on the stage: centred where there is room to spare.
  function held(at, start, length, seen) {
    if (length <= seen) return start - (seen - length) / 2;
    return Math.min(Math.max(at, start - 20 / scale), start + length - seen + 20 / scale);
  }
  function place() {
    const { width, height } = room();
    x = held(x, whole.x, whole.width, width / scale);
    y = held(y, whole.y, whole.height, height / scale);
    if (drawn !== scale) { // only then the picture is laid out anew; moving it costs little
      drawn = scale;
      svg.style.width = `${whole.width * scale}px`;
      svg.style.height = `${whole.height * scale}px`;
    }
    svg.style.transform = `translate(${(whole.x - x) * scale}px, ${(whole.y - y) * scale}px)`;
    options.moved?.();
  }
  // Zoom so that the point of the stage under (left, top) stays where it is.
  function zoom(wanted, left = room().width / 2, top = room().height / 2) {
    const next = Math.min(8, Math.max(0.05, wanted));
    x += left / scale - left / next;
    y += top / scale - top / next;
    scale = next;
    place();
  }
  const across = () => room().width / whole.width;
  const down = () => room().height / whole.height;

  // The whole picture, unless its letters would be too small to read: then from its start.
  function fit() {
    measure();
    scale = Math.min(Math.max(Math.min(across(), down()), LEAST / smallest), 2.2);
    x = whole.x;
    y = whole.y;
    place();
  }
  function fitWidth() { measure(); scale = Math.min(across(), 4); x = whole.x; place(); }
  function fitWhole() { measure(); scale = Math.min(across(), down(), 4); place(); }

  // Move just enough to bring a box into sight, to the middle if it was far away.
  function reveal(element) {
    if (!element) return;
    const spot = spotOf(element);
    const [left, top, width, height] = [(spot.x - x) * scale, (spot.y - y) * scale, spot.width * scale, spot.height * scale];
    const { width: w, height: h } = room();
    if (left >= 8 && top >= 8 && left + width <= w - 8 && top + height <= h - 8) return;
    glide(x + (left + width / 2 - w / 2) / scale, y + (top + height / 2 - h / 2) / scale);
  }
  // Where a box is, in the picture's units. Boxes do not move, so all are measured once.
  const spots = new Map();
  function spotOf(element) {
    if (!spots.size) {
      const origin = svg.getBoundingClientRect();
      for (const node of svg.querySelectorAll("g.node, g.edge")) {
        const r = node.getBoundingClientRect();
        spots.set(node, { x: (r.left - origin.left) / scale + whole.x, y: (r.top - origin.top) / scale + whole.y, width: r.width / scale, height: r.height / scale });
      }
    }
    return spots.get(element) ?? { x: whole.x, y: whole.y, width: 0, height: 0 };
  }
  let gliding = 0;
  function glide(toX, toY) {
    cancelAnimationFrame(gliding);
    if (still.matches) { x = toX; y = toY; place(); return; }
    const [fromX, fromY, began] = [x, y, performance.now()];
    const step = (now) => {
      const t = Math.min(1, (now - began) / 250);
      const eased = t * (2 - t);
      x = fromX + (toX - fromX) * eased;
      y = fromY + (toY - fromY) * eased;
      place();
      if (t < 1) gliding = requestAnimationFrame(step);
    };
    gliding = requestAnimationFrame(step);
  }

  // --- pointers: drag with one, pinch with two, zoom with the wheel --------------------------
  const pointers = new Map();
  let dragged = 0;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
    dragged = 0;
  });
  stage.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const now = [event.clientX, event.clientY];
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    pointers.set(event.pointerId, now);
    dragged += Math.abs(now[0] - last[0]) + Math.abs(now[1] - last[1]);
    if (dragged > 4) stage.setPointerCapture?.(event.pointerId);
    if (others.length === 1) {
      const [other] = others;
      const apart = (at) => Math.hypot(at[0] - other[0], at[1] - other[1]) || 1;
      const frame = stage.getBoundingClientRect();
      zoom((scale * apart(now)) / apart(last), (now[0] + other[0]) / 2 - frame.left, (now[1] + other[1]) / 2 - frame.top);
    } else {
      x -= (now[0] - last[0]) / scale;
      y -= (now[1] - last[1]) / scale;
      place();
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, (event) => pointers.delete(event.pointerId));
  }
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const frame = stage.getBoundingClientRect();
    const lines = event.deltaMode ? 30 : 1;
    zoom(scale * Math.exp(-event.deltaY * lines * 0.0015), event.clientX - frame.left, event.clientY - frame.top);
  }, { passive: false });

  // --- paths: from a node to the loss, and from the leaves to it ------------------------------
  const arrows = Object.entries(ends).map(([id, [source, target]]) => ({ id, source, target }));
  const element = (id) => svg.getElementById(id);
  function along(start, from, to) {
    const nodes = new Set([start]);
    const edges = new Set();
    const waiting = [start];
    while (waiting.length) {
      const here = waiting.pop();
      for (const arrow of arrows) {
        if (arrow[from] !== here) continue;
        edges.add(arrow.id);
        if (!nodes.has(arrow[to])) { nodes.add(arrow[to]); waiting.push(arrow[to]); }
      }
    }
    return [nodes, edges];
  }
  function light(id) {
    for (const lit of svg.querySelectorAll(".lit")) lit.classList.remove("lit", "to-loss", "from-leaves");
    svg.classList.toggle("dimmed", Boolean(id));
    if (!id) return;
    for (const [name, [nodes, edges]] of [["to-loss", along(id, "source", "target")], ["from-leaves", along(id, "target", "source")]]) {
      for (const part of [...nodes, ...edges]) element(part)?.classList.add("lit", name);
    }
  }
  const nodeAt = (event) => event.target.closest?.("g.node");
  svg.addEventListener("pointerover", (event) => { if (!pointers.size) light(nodeAt(event)?.id); });
  svg.addEventListener("pointerleave", () => light(null));
  svg.addEventListener("focusin", (event) => { light(nodeAt(event)?.id); reveal(nodeAt(event)); });
  svg.addEventListener("focusout", () => light(null));
  stage.addEventListener("click", (event) => {
    const node = nodeAt(event);
    if (dragged < 5 && node) options.chosen?.(node.id, event);
  });
  svg.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    const node = nodeAt(event);
    if (node) options.chosen?.(node.id, event);
  });

  // --- search ---------------------------------------------------------------------------------
  function find(text) {
    const wanted = text.trim().toLowerCase();
    const found = wanted
      ? Array.from(svg.querySelectorAll("g.node")).filter((node) => {
        const name = (node.dataset.name ?? node.textContent).toLowerCase();
        return name.includes(wanted);
      })
      : [];
    for (const node of svg.querySelectorAll(".found")) node.classList.remove("found");
    for (const node of found) node.classList.add("found");
    return found;
  }

  new ResizeObserver(() => { measure(); place(); }).observe(stage);
  return { smallest, fit, fitWidth, fitWhole, zoom: (factor) => zoom(scale * factor), reveal, find, light,
    seen: () => ({ x, y, scale, width: room().width / scale, height: room().height / scale }),
    move: (dx, dy) => { x += dx / scale; y += dy / scale; place(); } };
}

// The buttons, the field for search, and the keys: f, 0, +, −, arrows, /, full screen.
function makeToolbar(bar, stage, viewer, page, { panning = true } = {}) {
  const button = (label, title, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.title = title;
    made.setAttribute("aria-label", title);
    made.addEventListener("click", act);
    bar.append(made);
  };
  const search = document.createElement("input");
  search.type = "search";
  search.placeholder = "find (/)";
  search.setAttribute("aria-label", "Find a node by its name");
  let at = 0;
  const look = (next) => {
    const found = viewer.find(search.value);
    at = next ? (at + 1) % Math.max(found.length, 1) : 0;
    viewer.reveal(found[at]);
    viewer.light(found[at]?.id);
    search.setAttribute("aria-description", `${found.length} found`);
  };
  search.addEventListener("input", () => look(false));
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") look(true);
    if (event.key === "Escape") { search.value = ""; look(false); stage.focus(); }
  });
  const full = () => (document.fullscreenElement ? document.exitFullscreen() : page.requestFullscreen?.().catch(() => {}));
  button("−", "Smaller (−)", () => viewer.zoom(1 / 1.25));
  button("+", "Larger (+)", () => viewer.zoom(1.25));
  button("Fit", "Fit the whole picture (0)", () => viewer.fitWhole());
  button("Width", "Fit to the width (f)", () => viewer.fitWidth());
  if (document.fullscreenEnabled) button("Full", "Full screen", full);
  bar.append(search);
  const keys = {
    f: () => viewer.fitWidth(), 0: () => viewer.fitWhole(), "+": () => viewer.zoom(1.25), "=": () => viewer.zoom(1.25),
    "-": () => viewer.zoom(1 / 1.25), "/": () => search.focus(),
  };
  const arrows = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };
  document.addEventListener("keydown", (event) => {
    event.stopPropagation(); // in a notebook, keys pressed here are not for it
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input, select, textarea")) return;
    const act = keys[event.key] ?? (panning && stage.contains(event.target) && arrows[event.key] ? () => viewer.move(...arrows[event.key]) : null);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
