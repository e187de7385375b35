/**
 * The Gibbs law on a line, p(x) = e^{−V(x)}/Z with V = U/Θ, and products of such lines.
 *
 *     Z and the distribution function   Gauss–Legendre, four nodes in each of 1024 cells of the range where p is above e⁻⁴⁰ of its largest value
 *     samples                           x = F⁻¹(u), F interpolated in its cell by the cubic that has p for slope at both ends: good to 1e-8 standard deviations
 *
 * V is a polynomial of even degree with a positive leading coefficient (not checked; `confines` in polynomial.ts tells).
 */
import { type Distribution, fillUniform, gaussLegendre } from '@fokker/core';
import { derivative, type Polynomial, valueAt } from './polynomial.js';

export interface Line {
  logDensity(x: number): number;
  score(x: number): number;
  /** F⁻¹(u), u in (0, 1). */
  quantile(u: number): number;
}

const cells = 1024;
const negligible = 40;
const rule = gaussLegendre(4);

interface Range {
  readonly from: number;
  readonly to: number;
  /** The least value of V seen. */
  readonly least: number;
}

/** Where V is within 40 of its minimum, to a cell of a grid over [from, to]. */
const narrowed = (V: Polynomial, from: number, to: number): Range => {
  const step = (to - from) / cells;
  const values = Float64Array.from({ length: cells + 1 }, (_, k) => valueAt(V, from + k * step));
  const least = values.reduce((a, b) => Math.min(a, b));
  const near = (value: number): boolean => value - least < negligible;
  return {
    from: from + (values.findIndex(near) - 1) * step,
    to: from + (values.findLastIndex(near) + 1) * step,
    least,
  };
};

/** Twice: the first range may be a few cells of a grid that reaches far beyond it. */
const rangeOf = (V: Polynomial): Range => {
  const slope = derivative(V);
  const leading = Math.abs(slope[slope.length - 1]!);
  let reach = 1 + Math.max(...slope.slice(0, -1).map((c) => Math.abs(c) / leading)); // beyond it V grows (Cauchy's bound on the roots of V′)
  let range = narrowed(V, -reach, reach);
  while (Math.min(valueAt(V, reach), valueAt(V, -reach)) - range.least < negligible) {
    reach *= 2;
    range = narrowed(V, -reach, reach);
  }
  return narrowed(V, range.from, range.to);
};

export const gibbsLine = (V: Polynomial): Line => {
  const { from, to, least } = rangeOf(V);
  const h = (to - from) / cells;
  const weight = (x: number): number => Math.exp(least - valueAt(V, x));
  const F = new Float64Array(cells + 1);
  for (let c = 0; c < cells; c++) {
    let sum = 0;
    for (let k = 0; k < rule.nodes.length; k++) sum += rule.weights[k]! * weight(from + (c + rule.nodes[k]!) * h);
    F[c + 1] = F[c]! + h * sum;
  }
  const Z = F[cells]!;
  const slope = derivative(V);
  return {
    logDensity: (x) => least - valueAt(V, x) - Math.log(Z),
    score: (x) => -valueAt(slope, x),
    quantile(u) {
      const target = u * Z;
      let [low, high] = [0, cells];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (F[middle]! <= target) low = middle;
        else high = middle;
      }
      const [p0, p1, rise] = [h * weight(from + low * h), h * weight(from + high * h), F[high]! - F[low]!];
      return from + (low + cubicInverse(target - F[low]!, rise, p0, p1)) * h;
    },
  };
};

/** x in [0, 1] where the cubic from 0 to `rise` with slopes p0, p1 takes the value y; the cubic grows, since both slopes and the rise agree. */
const cubicInverse = (y: number, rise: number, p0: number, p1: number): number => {
  let [low, high] = [0, 1];
  let x = rise > 0 ? Math.min(Math.max(y / rise, 0), 1) : 0.5;
  for (let step = 0; step < 60; step++) {
    const value = x * (p0 + x * (3 * rise - 2 * p0 - p1 + x * (p0 + p1 - 2 * rise)));
    if (value > y) high = x;
    else low = x;
    const slope = p0 + x * (2 * (3 * rise - 2 * p0 - p1) + 3 * x * (p0 + p1 - 2 * rise));
    const newton = x - (value - y) / slope;
    const next = newton > low && newton < high ? newton : 0.5 * (low + high);
    if (Math.abs(next - x) < 1e-14) return next;
    x = next;
  }
  return x;
};

/** Independent lines, one a coordinate. */
export const gibbsProduct = (lines: readonly Line[]): Distribution => {
  const d = lines.length;
  return {
    dim: d,
    sample(key, first, out) {
      fillUniform(key, first, out.n, d, out.data);
      for (let k = 0; k < out.n * d; k++) out.data[k] = lines[k % d]!.quantile(out.data[k]!);
    },
    logDensity(y, out) {
      for (let i = 0, k = 0; i < y.n; i++) {
        let sum = 0;
        for (let j = 0; j < d; j++, k++) sum += lines[j]!.logDensity(y.data[k]!);
        out[i] = sum;
      }
    },
    score(y, out) {
      for (let k = 0; k < y.n * d; k++) out.data[k] = lines[k % d]!.score(y.data[k]!);
    },
  };
};
