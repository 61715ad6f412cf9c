// Boxes that open and close where they stand. What is inside a box is a picture of its own, laid
// out beforehand, which is put in the box's place.

const [BAR, RIM, SIGN] = [24, 12, 7]; // the title of an open box, its rim, the radius of a sign

// One picture, the page's own or that inside a box; see makeArrangement for its arguments. hooks:
// prefix for ids; changed, called with the new size; learn and forget what an inside adds.
function makeScene(graph, level, hooks, rows = []) {
  const { prefix = "" } = hooks;
  const opened = new Map();
  const shut = new Map();
  const { nodes, groups, measure, arrange } = makeArrangement(graph, level, prefix, rows, opened, shut);

  function open(id) {
    const inner = level.inside[id];
    if (!inner || opened.has(id)) return false;
    measure();
    const { g, rect } = nodes.get(id);
    const holder = svgElement("g", { class: "inside" });
    const frame = svgElement("path", { class: "inside-frame" });
    const bar = svgElement("path", { class: "bar" });
    const title = svgElement("text", { class: "bar-title", "font-size": 14 }, level.names[id] ?? "");
    const sign = signOf("−");
    const inside = contents(inner.svg);
    const prefixed = `${prefix}${id}/`;
    for (const part of inside.querySelectorAll("[id]")) part.id = prefixed + part.id;
    for (const part of inside.querySelectorAll(":scope > rect, :scope > g.legend")) part.remove();
    inside.removeAttribute("id");
    inside.setAttribute("class", "graph");
    holder.append(frame, bar, title, sign, inside);
    g.append(holder);
    g.classList.add("open");
    g.setAttribute("aria-expanded", "true");
    const box = rectOf(inside); // before anything in it has moved
    const scene = makeScene(inside, inner, { ...hooks, prefix: prefixed, changed: (_, element) => { resize(); hooks.changed(arrange(), element); } }, inside.rows);
    const one = { scene, size: [0, 0], extent: box, put(at, was) {
      g.removeAttribute("transform");
      frame.setAttribute("d", rounded(at, 5));
      bar.setAttribute("d", rounded({ ...at, height: BAR }, 5));
      title.setAttribute("x", at.x + 8);
      title.setAttribute("y", at.y + 17);
      sign.setAttribute("transform", `translate(${at.x + at.width - 13} ${at.y + BAR / 2})`);
      // In the middle, where the box is wider than what is in it.
      const [dx, dy] = [(at.width - one.extent.width) / 2, BAR + (at.height - BAR - one.extent.height) / 2];
      inside.setAttribute("transform", `translate(${at.x + dx - one.extent.x} ${at.y + dy - one.extent.y})`);
    } };
    function resize() {
      one.extent = rectOf(inside);
      one.size = [Math.max(one.extent.width + 2 * RIM, title.getComputedTextLength() + 50), one.extent.height + 2 * RIM + BAR];
    }
    opened.set(id, one);
    resize();
    scene.start();
    resize();
    hooks.learn(prefixed, inner);
    return true;
  }
  function close(id) {
    const one = opened.get(id);
    if (!one) return false;
    opened.delete(id);
    const { g } = nodes.get(id);
    g.querySelector(":scope > .inside").remove();
    g.classList.remove("open");
    g.setAttribute("aria-expanded", "false");
    hooks.forget(`${prefix}${id}/`);
    return true;
  }
  // A group is closed into the box that stands for it, and opened again to what it was.
  function shutGroup(id) {
    if (shut.has(id)) return false;
    measure();
    for (const n of level.members[id]) close(n);
    const found = contents(level.closed).querySelector(`[id="${id}"]`);
    if (!found) return false;
    found.id = `${prefix}${id}-closed`;
    graph.append(found);
    shut.set(id, { g: found, rect: rectOf(found.querySelector(".frame")) });
    addSign(found, shut.get(id).rect);
    return true;
  }
  function openGroup(id) {
    if (!shut.has(id)) return false;
    shut.get(id).g.remove();
    shut.delete(id);
    return true;
  }

  const change = (did, element) => {
    if (!did) return;
    const size = arrange();
    hooks.changed(size, element);
  };
  const elementOf = (id) => nodes.get(id)?.g ?? shut.get(id)?.g ?? groups.get(id)?.g;

  function signOf(mark) {
    const sign = svgElement("g", { class: "sign", "aria-hidden": "true" });
    sign.append(svgElement("circle", { r: SIGN }), svgElement("path", { d: mark === "+" ? "M-3.5 0H3.5M0 -3.5V3.5" : "M-3.5 0H3.5" }));
    return sign;
  }
  function addSign(g, rect) {
    const sign = signOf("+");
    sign.setAttribute("transform", `translate(${rect.x + rect.width + 3} ${rect.y - 3})`);
    g.append(sign);
    g.classList.add("opens");
    g.setAttribute("role", "button");
    g.setAttribute("aria-expanded", "false");
  }

  // Mark what can be opened and closed, once, before anything is measured.
  function start() {
    for (const id of Object.keys(level.inside)) {
      const g = graph.querySelector(`:scope > g.node[id="${prefix}${id}"]`);
      if (g) addSign(g, rectOf(g.querySelector(".frame") ?? g));
    }
    const titles = graph.querySelectorAll(":scope > g.group-title");
    if (!level.closed) return;
    measure();
    graph.querySelectorAll(":scope > g.group:not(.node)").forEach((g, i) => {
      const id = g.id.slice(prefix.length);
      if (!level.members[id]) return;
      const sign = signOf("−");
      const { x, y } = groups.get(id).rect;
      const after = 22 + (titles[i]?.querySelector("text")?.getComputedTextLength() ?? 0);
      sign.setAttribute("transform", `translate(${x + after} ${y + 13})`);
      sign.setAttribute("class", "sign group-sign");
      sign.dataset.group = prefix + id;
      for (const [key, value] of [["tabindex", "0"], ["role", "button"], ["aria-expanded", "true"]]) sign.setAttribute(key, value);
      sign.setAttribute("aria-label", `Close ${titles[i]?.textContent ?? id}`);
      sign.removeAttribute("aria-hidden");
      graph.append(sign);
      Object.assign(groups.get(id), { sign, after });
    });
  }

  // path: ids from here inwards, "n3/n0". Returns the scene that it is in, and its id there.
  function at(path) {
    const [first, ...inner] = path.split("/");
    return inner.length ? opened.get(first)?.scene.at(inner.join("/")) : { scene, id: first };
  }
  const scene = {
    start, at, level, opened,
    can: (id) => Boolean(level.inside[id]) || shut.has(id.replace("-closed", "")),
    isOpen: (id) => opened.has(id),
    open: (id) => change(open(id), elementOf(id)),
    close: (id) => change(close(id), elementOf(id)),
    toggle(id) {
      const group = id.replace("-closed", "");
      if (shut.has(group)) change(openGroup(group), groups.get(group).g);
      else if (opened.has(id)) change(close(id), elementOf(id));
      else change(open(id), elementOf(id));
    },
    shut: (id) => change(shutGroup(id), shut.get(id)?.g),
    arrange,
  };
  return scene;
}

// The boxes of a page's picture: a click or Enter opens and closes them, Escape closes the last.
// data: the picture's `Level.data`, with the insides unpacked.
function makeOpening(svg, viewer, data) {
  const order = []; // the open boxes, the last opened at the end
  const trail = document.getElementById("trail");
  const scene = makeScene(svg.querySelector("g.graph"), data, {
    learn: (prefix, inner) => viewer.learn(prefix, inner),
    forget: (prefix) => {
      viewer.forget(prefix);
      for (const path of order.filter((one) => `${one}/`.startsWith(prefix))) order.splice(order.indexOf(path), 1);
    },
    changed: (size, element) => viewer.resized(size, element),
  }, rowsOf(svg));
  // The names on the way to a box: gpt › attention › head 2.
  function tell(path) {
    if (!trail) return;
    trail.textContent = "";
    const ids = path ? path.split("/") : [];
    ids.forEach((id, k) => {
      const here = ids.slice(0, k + 1).join("/");
      const found = scene.at(here);
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = found?.scene.level.names[id] ?? id;
      button.addEventListener("click", () => viewer.show(svg.getElementById(here)));
      trail.append(k ? " › " : "", button);
    });
  }
  function toggle(path) {
    const found = scene.at(path);
    if (!found?.scene.can(found.id)) return false;
    found.scene.toggle(found.id);
    if (found.scene.isOpen(found.id)) order.push(path);
    tell(order[order.length - 1]);
    return true;
  }
  const opening = {
    toggle,
    scene,
    isOpen: (path) => Boolean(scene.at(path)?.scene.isOpen(scene.at(path).id)),
    shut(path) {
      const found = scene.at(path);
      found?.scene.shut(found.id);
    },
    back() {
      const last = order[order.length - 1];
      if (!last) return false;
      toggle(last);
      svg.getElementById(last)?.focus({ preventScroll: true });
      return true;
    },
    // Open everything that a box is in, then show it.
    reach(path) {
      const ids = path.split("/");
      for (let k = 1; k < ids.length; k += 1) {
        const here = ids.slice(0, k).join("/");
        if (!opening.isOpen(here)) toggle(here);
      }
      return svg.getElementById(path);
    },
    // The paths of all boxes that are not visible yet, with their names.
    * hidden(level = scene.level, prefix = "") {
      for (const [id, inner] of Object.entries(level.inside)) {
        const here = `${prefix}${id}/`;
        if (!opening.isOpen(here.slice(0, -1))) for (const [n, name] of Object.entries(inner.names)) yield [here + n, name];
        yield* opening.hidden(inner, here);
      }
    },
  };
  scene.start();
  return opening;
}
