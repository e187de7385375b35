/**
 * The Fokker–Planck equation of a process on the line, dY = f(Y, t) dt + G(t) dW, on cells of width h with no flux through the ends:
 *
 *     ∂_t p = −∂_y J,    J = f p − ½ Q ∂_y p,    J_{i+½} = (D/h) [B(−P) p_i − B(P) p_{i+1}],    D = ½Q, P = f h/D, B(x) = x/(eˣ − 1)
 *
 * (Scharfetter & Gummel: positive, exact for the stationary law of a frozen drift, second order in h) and the trapezoidal rule in time, coefficients at the middle of the step:
 * second order, mass conserved to rounding. Steps are equal in ∫Q dt.
 */
import type { Batch } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import { noiseOperators } from '../structures/table.js';
import { entriesLength } from './noise.js';

export interface Line {
  readonly from: number;
  readonly to: number;
  readonly cells: number;
}

/** x/(eˣ − 1) */
const bernoulli = (x: number): number => (Math.abs(x) < 1e-5 ? 1 - x / 2 + (x * x) / 12 : x / Math.expm1(x));

/** Q(t) */
const noiseOf = ({ diffusion }: Sde): ((t: number) => number) => {
  const { totalVariance } = noiseOperators(diffusion);
  const G = new Float64Array(entriesLength(diffusion));
  return (t) => {
    diffusion.entries(t, G);
    return totalVariance(G);
  };
};

const quadraturePoints = 512;

/** Times t_k, k = 0 … steps, with equal ∫Q dt between them. */
const stepTimes = (q: (t: number) => number, from: number, to: number, steps: number): Float64Array => {
  const width = (to - from) / quadraturePoints;
  const upTo = new Float64Array(quadraturePoints + 1);
  for (let k = 0; k < quadraturePoints; k++) upTo[k + 1] = upTo[k]! + q(from + (k + 0.5) * width) * width;
  const total = upTo[quadraturePoints]!;
  const times = new Float64Array(steps + 1).fill(to);
  times[0] = from;
  for (let k = 1, cell = 0; k < steps; k++) {
    const goal = (total * k) / steps;
    while (upTo[cell + 1]! < goal) cell++;
    times[k] = from + (cell + (goal - upTo[cell]!) / (upTo[cell + 1]! - upTo[cell]!)) * width;
  }
  return times;
};

/** Solves the tridiagonal system a x_{i−1} + b x_i + c x_{i+1} = r in place of r; b is spent. */
const solveTridiagonal = (a: Float64Array, b: Float64Array, c: Float64Array, r: Float64Array): void => {
  const n = r.length;
  for (let i = 1; i < n; i++) {
    const factor = a[i]! / b[i - 1]!;
    b[i]! -= factor * c[i - 1]!;
    r[i]! -= factor * r[i - 1]!;
  }
  r[n - 1]! /= b[n - 1]!;
  for (let i = n - 2; i >= 0; i--) r[i] = (r[i]! - c[i]! * r[i + 1]!) / b[i]!;
};

/** Carries densities at the cell centres from time `from` to `to`, in place. Noise must not vanish between them. */
export const fokkerPlanckLine = (
  sde: Sde,
  { from: low, to: high, cells }: Line,
  p: Float64Array,
  from: number,
  to: number,
  steps: number,
): void => {
  const h = (high - low) / cells;
  const faces: Batch = {
    data: Float64Array.from({ length: cells - 1 }, (_, i) => low + (i + 1) * h),
    n: cells - 1,
    d: 1,
  };
  const drift: Batch = { ...faces, data: new Float64Array(cells - 1) };
  const at = new Float64Array(cells - 1);
  const q = noiseOf(sde);
  const times = stepTimes(q, from, to, steps);
  const [a, b, c, next] = [
    new Float64Array(cells),
    new Float64Array(cells),
    new Float64Array(cells),
    new Float64Array(cells),
  ];
  for (let k = 0; k < steps; k++) {
    const half = 0.5 * (times[k + 1]! - times[k]!);
    const middle = times[k]! + half;
    const D = 0.5 * q(middle);
    sde.drift(faces, at.fill(middle), drift);
    a.fill(0);
    b.fill(1);
    c.fill(0);
    next.set(p);
    for (let i = 0; i < cells - 1; i++) {
      const peclet = (drift.data[i]! * h) / D;
      const rate = (half * D) / (h * h);
      const [out, back] = [rate * bernoulli(-peclet), rate * bernoulli(peclet)];
      const flux = out * p[i]! - back * p[i + 1]!;
      next[i]! -= flux;
      next[i + 1]! += flux;
      b[i]! += out;
      c[i]! -= back;
      a[i + 1]! -= out;
      b[i + 1]! += back;
    }
    solveTridiagonal(a, b, c, next);
    p.set(next);
  }
};
