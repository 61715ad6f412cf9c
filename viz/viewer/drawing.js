// A page with one picture: the viewer around it, and a sentence on the node that is chosen.

// data: what `Level.data` holds: ends, names, and what is inside.
function startViewer(data) {
  const $ = (id) => document.getElementById(id);
  const embedded = window.parent !== window;
  document.documentElement.classList.toggle("embedded", embedded);
  const svg = document.querySelector("#stage svg");
  const box = svg.viewBox.baseVal;
  const [width, height] = [box.width, box.height];
  for (const [id, name] of Object.entries(data.names)) {
    const node = svg.getElementById(id);
    if (node) node.dataset.name = name;
  }
  document.body.classList.add("alive");
  const viewer = makeViewer($("stage"), svg, data.ends, {
    chosen: (id) => { $("told").textContent = svg.getElementById(id).getAttribute("aria-label"); },
  });
  makeToolbar($("tools"), $("stage"), viewer, document.documentElement);
  viewer.fit();
  if (data.closed || typeof data.inside === "string") makeOpening(svg, viewer, data).then(viewer.opens);
  if (embedded) {
    // As tall as the picture at this width, within what a notebook can show at once.
    const scale = Math.max(Math.min(window.innerWidth / width, 1.34), LEAST / viewer.smallest);
    const wanted = Math.ceil(Math.min(640, Math.max(160, height * scale + 6)));
    parent.postMessage({ chainrule: "height", height: wanted }, "*");
    window.addEventListener("resize", () => viewer.fit());
  }
}
