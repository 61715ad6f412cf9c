// A page with one picture: the viewer around it, and a sentence about the chosen node.

// data: the picture's `Level.data`: ends, names, and what is inside.
function startViewer(data) {
  const $ = (id) => document.getElementById(id);
  const embedded = window.parent !== window;
  document.documentElement.classList.toggle("embedded", embedded);
  const svg = document.querySelector("#stage svg");
  if (!embedded) giveRoom(svg, $("legend"), data);
  const box = svg.viewBox.baseVal;
  for (const [id, name] of Object.entries(data.names)) {
    const node = svg.getElementById(id);
    if (node) node.dataset.name = name;
  }
  document.body.classList.add("alive");
  const viewer = makeViewer($("stage"), svg, data.ends, {
    shut: (node) => sayLine($("line"), node.getAttribute("aria-label")),
    grown: (size) => { labels.forget(); ask(size); },
    chosen: (id) => {
      $("line").hidden = true;
      $("told").textContent = [said(id), ...weights(id)].join("; ");
      return labels.tell(id, data.ends);
    },
  });
  const labels = makeLabels(svg, viewer.seen);
  const said = (id) => svg.getElementById(id).getAttribute("aria-label");
  // The weights of a neuron: where it has very many wires, they have no room for numbers.
  function weights(id) {
    const into = Object.entries(data.ends).filter(([edge, [, target]]) => target === id && svg.getElementById(edge));
    return into.flatMap(([edge]) => said(edge).match(/weight (.*), (?:gradient back|no gradient)/)?.[1] ?? []);
  }
  makeToolbar($("tools"), $("stage"), viewer, document.documentElement);
  viewer.fit();
  // As tall as the picture at this width, within what a notebook can show at once.
  function ask({ width, height }) {
    if (!embedded) return;
    const scale = Math.max(Math.min(window.innerWidth / width, 1.34), LEAST / viewer.smallest);
    const wanted = Math.ceil(Math.min(640, Math.max(160, height * scale + 6)));
    parent.postMessage({ chainrule: "height", height: wanted }, "*");
  }
  ask(box);
  if (embedded) window.addEventListener("resize", () => viewer.fit());
  if (data.closed || typeof data.inside === "string") unpacked(data.inside).then((inside) => viewer.opens(makeOpening(svg, viewer, { ...data, inside })));
}

// What a page has no room for is drawn by a line of Python, which its box shows, to be copied.
function sayLine(place, told) {
  const line = told?.match(/; by itself: (viz\.draw\(.*\))$/)?.[1];
  if (!line) return;
  const [code, copy] = ["code", "button"].map((name) => document.createElement(name));
  code.textContent = line;
  copy.textContent = "Copy";
  copy.addEventListener("click", () => {
    getSelection().selectAllChildren(code);
    copy.textContent = document.execCommand("copy") ? "Copied" : "Selected"; // the only way in a sandboxed frame
  });
  place.replaceChildren("This page has no room for what is in this box. In Python: ", code, " ", copy);
  place.hidden = false;
}

// The legend moves up beside the title where it fits, so that the picture can be larger.
function giveRoom(svg, place, data) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  const [ground, legend] = ["rect", "g.legend"].map((part) => svg.querySelector(`g.graph > ${part}`));
  const boxes = Array.from(svg.querySelectorAll("g.node, g.group, g.edge"), (part) => part.getBBox());
  const lowest = boxes.reduce((low, box) => Math.max(low, box.y + box.height), y);
  let bottom = y + height;
  const told = legend?.getBBox();
  if (told && told.y > lowest && told.height < 44 && innerWidth > told.width + 720) {
    const own = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    own.setAttribute("viewBox", `${told.x - 2} ${told.y - 1} ${told.width + 4} ${told.height + 2}`);
    own.setAttribute("font-family", legend.parentNode.getAttribute("font-family"));
    own.setAttribute("width", 0.92 * (told.width + 4));
    own.append(legend);
    place.append(own);
    bottom = lowest + 14;
    ground.setAttribute("height", bottom - y);
  }
  svg.setAttribute("viewBox", `${x} ${y} ${width} ${bottom - y}`);
  trim(svg, data);
}
