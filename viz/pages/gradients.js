// The norm of each array's gradient on a logarithmic scale, relative to the largest; gradients that
// have all but vanished, or are exploding, are marked.

// began: whether there are gradients yet.
function drawGradients(body, names, norms, began) {
  const largest = norms.reduce((a, b) => (b > a || b !== b ? b : a), 0);
  names.forEach((name, k) => {
    const row = body.rows[k] ?? gradientRow(body);
    const share = norms[k] / largest;
    const verdict = !Number.isFinite(norms[k]) ? "not finite" : norms[k] > 1e3 ? "exploding" : began && share < 1e-3 ? "vanishing" : "";
    const width = share > 0 ? Math.max(2, 96 + (96 * Math.log10(share)) / 5) : 0;
    row.firstBar.style.width = `${width.toFixed(0)}%`;
    const texts = [name, null, began ? `${general(norms[k], 3)} ${verdict}` : ""];
    texts.forEach((text, c) => { if (text !== null && row.cells[c].textContent !== text) row.cells[c].textContent = text; });
    if (row.className !== (verdict ? "wrong" : "")) row.className = verdict ? "wrong" : "";
  });
  while (body.rows.length > names.length) body.deleteRow(-1);
}

function gradientRow(body) {
  const row = body.insertRow();
  for (let c = 0; c < 3; c += 1) row.insertCell();
  row.firstBar = row.cells[1].appendChild(document.createElement("span"));
  row.firstBar.className = "bar";
  return row;
}
