// Decompositions of matrices, lists of rows: what rows/linalg.py computes by LAPACK. A function
// here has `f`, its result, and `back`, from the gradient of the result to that of the operands.

const matrix_turned = (a) => a[0].map((_, j) => a.map((row) => row[j]));
const matrix_times = (a, b) => a.map((row) => b[0].map((_, j) => row.reduce((t, x, k) => t + x * b[k][j], 0)));
const matrix_map = (a, f) => a.map((row, i) => row.map((x, j) => f(x, i, j)));
const matrix_sum = (a, b) => matrix_map(a, (x, i, j) => x + b[i][j]);
const matrix_half = (a) => matrix_map(a, (x, i, j) => (x + a[j][i]) / 2);

// Gauss's elimination, dividing by the largest number of each column.
const matrix_lu = (a) => {
  const u = a.map((row) => [...row]);
  const order = u.map((_, i) => i);
  let sign = 1;
  let singular = false;
  for (let k = 0; k < u.length; k += 1) {
    let top = k;
    for (let i = k + 1; i < u.length; i += 1) if (Math.abs(u[i][k]) > Math.abs(u[top][k])) top = i;
    if (top !== k) {
      [u[k], u[top]] = [u[top], u[k]];
      [order[k], order[top]] = [order[top], order[k]];
      sign = -sign;
    }
    if (u[k][k] === 0) { singular = true; continue; }
    for (let i = k + 1; i < u.length; i += 1) {
      const factor = (u[i][k] /= u[k][k]);
      for (let j = k + 1; j < u.length; j += 1) u[i][j] -= factor * u[k][j];
    }
  }
  return { u, order, sign, singular };
};
const matrix_solution = (a, b) => {
  const { u, order, singular } = matrix_lu(a);
  if (singular) throw new RangeError("Singular matrix");
  const x = order.map((i) => [...b[i]]);
  const without = (i, k) => { for (let j = 0; j < x[i].length; j += 1) x[i][j] -= u[i][k] * x[k][j]; };
  for (let i = 0; i < x.length; i += 1) for (let k = 0; k < i; k += 1) without(i, k);
  for (let i = x.length - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < x.length; k += 1) without(i, k);
    for (let j = 0; j < x[i].length; j += 1) x[i][j] /= u[i][i];
  }
  return x;
};
const matrix_inverse = (a) => matrix_solution(a, matrix_map(a, (_, i, j) => (i === j ? 1 : 0)));
const matrix_determinant = (a) => {
  const { u, sign } = matrix_lu(a);
  return u.reduce((product, row, i) => product * row[i], sign);
};
const matrix_minor = (a, i, j) => a.filter((_, r) => r !== i).map((row) => row.filter((_, c) => c !== j));

const matrix_inv = {
  name: "inv",
  f: matrix_inverse,
  back: (g, z) => {
    const turned = matrix_turned(z);
    return [matrix_map(matrix_times(matrix_times(turned, g), turned), (x) => -x)];
  },
};
const matrix_det = {
  name: "det",
  f: (a) => [[matrix_determinant(a)]],
  back: (g, z, a) => [matrix_map(a, (_, i, j) => g[0][0] * ((i + j) % 2 ? -1 : 1)
    * (a.length > 1 ? matrix_determinant(matrix_minor(a, i, j)) : 1))],
};
const matrix_logabsdet = {
  name: "logabsdet",
  logarithm: true,
  f: (a) => [[matrix_lu(a).u.reduce((total, row, i) => total + Math.log(Math.abs(row[i])), 0)]],
  back: (g, z, a) => [matrix_map(matrix_turned(matrix_inverse(a)), (x) => g[0][0] * x)],
};
const matrix_solve = {
  name: "solve",
  columns: true,
  f: matrix_solution,
  back: (g, z, a) => {
    const b = matrix_solution(matrix_turned(a), g);
    return [matrix_map(matrix_times(b, matrix_turned(z)), (x) => -x), b];
  },
};
const matrix_cholesky = {
  name: "cholesky",
  f: (a) => {
    const x = matrix_half(a);
    const z = matrix_map(a, () => 0);
    for (let i = 0; i < z.length; i += 1) {
      for (let k = 0; k <= i; k += 1) {
        let rest = x[i][k];
        for (let j = 0; j < k; j += 1) rest -= z[i][j] * z[k][j];
        if (i === k && rest <= 0) throw new RangeError("Matrix is not positive definite");
        z[i][k] = i === k ? Math.sqrt(rest) : rest / z[k][k];
      }
    }
    return z;
  },
  back: (g, z) => {
    const inverse = matrix_inverse(z);
    const lower = matrix_map(matrix_times(matrix_turned(z), g), (x, i, j) => (i > j ? x : i === j ? x / 2 : 0));
    return [matrix_half(matrix_times(matrix_times(matrix_turned(inverse), lower), inverse))];
  },
};

// Jacobi's rotations of the columns of a, until they are at right angles; v turns with them.
const matrix_rotated = (a, v) => {
  const columns = matrix_turned(a);
  const others = matrix_turned(v);
  const inner = (x, y) => x.reduce((t, e, k) => t + e * y[k], 0);
  for (let sweep = 0, turned = true; turned && sweep < 60; sweep += 1) {
    turned = false;
    for (let p = 0; p < columns.length; p += 1) {
      for (let q = p + 1; q < columns.length; q += 1) {
        const along = inner(columns[p], columns[q]);
        const [pp, qq] = [inner(columns[p], columns[p]), inner(columns[q], columns[q])];
        if (!(Math.abs(along) > 1e-16 * Math.sqrt(pp * qq)) || along === 0) continue;
        turned = true;
        const zeta = (qq - pp) / (2 * along);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        for (const both of [columns, others]) {
          const [x, y] = [both[p], both[q]];
          both[p] = x.map((e, k) => c * (e - t * y[k]));
          both[q] = y.map((e, k) => c * (e + t * x[k]));
        }
      }
    }
  }
  return [columns, others];
};
const matrix_gap = (values, x, i, j) => (x === 0 || i === j ? 0 : x / (values[j] - values[i]));

// Eigenvectors as columns, the eigenvalues below in ascending order: rotations on both sides.
const matrix_eigen = {
  name: "eigen",
  signed: true,
  f: (a) => {
    const n = a.length;
    const x = matrix_half(a);
    const v = matrix_map(a, (_, i, j) => (i === j ? 1 : 0));
    for (let sweep = 0, turned = true; turned && sweep < 60; sweep += 1) {
      turned = false;
      for (let p = 0; p < n; p += 1) {
        for (let q = p + 1; q < n; q += 1) {
          if (Math.abs(x[p][q]) <= 1e-17 * Math.sqrt(Math.abs(x[p][p] * x[q][q])) || !(Math.abs(x[p][q]) > 1e-300)) continue;
          turned = true;
          const theta = (x[q][q] - x[p][p]) / (2 * x[p][q]);
          const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
          const c = 1 / Math.sqrt(1 + t * t);
          const s = t * c;
          const moved = t * x[p][q];
          x[p][p] -= moved;
          x[q][q] += moved;
          x[p][q] = x[q][p] = 0;
          for (let k = 0; k < n; k += 1) {
            if (k !== p && k !== q) {
              const [xp, xq] = [x[k][p], x[k][q]];
              x[k][p] = x[p][k] = c * xp - s * xq;
              x[k][q] = x[q][k] = s * xp + c * xq;
            }
            const [vp, vq] = [v[k][p], v[k][q]];
            v[k][p] = c * vp - s * vq;
            v[k][q] = s * vp + c * vq;
          }
        }
      }
    }
    const order = x.map((_, i) => i).sort((i, j) => x[i][i] - x[j][j]);
    return [...v.map((row) => order.map((i) => row[i])), order.map((i) => x[i][i])];
  },
  back: (g, z) => {
    const v = z.slice(0, -1);
    const values = z[z.length - 1];
    const across = matrix_times(matrix_turned(v), g.slice(0, -1));
    const inner = matrix_map(across, (x, i, j) => matrix_gap(values, x, i, j) + (i === j ? g[g.length - 1][i] : 0));
    return [matrix_half(matrix_times(matrix_times(v, inner), matrix_turned(v)))];
  },
};

// U, below it V, and below that the singular values, the largest first.
const matrix_singular = {
  name: "singular",
  signed: true,
  f: (a) => {
    const wide = a.length < a[0].length;
    const tall = wide ? matrix_turned(a) : a;
    const [columns, others] = matrix_rotated(tall, tall[0].map((_, i) => tall[0].map((_, j) => (i === j ? 1 : 0))));
    const sizes = columns.map((x) => norm(x));
    const order = sizes.map((_, i) => i).sort((i, j) => sizes[j] - sizes[i]);
    const left = [];
    for (const i of order) {
      let x = columns[i].map((e) => e / sizes[i]);
      for (let k = 0; sizes[i] === 0 && k < tall.length; k += 1) { // any vector at right angles to the others
        x = tall.map((_, j) => (j === k ? 1 : 0));
        for (const y of left) { const along = x.reduce((t, e, j) => t + e * y[j], 0); x = x.map((e, j) => e - along * y[j]); }
        const size = norm(x);
        x = x.map((e) => e / size);
        if (size > 0.1) break;
      }
      left.push(x);
    }
    const right = order.map((i) => others[i]);
    return [...matrix_turned(wide ? right : left), ...matrix_turned(wide ? left : right), order.map((i) => sizes[i])];
  },
  back: (g, z, a) => {
    const parts = (x) => [x.slice(0, a.length), x.slice(a.length, -1), x[x.length - 1]];
    const [[u, v, s], [gu, gv, gs]] = [parts(z), parts(g)];
    const squares = s.map((x) => x * x);
    const across = (w, gw) => matrix_map(matrix_times(matrix_turned(w), gw), (x, i, j) => matrix_gap(squares, x, i, j));
    const [j, k] = [across(u, gu), across(v, gv)];
    const inner = matrix_map(j, (x, r, c) => (x + j[c][r]) * s[c] + s[r] * (k[r][c] + k[c][r]) + (r === c ? gs[r] : 0));
    const outside = (w, gw) => {
      const scaled = matrix_map(gw, (x, r, c) => x / s[c]);
      const inside = matrix_times(w, matrix_times(matrix_turned(w), scaled));
      return matrix_map(scaled, (x, r, c) => x - inside[r][c]);
    };
    const whole = matrix_sum(matrix_times(u, inner), outside(u, gu));
    return [matrix_sum(matrix_times(whole, matrix_turned(v)), matrix_times(u, matrix_turned(outside(v, gv))))];
  },
};

// One element of a result; the operands begin with which one, and the shape of the matrix. The
// vectors of `eigen` and `singular` take the signs of those that follow the matrix.
const matrix_known = new Map();
const matrix_read = (rule, [, m, n, ...xs]) => {
  const known = matrix_known.get(rule);
  if (known && known.m === m && known.xs.length === xs.length && known.xs.every((x, i) => Object.is(x, xs[i]))) return known;
  const listed = (from, count, width) => Array.from({ length: count }, (_, i) => xs.slice(from + i * width, from + (i + 1) * width));
  const parts = [listed(0, m, n)];
  if (rule.columns) parts.push(listed(m * n, m, 1));
  const z = matrix_result(rule, ...parts);
  if (rule.logarithm && z[0][0] === -Infinity) throw matrix_refused(rule, parts[0], "Singular matrix");
  if (rule.signed) {
    const kept = listed(m * n, n, Math.min(m, n));
    const from = z.length - 1 - n;
    const along = kept[0].map((_, j) => kept.reduce((t, row, i) => t + row[j] * z[from + i][j], 0));
    for (const row of z.slice(0, -1)) for (let j = 0; j < row.length; j += 1) if (along[j] < 0) row[j] = -row[j];
  }
  const made = { m, xs, parts, z };
  matrix_known.set(rule, made);
  return made;
};
const matrix_refused = (rule, a, said) => new RangeError(`${rule.name} of a ${a.length} × ${a[0].length} matrix: ${said}`);
const matrix_result = (rule, ...parts) => {
  try { return rule.f(...parts); } catch (error) { throw matrix_refused(rule, parts[0], error.message); }
};
const matrix_element = (rule, xs) => matrix_read(rule, xs).z.flat()[xs[0]];
const matrix_slopes = (rule, xs) => {
  const { parts, z } = matrix_read(rule, xs);
  const g = matrix_map(z, () => 0);
  g[Math.floor(xs[0] / z[0].length)][xs[0] % z[0].length] = 1;
  const found = [null, null, null, ...rule.back(g, z, ...parts).flat(2)];
  return xs.map((_, i) => (i < found.length ? found[i] : null));
};

// The results of stacks of matrices that lie row by row in arrays: shapes are [rows, columns].
const matrix_stack = (rule, out, count, ...operands) => {
  const size = out.length / count;
  for (let i = 0; i < count; i += 1) {
    const parts = operands.map(([xs, m, n]) => Array.from({ length: m }, (_, r) => Array.from(xs.subarray((i * m + r) * n, (i * m + r + 1) * n))));
    out.set(matrix_result(rule, ...parts).flat(), i * size);
  }
};
