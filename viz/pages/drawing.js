// New samples, drawn letter by letter from the probabilities that the user's own program gives.

function makeDrawing(task, trainer) {
  const out = new Float64Array(task.letters.length);

  // The probabilities of the next letter, after the beginning of a sample.
  function follows(tokens) {
    task.draws[tokens.length - 1](trainer.w, out, Float64Array.from(tokens));
    return Array.from(out);
  }
  // Letter 0 is the mark at which a sample begins and ends.
  function draw(random, temperature = 1) {
    const tokens = [0];
    while (tokens.length <= task.draws.length) {
      const weights = follows(tokens).map((p) => p ** (1 / temperature));
      let left = random() * weights.reduce((a, b) => a + b, 0);
      let next = 0;
      while (next < weights.length - 1 && (left -= weights[next]) >= 0) next += 1;
      if (next === 0) break;
      tokens.push(next);
    }
    return tokens.slice(1).map((i) => task.letters[i]).join("");
  }
  return { follows, draw, many: (n, seed, temperature) => { const random = dice(seed); return Array.from({ length: n }, () => draw(random, temperature)); } };
}
