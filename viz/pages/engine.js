// The engine of a live page: the recorded graph, computed anew forward and backward.
// A row of the table is {f, d, each, tally, all, outside}, printed from Python's own rules.

// graph: names, labels, ops (a key of `rows`, "" for a leaf), inputs (a node's number, or [x] for
// a constant), data (the recorded numbers). The nodes stand in topological order, up to the loss at
// `root`. The nodes after it are the parts of some of them: in each of `copies`, [first, last, of],
// the node `last` is another way to compute the node `of`, and so has its gradient.
function makeEngine(graph, rows) {
  const count = graph.ops.length;
  const root = graph.root ?? count - 1;
  const leaves = graph.ops.map((op, i) => (op ? -1 : i)).filter((i) => i >= 0 && i <= root);
  const recorded = Float64Array.from(graph.data);
  const values = Float64Array.from(graph.data);
  const gradients = new Float64Array(count);
  const reached = new Uint8Array(count); // whether a gradient arrived
  const known = new Uint8Array(count).fill(1); // whether the value could be computed
  const errors = new Map(); // node: the sentence that Python would raise
  const operands = graph.inputs.map((inputs) => inputs.map((x) => (Array.isArray(x) ? x[0] : 0)));
  const locals = graph.inputs.map((inputs) => inputs.map(() => null));

  function read(i) {
    const inputs = graph.inputs[i];
    const xs = operands[i];
    for (let k = 0; k < inputs.length; k += 1) {
      const x = inputs[k];
      if (typeof x !== "number") continue;
      if (!known[x]) return null;
      xs[k] = values[x];
    }
    return xs;
  }

  function compute(i) {
    const row = rows[graph.ops[i]];
    const xs = read(i);
    known[i] = 0;
    values[i] = NaN;
    if (xs === null) return;
    let z = NaN;
    try { z = row.f(...xs); } catch (refused) { errors.set(i, refused.message); return; }
    if (row.outside && row.outside(z, ...xs)) {
      errors.set(i, outside(graph, i, xs));
      return;
    }
    values[i] = z;
    known[i] = 1;
  }

  // Local derivatives by position; null where no gradient flows.
  function differentiate(i) {
    const row = rows[graph.ops[i]];
    const xs = operands[i];
    const z = values[i];
    const found = locals[i];
    if (row.d) {
      for (let k = 0; k < found.length; k += 1) {
        const wanted = row.d[k] && typeof graph.inputs[i][k] === "number";
        found[k] = wanted ? row.d[k](z, ...xs) : null;
      }
      return found;
    }
    let n = 0;
    if (row.tally) for (const x of xs) n += row.tally(z, x);
    const every = row.all ? row.all(z, xs) : xs.map((x) => row.each(z, x, n || NaN));
    for (let k = 0; k < found.length; k += 1) {
      found[k] = typeof graph.inputs[i][k] === "number" ? every[k] : null;
    }
    return found;
  }

  function forward(end = count) {
    errors.clear();
    for (let i = 0; i < end; i += 1) if (graph.ops[i]) compute(i);
  }

  function backward() {
    gradients.fill(0);
    reached.fill(0);
    if (!known[root]) return;
    descend(root, 0, 1);
    for (const [first, last, of] of graph.copies ?? []) if (reached[of] && known[last]) descend(last, first, gradients[of]);
  }
  // Pass gradients on from one node, which has its own, back to the node `first`.
  function descend(from, first, gradient) {
    gradients[from] = gradient;
    reached[from] = 1;
    for (let i = from; i >= first; i -= 1) {
      if (!reached[i] || !graph.ops[i]) continue;
      const found = differentiate(i);
      const inputs = graph.inputs[i];
      for (let k = 0; k < found.length; k += 1) {
        if (found[k] === null || inputs[k] < first) continue;
        const sent = gradients[i] * found[k];
        gradients[inputs[k]] = reached[inputs[k]] ? gradients[inputs[k]] + sent : sent;
        reached[inputs[k]] = 1;
      }
    }
  }

  // Return the loss with one leaf moved, and leave everything as it was.
  const kept = { values: new Float64Array(count), known: new Uint8Array(count) };
  function lossWith(leaf, value) {
    kept.values.set(values);
    kept.known.set(known);
    const before = new Map(errors);
    values[leaf] = value;
    forward(root + 1);
    const loss = known[root] ? values[root] : NaN;
    values.set(kept.values);
    known.set(kept.known);
    errors.clear();
    for (const [node, said] of before) errors.set(node, said);
    return loss;
  }

  const run = () => { forward(); backward(); };
  run();
  return { graph, count, root, leaves, recorded, values, gradients, reached, known, errors, locals, run, lossWith };
}

// The sentence that Python's DomainError would say.
function outside(graph, i, xs) {
  const said = graph.inputs[i].map((x, k) => {
    if (typeof x !== "number") return `float = ${repr(xs[k])}`;
    return graph.labels[x] ? `Value '${graph.labels[x]}' = ${repr(xs[k])}` : `Value = ${repr(xs[k])}`;
  });
  const name = graph.ops[i].split(" ")[0];
  const domain = graph.domains[name] ? `; it is defined for ${graph.domains[name]}` : "";
  const site = graph.sites[i] ? ` (${graph.sites[i]})` : "";
  return `${name} is not defined at ${said.join(", ")}${domain}${site}`;
}
