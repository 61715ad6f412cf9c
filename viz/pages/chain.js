// The chain rule of one node, written out in names and in numbers.

function makeChain(place, engine) {
  const { graph } = engine;
  const users = graph.names.map(() => []);
  graph.inputs.forEach((inputs, target) => inputs.forEach((x, position) => {
    // The parts of a composite node do not count as further uses of its operands.
    if (typeof x === "number" && (target <= engine.root || x > engine.root)) users[x].push([target, position]);
  }));
  const loss = graph.names[engine.root];
  const by = (a, b) => `∂${a}/∂${b}`;

  let written = 0;
  function line(text, name = "") {
    const made = place.children[written] ?? place.appendChild(document.createElement("p"));
    if (made.textContent !== text) made.textContent = text;
    if (made.className !== name) made.className = name;
    written += 1;
  }

  // Write the lines, and return the last one: the result.
  function show(i) {
    written = 0;
    write(i);
    while (place.children.length > written) place.lastChild.remove();
    return place.lastChild?.textContent ?? "";
  }
  function write(i) {
    const name = graph.names[i];
    const formula = graph.formulas[i] ? ` = ${graph.formulas[i]}` : "";
    if (!engine.known[i]) {
      line(engine.errors.get(i) ?? `${name}${formula} waits for an operand that cannot be computed`, "wrong");
      return;
    }
    line(`${name}${formula} = ${number(engine.values[i])}`, "value");
    if (i === engine.root) { line(`${by(loss, name)} = 1: here the backward pass begins`); return; }
    if (!engine.known[engine.root]) { line(`${by(loss, name)}: not computed, for ${loss} cannot be`); return; }
    if (!engine.reached[i]) { line(`${by(loss, name)}: no gradient flows from ${loss} to ${name}`); return; }
    const terms = [];
    for (const [target, position] of users[i].slice(0, 12)) {
      const local = engine.locals[target][position];
      if (!engine.reached[target] || local === null) continue;
      const user = graph.names[target];
      const upstream = engine.gradients[target];
      const sent = upstream * local;
      terms.push([user, position, sent]);
      const rule = graph.rules[target][position];
      const written = rule && !/^-?[\d.]+$/.test(rule) ? ` = ${/[-+ ]/.test(rule) ? `(${rule})` : rule} × ${by(loss, user)}` : "";
      line(`through ${user}: ${by(user, name)} × ${by(loss, user)}${written} = ${signed(local)} × ${signed(upstream)} = ${number(sent)}`);
    }
    if (users[i].length > 12) line(`and ${users[i].length - 12} more uses`);
    const total = number(engine.gradients[i]);
    const sum = terms.length > 1 && terms.length <= 12 ? `${terms.map(([, , sent]) => signed(sent)).join(" + ")} = ` : "";
    line(`${by(loss, name)} = ${sum}${total}`, "total");
  }
  return { show, users };
}
