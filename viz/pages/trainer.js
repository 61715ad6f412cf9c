// Training: a vector of weights, its gradient, an optimiser's state, and the samples in order.

// variant: the recorded model. data: the samples. rules: the optimisers, printed from Python's.
function makeTrainer(variant, data, rules, settings) {
  const count = variant.start.length;
  const samples = data.X.length / data.width;
  const held = data.heldX.length / data.width;
  const trainer = {
    variant, data, settings, count,
    w: Float64Array.from(variant.start), g: new Float64Array(count), held: new Uint8Array(count),
    steps: 0, epochs: 0, losses: [], heldLosses: [], state: null,
    begin: Float64Array.from(variant.start),
    order: [], at: 0, added: [],
  };
  const scratch = new Float64Array(count);
  const out = new Float64Array(variant.size);

  // A point's target is a number among the arguments, or chooses one function for each label.
  const programOf = (label) => variant.train[""] ?? variant.train[String(label)] ?? variant.train[`${label}.0`];
  const X = (i) => (i < samples ? [data.X, i * data.width, data.y, i * data.targets] : trainer.added[i - samples]);
  const size = () => samples + trainer.added.length;

  function lossOf([x, xo, y, yo], gradient) {
    return programOf(y[yo])(trainer.w, gradient, x, xo, y, yo);
  }
  function meanLoss(total, many, at) {
    let sum = 0;
    for (let i = 0; i < many; i += 1) sum += lossOf(at(i), scratch);
    return many ? sum / many : NaN;
  }
  trainer.loss = () => meanLoss(0, size(), X);
  trainer.heldLoss = () => meanLoss(0, held, (i) => [data.heldX, i * data.width, data.heldY, i * data.targets]);

  let random = dice(1); // a seed: the same one draws the same numbers again
  let seed = 1;
  function shuffle() {
    trainer.order = Array.from({ length: size() }, (_, i) => i);
    if (!settings.shuffle) return;
    for (let i = trainer.order.length - 1; i > 0; i -= 1) {
      const k = Math.floor(random() * (i + 1));
      [trainer.order[i], trainer.order[k]] = [trainer.order[k], trainer.order[i]];
    }
  }

  function freshState() {
    const rule = rules[settings.optimizer];
    trainer.state = { of: settings.optimizer, steps: 0, s: { ...rule.start } };
    for (const name of rule.state) trainer.state.s[name] = new Float64Array(count).fill(rule.start[name]);
  }

  // One batch: the mean gradient, and one step of every weight that is not held fixed.
  trainer.step = () => {
    if (trainer.at === 0 || trainer.order.length !== size()) { shuffle(); trainer.at = 0; }
    if (trainer.state === null || trainer.state.of !== settings.optimizer) freshState();
    const many = Math.min(settings.batch, trainer.order.length - trainer.at);
    trainer.g.fill(0);
    let sum = 0;
    for (let k = 0; k < many; k += 1) sum += lossOf(X(trainer.order[trainer.at + k]), trainer.g);
    for (let i = 0; i < count; i += 1) trainer.g[i] /= many;
    const kept = trainer.held.some(Boolean) ? Float64Array.from(trainer.w) : null;
    const rule = rules[settings.optimizer];
    (trainer.state.steps ? rule.next : rule.first)(trainer.w, trainer.g, trainer.state.s, settings);
    if (kept) for (let i = 0; i < count; i += 1) if (trainer.held[i]) trainer.w[i] = kept[i];
    trainer.state.steps += 1;
    trainer.steps += 1;
    recent += sum;
    counted += many;
    trainer.at += many;
    if (trainer.at >= trainer.order.length) { trainer.at = 0; trainer.epochs += 1; trainer.note(); }
    return sum / many;
  };
  // With many samples the curve shows the mean loss of the steps since its last point.
  let recent = 0;
  let counted = 0;
  trainer.noteSteps = () => {
    trainer.losses.push(counted ? recent / counted : meanLoss(0, Math.min(20, size()), X));
    recent = 0;
    counted = 0;
  };
  trainer.epoch = () => { do trainer.step(); while (trainer.at !== 0); };
  trainer.note = () => {
    if (data.many) trainer.noteSteps();
    else { trainer.losses.push(trainer.loss()); trainer.heldLosses.push(trainer.heldLoss()); }
  };

  trainer.reset = (fresh) => {
    random = dice(fresh ? (seed += 1) : seed);
    if (fresh) redraw();
    trainer.w.set(trainer.begin);
    trainer.g.fill(0);
    Object.assign(trainer, { steps: 0, epochs: 0, losses: [], heldLosses: [], state: null, at: 0 });
    trainer.note();
  };
  // A new seed draws each array from the distribution that its layer starts from, by Python's rule;
  // an array without a rule from a normal distribution of the mean and spread that it had.
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  function redraw() {
    for (const { shape, offset, drawn } of variant.parameters) {
      const n = shape.reduce((a, b) => a * b, 1);
      const to = trainer.begin.subarray(offset, offset + n);
      const [kind, shift, factor] = drawn ?? ["normal", ...spreadOf(variant.start.subarray(offset, offset + n))];
      if (kind === "constant") to.fill(shift);
      else if (kind === "orthogonal") orthogonal(to, shape, shift, normal);
      else for (let i = 0; i < n; i += 1) to[i] = shift + factor * (kind === "uniform" ? random() : normal());
    }
  }

  // The outputs at a point: the prediction, then the units of each layer.
  trainer.predict = (point) => { variant.predict(trainer.w, point, 0, out); return out; };
  trainer.add = (point, target) => {
    trainer.added.push([Float64Array.from(point), 0, Float64Array.from(target), 0]);
    trainer.at = 0;
  };
  trainer.points = () => Array.from({ length: size() }, (_, i) => X(i));
  trainer.nested = () => Object.fromEntries(variant.parameters.map(({ name, shape, offset }) => [name, nest(trainer.w, shape, offset)]));
  trainer.note();
  return trainer;
}

// A flat array as lists of lists.
function nest(w, shape, offset) {
  if (!shape.length) return w[offset];
  const [n, ...rest] = shape;
  const size = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: n }, (_, i) => nest(w, rest, offset + i * size));
}

function spreadOf(part) {
  const mean = part.reduce((a, b) => a + b, 0) / part.length;
  return [mean, Math.sqrt(part.reduce((a, b) => a + (b - mean) ** 2, 0) / part.length)];
}

// gain times a matrix whose rows or columns (the fewer) are orthonormal: normal numbers, made
// orthonormal one row or column after the other.
function orthogonal(to, [rows, columns], gain, normal) {
  const [many, length] = rows < columns ? [rows, columns] : [columns, rows];
  const found = [];
  for (let k = 0; k < many; k += 1) {
    const one = Float64Array.from({ length }, normal);
    for (let twice = 0; twice < 2; twice += 1) {
      for (const other of found) {
        let along = 0;
        for (let i = 0; i < length; i += 1) along += one[i] * other[i];
        for (let i = 0; i < length; i += 1) one[i] -= along * other[i];
      }
    }
    const size = norm(one);
    found.push(one.map((x) => x / size));
  }
  found.forEach((one, k) => one.forEach((x, i) => { to[rows < columns ? k * columns + i : i * columns + k] = gain * x; }));
}

// A small generator of random numbers: the same seed, the same numbers.
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}
