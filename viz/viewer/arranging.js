// Where the parts of a picture go when some of its boxes are open and some of its groups closed.
// The rest moves aside: a strip of the picture is widened, so that everything keeps its order and
// nothing overlaps. Strips that are empty because a group is closed are narrowed.

const [ROOM_X, ROOM_Y] = [34, 14]; // what remains of an empty strip

// graph: the element that holds the parts. level: {ends, names, inside, members, closed}. prefix:
// of the ids. rows: where each row of the picture begins, if it has several: each is widened by
// itself. opened: {size, put} for the id of each open box. shut: {g, rect} for the id of each
// closed group, the box that stands for it.
function makeArrangement(graph, level, prefix, rows, opened, shut) {
  const nodes = new Map();
  const edges = [];
  const groups = new Map();
  let ready = false;

  const rowOf = ({ y, height }) => Math.max(0, rows.findLastIndex((top) => y + height / 2 >= top));

  // The parts and where they are, measured when something is first opened or closed.
  function measure() {
    if (ready) return;
    ready = true;
    for (const g of graph.querySelectorAll(":scope > g.node")) {
      const id = g.id.slice(prefix.length);
      nodes.set(id, { id, g, rect: rectOf(g.querySelector(".frame") ?? g) });
    }
    for (const g of graph.querySelectorAll(":scope > g.edge")) {
      const id = g.id.slice(prefix.length);
      const path = g.querySelector("path");
      const label = g.querySelector(".edge-text, .edge-tag");
      edges.push({ id, g, path, d: segments(path.getAttribute("d") ?? ""), original: path.getAttribute("d"),
        head: g.querySelector(":scope > polygon"), label, rect: label && rectOf(label), ends: level.ends[id] ?? [] });
    }
    const titles = graph.querySelectorAll(":scope > g.group-title");
    graph.querySelectorAll(":scope > g.group:not(.node)").forEach((g, i) => {
      const path = g.querySelector("path");
      groups.set(g.id.slice(prefix.length), { g, path, rect: rectOf(path), title: titles[i] });
    });
    graph.querySelectorAll(":scope > g.cluster").forEach((g, i) => { // a group may continue in a further row
      const of = g.id.slice(prefix.length).replace(/-more$/, "");
      groups.set(`${of} in ${i}`, { g, of, path: g.querySelector("path"), rect: rectOf(g.querySelector("path")), title: null });
    });
  }

  // The outermost closed group that something is in.
  const outermost = () => [...shut.keys()].filter((id) => ![...shut.keys()].some((other) =>
    other !== id && level.members[other].length > level.members[id].length && level.members[id].every((n) => level.members[other].includes(n))));

  function arrange() {
    measure();
    const holders = outermost();
    const home = new Map(); // for each hidden box: the closed group that it is in
    for (const id of holders) for (const n of level.members[id]) home.set(n, id);
    const inClosed = (rect) => holders.some((id) => {
      const { x, y, width, height } = groups.get(id).rect;
      return rowOf(rect) === rowOf({ x, y, width, height }) && rect.x >= x - 1 && rect.y >= y - 1 && rect.x + rect.width <= x + width + 1 && rect.y + rect.height <= y + height + 1;
    });

    // All that is visible, each part with its place in the picture as it was laid out.
    const items = new Map();
    for (const { id, g, rect } of nodes.values()) {
      const seen = !home.has(id);
      g.style.display = seen ? "" : "none";
      if (seen) items.set(id, { rect, middle: [rect.x + rect.width / 2, rect.y + rect.height / 2], size: [rect.width, rect.height] });
    }
    for (const [id, box] of shut) {
      const seen = holders.includes(id);
      box.g.style.display = seen ? "" : "none";
      const { rect } = groups.get(id);
      if (seen) items.set(id, { rect, middle: [rect.x + rect.width / 2, rect.y + rect.height / 2], size: [box.rect.width, box.rect.height] });
    }
    for (const [id, group] of groups) {
      const its = group.of ?? id;
      const seen = !holders.some((holder) => holder === its || (level.members[its] ?? [""]).every((n) => home.get(n) === holder));
      group.seen = seen;
      for (const part of [group.g, group.title, group.sign]) if (part) part.style.display = seen ? "" : "none";
    }
    const drawn = new Set(); // one of several arrows between a closed group and a box
    for (const edge of edges) {
      const [tail, head] = edge.ends.map((end) => home.get(end) ?? end);
      edge.now = [tail, head];
      const joined = `${tail} ${head}`;
      const changed = edge.ends.some((end) => home.has(end));
      edge.seen = !changed || (tail !== head && !drawn.has(joined));
      if (changed) drawn.add(joined);
      const [from, to] = [items.get(tail), items.get(head)];
      edge.apart = changed && edge.seen && from && to && rowOf(from.rect) !== rowOf(to.rect);
      edge.g.style.display = edge.seen ? "" : "none";
      if (edge.label) {
        edge.told = edge.seen && !inClosed(edge.rect);
        edge.label.style.display = edge.told ? "" : "none";
        if (edge.told) items.set(`${edge.id} label`, { rect: edge.rect, middle: [edge.rect.x + edge.rect.width / 2, edge.rect.y + edge.rect.height / 2], size: [edge.rect.width, edge.rect.height] });
      }
    }

    const axis = (k, row) => {
      const here = row === null ? items : new Map([...items].filter(([, item]) => rowOf(item.rect) === row));
      const cuts = [];
      for (const [id, { size }] of opened) {
        const item = here.get(id);
        if (item && size[k] > item.size[k]) cuts.push([item.middle[k], size[k] - item.size[k], item.size[k]]);
      }
      return makeAxis(emptyStrips(k, holders, here, row), cuts);
    };
    const down = axis(1, null);
    const across = (rows.length ? rows : [0]).map((_, row) => axis(0, row));
    const axesAt = (rect) => [across[rowOf(rect)], down];

    const placed = new Map(); // for each item: its new rectangle
    for (const [id, item] of items) {
      const moved = [0, 1].map((axis) => axesAt(item.rect)[axis].moved(item.middle[axis], item.size[axis]));
      const size = opened.get(id)?.size.map((length, axis) => Math.max(length, item.size[axis])) ?? item.size;
      const middle = [item.middle[0] + moved[0], item.middle[1] + moved[1]];
      placed.set(id, { x: middle[0] - size[0] / 2, y: middle[1] - size[1] / 2, width: size[0], height: size[1], moved });
    }
    for (const [id, { g, rect }] of nodes) {
      const at = placed.get(id);
      if (!at) continue;
      if (opened.has(id)) opened.get(id).put(at, rect);
      else shift(g, at.moved);
    }
    for (const id of holders) {
      const at = placed.get(id);
      const box = shut.get(id);
      box.g.setAttribute("transform", `translate(${at.x - box.rect.x} ${at.y - box.rect.y})`);
    }
    for (const group of groups.values()) if (group.seen) reframe(group, axesAt(group.rect));
    for (const edge of edges) if (edge.seen) reroute(edge, axesAt, items, placed);
    return rest(across, down);
  }

  const nameOf = (id) => shut.get(id)?.g.querySelector("text")?.textContent ?? level.names[id] ?? "";
  const shift = (g, [dx, dy]) => (dx || dy ? g.setAttribute("transform", `translate(${dx} ${dy})`) : g.removeAttribute("transform"));

  // The strips of closed groups in which nothing is visible, with what remains of each.
  function emptyStrips(axis, holders, items, row) {
    const [start, length, least] = axis ? ["y", "height", ROOM_Y] : ["x", "width", ROOM_X];
    const full = [...items.values()].map(({ middle, size }) => [middle[axis] - size[axis] / 2, middle[axis] + size[axis] / 2]).sort((a, b) => a[0] - b[0]);
    const rects = [...groups].filter(([id, { of }]) => holders.includes(of ?? id)).map(([, { rect }]) => rect);
    let free = rects.filter((r) => row === null || rowOf(r) === row).map((r) => [r[start], r[start] + r[length]]).sort((a, b) => a[0] - b[0]);
    free = free.reduce((all, [from, to]) => {
      const last = all[all.length - 1];
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else all.push([from, to]);
      return all;
    }, []);
    for (const [low, high] of full) {
      free = free.flatMap(([from, to]) => (high <= from || low >= to ? [[from, to]]
        : [[from, Math.min(low, to)], [Math.max(high, from), to]].filter(([a, b]) => b > a)));
    }
    return free.filter(([from, to]) => to - from > least).map(([from, to]) => [from, to, least]);
  }

  function reframe(group, axes) {
    const { x, y, width, height } = group.rect;
    const [left, right] = [axes[0].point(x), axes[0].point(x + width)];
    const [top, bottom] = [axes[1].point(y), axes[1].point(y + height)];
    group.now = { x: left, y: top, width: right - left, height: bottom - top };
    group.path.setAttribute("d", rounded(group.now, 8));
    const by = [left - x, top - y];
    if (group.title) shift(group.title, by);
    else for (const text of group.g.querySelectorAll("text")) shift(text, by);
    if (group.sign) group.sign.setAttribute("transform", `translate(${left + group.after} ${top + 13})`);
  }

  // An arrow follows what it joins: its ends and labels move with boxes, the rest with the picture.
  function reroute(edge, axesAt, items, placed) {
    const label = edge.told ? placed.get(`${edge.id} label`) : null;
    const free = ([x, y]) => {
      const axes = axesAt({ y, height: 0 });
      return [axes[0].along(x), axes[1].along(y)];
    };
    const within = ([x, y], r) => x > r.x - 3 && x < r.x + r.width + 3 && y > r.y - 3 && y < r.y + r.height + 3;
    const move = (point) => (label && within(point, edge.rect) ? [point[0] + label.moved[0], point[1] + label.moved[1]] : free(point));
    const [first, ...others] = edge.d;
    if (!first) return;
    edge.tag?.remove();
    if (edge.apart) { // no line leads to another row: where the arrow ends is written out
      const lost = shut.has(edge.now[0]) ? 0 : 1;
      const at = placed.get(edge.now[1 - lost]);
      const own = items.get(edge.now[1 - lost]).rect;
      const was = lost ? first.points[0] : edge.d[edge.d.length - 1].points.at(-1);
      const tagged = edge.label?.classList.contains("edge-tag"); // then the arrow does not begin at its box
      const [x, y] = [lost ? at.x + at.width : at.x, at.y + (lost && tagged ? at.height / 2 : was[1] - own.y)];
      const name = nameOf(edge.now[lost]);
      edge.tag = svgElement("text", { class: "edge-tag", x: lost ? x + 30 : x - 34, y: y + 4, "font-size": 13, fill: "currentColor", "text-anchor": lost ? "start" : "end" }, lost ? `→ ${name}` : name);
      edge.g.append(edge.tag);
      edge.path.setAttribute("d", lost ? `M${pair([x, y])}H${x + 26}` : `M${pair([x - 30, y])}H${x - 7}`);
      if (edge.head) edge.head.style.display = lost ? "none" : "";
      const end = edge.d[edge.d.length - 1].points.at(-1);
      if (edge.head) shift(edge.head, [x - 7 - end[0], y - end[1]]);
      if (edge.label) edge.label.style.display = "none";
      return;
    }
    if (edge.head) edge.head.style.display = "";
    const ends = [first.points[0], edge.d[edge.d.length - 1].points.at(-1)];
    const [tail, head] = edge.now;
    // Where an end goes: as far down the side of its box as it was before.
    const port = (id, point, fromRight) => {
      const [item, at] = [items.get(id), placed.get(id)];
      if (!item || !at) return move(point);
      const r = item.rect;
      const share = Math.min(1, Math.max(0, (point[1] - r.y) / r.height));
      const across = Math.min(1, Math.max(0, (point[0] - r.x) / r.width));
      const beside = point[0] <= r.x + 1 || point[0] >= r.x + r.width - 1 || id !== edge.ends[fromRight ? 0 : 1];
      if (!beside) return [at.x + across * at.width, point[1] <= r.y ? at.y + point[1] - r.y : at.y + at.height + point[1] - r.y - r.height];
      const gap = id === edge.ends[fromRight ? 0 : 1] ? point[0] - (fromRight ? r.x + r.width : r.x) : fromRight ? 0 : -7;
      return [(fromRight ? at.x + at.width : at.x) + gap, at.y + share * at.height];
    };
    const start = edge.label && edge.label.classList.contains("edge-tag") ? move(ends[0]) : port(tail, ends[0], true);
    const end = port(head, ends[1], false);
    // The part of the path inside a closed group is left out.
    const hidden = (id, was, point) => id !== was && within(point, groups.get(id).rect);
    const kept = others.filter(({ points }, i) => i === others.length - 1
      || !(hidden(tail, edge.ends[0], points.at(-1)) || hidden(head, edge.ends[1], points.at(-1))));
    const skipped = kept.length !== others.length;
    let here = start;
    let was = ends[0];
    const written = [`M${pair(start)}`];
    kept.forEach(({ kind, points }, i) => {
      const old = points.at(-1);
      const to = i === kept.length - 1 ? end : move(old);
      const [dx, dy] = [here[0] - was[0], here[1] - was[1]];
      if (kind === "C" && !skipped) {
        const [a, b] = points;
        written.push(`C${pair([a[0] + dx, a[1] + dy])} ${pair([b[0] + to[0] - old[0], b[1] + to[1] - old[1]])} ${pair(to)}`);
      } else if (kind === "L" && !skipped) {
        written.push(`L${pair(to)}`);
      } else {
        const middle = (here[0] + to[0]) / 2;
        written.push(kind === "V" ? `C${pair([here[0], (here[1] + to[1]) / 2])} ${pair([to[0], (here[1] + to[1]) / 2])} ${pair(to)}`
          : `C${pair([middle, here[1]])} ${pair([middle, to[1]])} ${pair(to)}`);
      }
      [here, was] = [to, old];
    });
    edge.path.setAttribute("d", written.join(""));
    if (edge.head) shift(edge.head, [end[0] - ends[1][0], end[1] - ends[1][1]]);
    if (label) shift(edge.label, label.moved);
  }

  // The size of the whole picture, and of its background and legend.
  let whole = null;
  function rest(across, down) {
    const ground = graph.querySelector(":scope > rect");
    whole ??= ground ? rectOf(ground) : rectOf(graph);
    const [left, right] = [whole.x, whole.x + whole.width];
    const now = { x: Math.min(...across.map((axis) => axis.point(left))), y: down.point(whole.y), width: 0, height: 0 };
    now.width = Math.max(...across.map((axis) => axis.point(right))) - now.x;
    now.height = down.point(whole.y + whole.height) - now.y;
    if (ground) for (const [key, value] of Object.entries(now)) ground.setAttribute(key, value);
    const legend = graph.querySelector(":scope > g.legend");
    if (legend) {
      legend.removeAttribute("transform");
      const { x, y, height } = rectOf(legend); // it may stand beside the last row
      shift(legend, [across[rowOf({ y, height })].point(x) - x, down.point(y) - y]);
    }
    return now;
  }

  return { nodes, groups, measure, arrange };
}
