// The viewer: one picture on a stage, to be moved, zoomed, searched and looked into. The picture
// is an SVG whose boxes are `g.node` and whose arrows are `g.edge`; nothing is loaded for it.

const LEAST = 11; // px: no letter is smaller when a page opens
const LARGE = 14; // px: with letters of at least this height, what is beside the picture stays open

// Cut the margin around a picture by half; signs at its boxes need more of it.
function trim(svg, { inside }) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  const by = typeof inside === "string" ? 3 : 7;
  svg.setAttribute("viewBox", `${x + by} ${y + by} ${width - 2 * by} ${height - 2 * by}`);
}

// stage: the element that holds the picture. ends: the [source, target] of each arrow's id.
function makeViewer(stage, svg, ends, options = {}) {
  const box = svg.viewBox.baseVal;
  const whole = { x: box.x, y: box.y, width: box.width, height: box.height };
  let opening = null; // opens its boxes, once there is something to open
  const letters = Array.from(svg.querySelectorAll("text[font-size]"), (t) => parseFloat(t.getAttribute("font-size")));
  const smallest = options.smallest ?? letters.reduce((a, b) => Math.min(a, b), 15); // in the picture's own units
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let scale = 1;
  let fitted = true; // until somebody chooses another scale
  let drawn = 0; // the scale that the picture is drawn at
  let x = whole.x; // the picture's point in the stage's upper left corner
  let y = whole.y;
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.style.cssText = "position:absolute;left:0;top:0;max-width:none;display:block;transform-origin:0 0";

  // Measured when the stage changes: asking at every step would force a layout each time.
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
    if (drawn !== scale) { // only then is the picture laid out anew; moving it costs little
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
    fitted = false;
    x += left / scale - left / next;
    y += top / scale - top / next;
    scale = next;
    place();
  }
  const across = () => room().width / whole.width;
  const down = () => room().height / whole.height;

  // Show the whole picture, or its start if its letters would be too small to read.
  function fit() {
    measure();
    fitted = true;
    scale = Math.min(Math.max(Math.min(across(), down()), LEAST / smallest), 2.2);
    x = whole.x;
    y = whole.y;
    place();
  }
  function fitWidth() { measure(); scale = Math.min(across(), 4); x = whole.x; place(); }
  function fitWhole() { measure(); scale = Math.min(across(), down(), 4); place(); }

  // Move just enough to bring a box into sight, to the middle if it was far away.
  function reveal(element) {
    if (element) bring(spotOf(element));
  }
  // The same for several boxes, if they fit on the stage together; otherwise for the first of them.
  function revealAll(elements) {
    const spots = elements.map(spotOf);
    const [left, top] = ["x", "y"].map((axis) => Math.min(...spots.map((spot) => spot[axis])));
    const width = Math.max(...spots.map((spot) => spot.x + spot.width)) - left;
    const height = Math.max(...spots.map((spot) => spot.y + spot.height)) - top;
    const { width: w, height: h } = room();
    if (width * scale <= w - 16 && height * scale <= h - 16) bring({ x: left, y: top, width, height });
    else reveal(elements[0]);
  }
  function bring(spot) {
    const [left, top, width, height] = [(spot.x - x) * scale, (spot.y - y) * scale, spot.width * scale, spot.height * scale];
    const { width: w, height: h } = room();
    if (left >= 8 && top >= 8 && left + width <= w - 8 && top + height <= h - 8) return;
    glide(x + (left + width / 2 - w / 2) / scale, y + (top + height / 2 - h / 2) / scale);
  }
  // Show a whole box if its letters can then be read, otherwise its beginning.
  function show(element) {
    if (!element) return;
    const spot = spotOf(element);
    const { width: w, height: h } = room();
    const fits = Math.min(w / (spot.width + 40), h / (spot.height + 40));
    if (fits < scale) {
      const next = Math.max(fits, Math.min(scale, LEAST / smallest));
      [x, y] = [spot.x + spot.width / 2 - w / next / 2, spot.y + spot.height / 2 - h / next / 2];
      scale = next;
      if (fits < scale) {
        if (spot.width * scale > w) x = spot.x - 16 / scale;
        if (spot.height * scale > h) y = spot.y - 16 / scale;
      }
      place();
    }
    if (fits >= scale) reveal(element);
  }
  // The picture has a new size: something in it was opened or closed.
  function resized(size, element) {
    Object.assign(whole, size);
    svg.setAttribute("viewBox", `${size.x} ${size.y} ${size.width} ${size.height}`);
    drawn = 0;
    spots.clear();
    options.grown?.(size);
    if (fitted) fit();
    else place();
    show(element);
  }
  // Where a box is, in the picture's units: all are measured at once, and again after an opening.
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
  let arrows = Object.entries(ends).map(([id, [source, target]]) => ({ id, source, target }));
  function learn(prefix, level) {
    for (const [id, [source, target]] of Object.entries(level.ends)) {
      arrows.push({ id: prefix + id, source: prefix + source, target: prefix + target });
    }
    for (const [id, name] of Object.entries(level.names)) {
      const node = element(prefix + id);
      if (node) node.dataset.name = name;
    }
  }
  function forget(prefix) { arrows = arrows.filter(({ id }) => !id.startsWith(prefix)); }
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
    const steps = id.split("/"); // inside an open box: its own paths, and those of the box
    steps.forEach((_, k) => {
      const here = steps.slice(0, k + 1).join("/");
      for (const [name, [nodes, edges]] of [["to-loss", along(here, "source", "target")], ["from-leaves", along(here, "target", "source")]]) {
        for (const part of [...nodes, ...edges]) element(part)?.classList.add("lit", name);
      }
    });
    for (const open of svg.querySelectorAll(".inside")) open.classList.toggle("within", id.startsWith(`${open.parentNode.id}/`));
  }
  const nodeAt = (event) => event.target.closest?.("g.node");
  svg.addEventListener("pointerover", (event) => { if (!pointers.size) light(nodeAt(event)?.id); });
  svg.addEventListener("pointerleave", () => light(null));
  svg.addEventListener("focusin", (event) => { light(nodeAt(event)?.id); reveal(nodeAt(event)); });
  svg.addEventListener("focusout", () => light(null));
  stage.addEventListener("click", (event) => {
    if (dragged < 5) choose(event, event.target.closest?.(".bar, .bar-title, .sign"));
  });
  svg.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(event, true);
  });
  // A click opens a box; one on its title closes it, since the rest has contents of its own to click.
  function choose(event, atTitle) {
    const group = event.target.closest?.(".group-sign");
    const node = nodeAt(event);
    if (group) opening?.shut(group.dataset.group);
    if (group || !node) return;
    const told = options.chosen?.(node.id, event); // the first click shows its text, the next opens it
    const wanted = atTitle || !(told || node.classList.contains("open"));
    if (wanted && opening && !opening.toggle(node.id)) options.shut?.(node);
  }

  // --- search ---------------------------------------------------------------------------------
  // The boxes with a text in their names; for those in closed boxes, how they are reached.
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
    const deeper = wanted && opening ? [...opening.hidden()].filter(([, name]) => name.toLowerCase().includes(wanted)) : [];
    return [...found.map((node) => node.id), ...deeper.map(([path]) => path)];
  }

  new ResizeObserver(() => { measure(); place(); }).observe(stage);
  const source = (id) => arrows.find((arrow) => arrow.id === id)?.source ?? "";
  return { smallest, source, fit, fitWidth, fitWhole, zoom: (factor) => zoom(scale * factor), reveal, find, light,
    revealAll, show, resized, learn, forget, reach: (path, open) => element(path) ?? (open ? opening?.reach(path) : null), opens: (made) => { opening = made; }, back: () => opening?.back() ?? false,
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
  let [at, found] = [0, []];
  // A closed box is opened when a hit in it is asked for, not while a name is being typed.
  const go = (open) => {
    const node = found.length ? viewer.reach(found[at], open) : null;
    viewer.reveal(node);
    viewer.light(node?.id);
    search.setAttribute("aria-description", `${found.length} found`);
  };
  const look = () => { [at, found] = [0, viewer.find(search.value)]; go(false); };
  const next = () => {
    const fresh = found.length && !viewer.reach(found[at], false);
    if (found.length && !fresh) at = (at + 1) % found.length;
    go(true);
  };
  search.addEventListener("input", look);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") next();
    if (event.key === "Escape") { search.value = ""; look(); stage.focus(); }
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
    "-": () => viewer.zoom(1 / 1.25), "/": () => search.focus(), Escape: () => viewer.back(), Backspace: () => viewer.back(),
  };
  const arrows = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };
  document.addEventListener("keydown", (event) => {
    event.stopPropagation(); // a notebook around the page must not act on keys pressed here
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input:not([type=range], [type=checkbox]), select, textarea")) return;
    const act = keys[event.key] ?? (panning && stage.contains(event.target) && arrows[event.key] ? () => viewer.move(...arrows[event.key]) : null);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
