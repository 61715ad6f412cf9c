// What JavaScript's Math lacks, or answers differently from Python and NumPy. These functions
// precede every program that autograd/printers/javascript.py prints.
"use strict";

// C and Python give 1 for 1 to any power, and for ±1 to ±∞; Math.pow gives NaN.
const pow = (x, y) => (x === 1 || (x === -1 && (y === Infinity || y === -Infinity)) ? 1 : Math.pow(x, y));
const square = (x) => x * x;
const relu = (x) => (x <= 0 ? 0 : x);
const maximum = (x, y) => (x >= y || x !== x ? x : y);
const minimum = (x, y) => (x <= y || x !== x ? x : y);

// The nearest whole number; of two, the even one.
const rint = (x) => {
  const below = Math.floor(x);
  return x - below < 0.5 || (x - below === 0.5 && below % 2 === 0) ? below : below + 1;
};

// The remainder has the sign of the divisor, as in Python.
const remainder = (x, y) => {
  const left = x % y;
  return left !== 0 && left < 0 !== y < 0 ? left + y : left === 0 ? Math.sign(y) * 0 : left;
};

// Comparisons give numbers; NaN compares with nothing, and counts as true where it is a condition.
const greater = (x, y) => (x > y ? 1 : 0);
const greater_equal = (x, y) => (x >= y ? 1 : 0);
const less = (x, y) => (x < y ? 1 : 0);
const less_equal = (x, y) => (x <= y ? 1 : 0);
const equal = (x, y) => (x === y ? 1 : 0);
const not_equal = (x, y) => (x === y ? 0 : 1);
const where = (c, x, y) => (c === 0 ? y : x);

// Parts of local derivatives: who gets the gradient at a tie, and divisors that are not 0.
const share = (x, y) => (x > y ? 1 : x === y ? 0.5 : x < y ? 0 : NaN);
const nonzero = (x) => (x === 0 ? 1 : x);
const base = (x, y) => (x === 0 && y === 0 ? 1 : x);

const logaddexp = (x, y) => (x === y
  ? x + Math.LN2 // also where both are infinite, and their difference is not a number
  : (x > y || x !== x ? x : y) + Math.log1p(Math.exp(-Math.abs(x - y))));

// Below -37 the 1 of 1 + e^x no longer counts, and e^-x would overflow further down.
const expit = (x) => (x > -37 ? 1 / (1 + Math.exp(-x)) : Math.exp(x));

// erf by its series, whose terms all have the same sign, and far out by erfc's continued fraction.
const erfc_tail = (x) => {
  let fraction = 0;
  for (let k = 150; k > 0; k -= 1) fraction = k / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
};
const erf = (x) => {
  if (Math.abs(x) > 1.5) return x > 6 ? 1 : x < -6 ? -1 : Math.sign(x) * (1 - erfc_tail(Math.abs(x)));
  let term = x;
  let sum = x;
  for (let n = 1; n < 80; n += 1) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
};
const erfc = (x) => (x > 30 ? 0 : x > 1.5 ? erfc_tail(x) : 1 - erf(x));

// Reductions, of a list of operands or an array of numbers.
const sum = (xs) => {
  let total = 0;
  for (const x of xs) total += x;
  return total;
};
const mean = (xs) => sum(xs) / xs.length;
const max = (xs) => {
  let top = -Infinity;
  for (const x of xs) top = x > top || x !== x ? x : top;
  return top;
};
const min = (xs) => -max(xs.map((x) => -x));
const logsumexp = (xs) => {
  const top = max(xs);
  if (top !== top || Math.abs(top) === Infinity) return top;
  let total = 0;
  for (const x of xs) total += Math.exp(x - top);
  return top + Math.log(total);
};
const norm = (xs) => {
  let largest = 0; // after division by it no square overflows
  for (const x of xs) largest = Math.abs(x) > largest || x !== x ? Math.abs(x) : largest;
  if (largest === 0 || largest !== largest || largest === Infinity) return largest;
  let total = 0;
  for (const x of xs) total += (x / largest) * (x / largest);
  return largest * Math.sqrt(total);
};

// A neuron: the bias and w₁·x₁ + … of w₁ … wₙ, x₁ … xₙ, b.
const dot = (xs) => {
  const n = (xs.length - 1) / 2;
  let total = xs[2 * n];
  for (let i = 0; i < n; i += 1) total += xs[i] * xs[n + i];
  return total;
};

// One of n positions, counted from the end if negative; otherwise an error in Python's words.
const chosen = (i, n) => {
  if (!Number.isInteger(i)) throw new RangeError(`take needs an integer, not ${i}`);
  if (i >= -n && i < n) return i < 0 ? i + n : i;
  throw new RangeError(`take of row ${i}, where there are ${n}: from ${-n} to ${n - 1}`);
};
const take = (xs) => xs[1 + chosen(xs[0], xs.length - 1)];
// Its local derivatives: 1 for what was chosen, and no gradient for the rest.
const taken = (xs) => xs.map((_, k) => (k === 1 + chosen(xs[0], xs.length - 1) ? 1 : null));

// Whether Python's math would raise: not a number from numbers, or ∞ from what is finite.
const beyond = (z, ...xs) => (z !== z && xs.every((x) => x === x))
  || (Math.abs(z) === Infinity && xs.every(Number.isFinite));
