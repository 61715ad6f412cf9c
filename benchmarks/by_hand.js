// The same network written by hand, like the page of TensorFlow Playground: objects for nodes and
// links, one sample at a time, gradients collected on the links. (T is the tanh network's shape.)

function handMade(sizes, start) {
  let at = 0;
  const layers = sizes.map((size) => Array.from({ length: size }, () => ({ inputs: [], outputs: [], output: 0, total: 0, bias: 0, biasSum: 0, outputDer: 0, inputDer: 0 })));
  for (let l = 1; l < sizes.length; l += 1) {
    for (const source of layers[l - 1]) {
      for (const dest of layers[l]) {
        const link = { source, dest, weight: start[at], sum: 0 };
        at += 1;
        source.outputs.push(link);
        dest.inputs.push(link);
      }
    }
    for (const node of layers[l]) { node.bias = start[at]; at += 1; }
  }
  const last = layers.length - 1;
  function forward(x, xo) {
    layers[0].forEach((node, i) => { node.output = x[xo + i]; });
    for (let l = 1; l <= last; l += 1) {
      for (const node of layers[l]) {
        node.total = node.bias;
        for (const link of node.inputs) node.total += link.weight * link.source.output;
        node.output = l < last ? Math.tanh(node.total) : node.total;
      }
    }
    return layers[last][0].output;
  }
  function backward(z, y) {
    layers[last][0].outputDer = 1 / (1 + Math.exp(-z)) - y;
    for (let l = last; l > 0; l -= 1) {
      for (const node of layers[l]) {
        node.inputDer = l < last ? node.outputDer * (1 - node.output * node.output) : node.outputDer;
        node.biasSum += node.inputDer;
        for (const link of node.inputs) link.sum += node.inputDer * link.source.output;
      }
      if (l === 1) break;
      for (const node of layers[l - 1]) {
        node.outputDer = 0;
        for (const link of node.outputs) node.outputDer += link.weight * link.dest.inputDer;
      }
    }
  }
  function update(rate, batch) {
    for (const layer of layers.slice(1)) {
      for (const node of layer) {
        node.bias -= (rate * node.biasSum) / batch;
        node.biasSum = 0;
        for (const link of node.inputs) { link.weight -= (rate * link.sum) / batch; link.sum = 0; }
      }
    }
  }
  return {
    epoch(x, y, batch, rate) {
      const n = y.length;
      for (let i = 0; i < n; i += batch) {
        const many = Math.min(batch, n - i);
        for (let k = i; k < i + many; k += 1) backward(forward(x, 2 * k), y[k]);
        update(rate, many);
      }
    },
    loss(x, y) {
      let sum = 0;
      for (let i = 0; i < y.length; i += 1) {
        const z = forward(x, 2 * i);
        sum += Math.max(z, 0) - z * y[i] + Math.log1p(Math.exp(-Math.abs(z)));
      }
      return sum / y.length;
    },
  };
}
