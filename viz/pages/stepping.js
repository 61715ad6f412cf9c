// Forward and backward, step by step, at the current values. A moment says how far a pass has come.

function makeStepping(engine) {
  const { graph, root } = engine;
  const operations = graph.ops.map((op, i) => (op ? i : -1)).filter((i) => i >= 0 && i <= root);
  // The parts of a composite node are shown with the node.
  const homes = new Map();
  for (const [first, last, of] of graph.copies ?? []) for (let i = first; i <= last; i += 1) homes.set(i, homes.get(of) ?? of);
  const home = (i) => homes.get(i) ?? i;
  const name = (i) => graph.names[i];
  let frames = [];

  // The frames depend on where gradients flow, so they are made anew when values change.
  function make() {
    frames = [{ kind: "leaves", node: -1 }, ...operations.map((node) => ({ kind: "forward", node }))];
    if (engine.known[root]) {
      frames.push({ kind: "seed", node: root });
      for (const node of [...operations].reverse()) {
        if (engine.reached[node] && engine.locals[node].some((local) => local !== null)) frames.push({ kind: "backward", node });
      }
    }
    return frames;
  }

  // The running sums after a frame.
  function sums(at) {
    const total = new Map();
    for (const { kind, node } of frames.slice(0, at + 1)) {
      if (kind === "seed") total.set(root, 1);
      if (kind !== "backward") continue;
      engine.locals[node].forEach((local, position) => {
        const x = graph.inputs[node][position];
        if (local !== null) total.set(x, (total.get(x) ?? 0) + engine.gradients[node] * local);
      });
    }
    return total;
  }

  function moment(at) {
    const frame = frames[at];
    const done = new Set(frames.slice(0, at + 1).filter(({ kind }) => kind === "forward").map(({ node }) => node));
    const total = sums(at);
    const back = new Set(frames.slice(0, at + 1).filter(({ kind }) => kind === "backward").map(({ node }) => node));
    const inner = (i) => homes.has(i) && engine.reached[i] === 1 && back.has(home(i));
    const flowing = frame.kind === "forward" || frame.kind === "backward";
    return {
      valued: (i) => !graph.ops[home(i)] || done.has(home(i)),
      graded: (i) => total.has(i) || inner(i),
      sum: (i) => total.get(i) ?? (inner(i) ? engine.gradients[i] : 0),
      now: frame.node,
      flows: (node) => flowing && home(node) === frame.node,
    };
  }

  function sentence(at) {
    const { kind, node } = frames[at];
    if (kind === "leaves") return "The leaves are given; everything else is computed from them.";
    if (kind === "seed") return `The backward pass begins: ∂${name(root)}/∂${name(root)} = 1.`;
    if (kind === "forward") {
      if (!engine.known[node]) return engine.errors.get(node) ?? `${name(node)} waits for an operand that cannot be computed.`;
      return `Forward: ${name(node)} = ${graph.formulas[node]} = ${number(engine.values[node])}.`;
    }
    const parts = [];
    engine.locals[node].forEach((local, position) => {
      if (local === null) return;
      const upstream = engine.gradients[node];
      parts.push(`to ${name(graph.inputs[node][position])} local × upstream = ${signed(local)} × ${signed(upstream)} = ${number(local * upstream)}`);
    });
    const more = parts.length > 6 ? `; and ${parts.length - 6} more` : "";
    return `Backward through ${name(node)}, whose gradient ${number(engine.gradients[node])} is complete: ${parts.slice(0, 6).join("; ")}${more}.`;
  }

  const all = {
    valued: () => true, graded: (i) => engine.reached[i] === 1, sum: (i) => engine.gradients[i], now: -1, flows: () => false,
  };
  return { make, moment, sentence, all, count: () => frames.length, node: (at) => frames[at].node };
}
