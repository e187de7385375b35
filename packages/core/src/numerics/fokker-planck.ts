/**
 * The Fokker–Planck equation of dY = f(Y, t) dt + G(t) dW, Q = G Gᵀ diagonal, on a grid of cells with no flux through its ends:
 *
 *     ∂_t p = −Σ_a ∂_a J_a,    J_a = f_a p − D_a ∂_a p,    J_{i+½} = (D/h) [B(−P) p_i − B(P) p_{i+1}],    D_a = ½ Q_aa, P = f h/D, B(x) = x/(eˣ − 1)
 *
 * (Scharfetter & Gummel 1969: positive, exact for the stationary law of a frozen drift, second order in h.) In time the trapezoidal rule along one axis after the other,
 * ½ steps along the first ones around a whole step along the last (Strang 1968), coefficients at the middle of the step: second order, mass conserved to rounding. Where drift and noise do not read the time, coefficients are made once.
 *
 * p is a number a cell, the last axis fastest. Noise must reach every coordinate (not checked).
 */
import { type Batch, zeroField, zeros } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import { noiseOperators } from '../structures/table.js';
import { entriesLength } from './noise.js';

/** `cells` of equal width between `from` and `to`. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly cells: number;
}
export type Grid = readonly Axis[];

export const cellWidth = ({ from, to, cells }: Axis): number => (to - from) / cells;
export const cellCount = (grid: Grid): number => grid.reduce((product, { cells }) => product * cells, 1);

/** Cells from one to its neighbour along each axis. */
export const strides = (grid: Grid): number[] => grid.map((_, a) => cellCount(grid.slice(a + 1)));

/** Cell centres, [cells, d], moved by `shift` cell widths along `axis`. */
export const cellCentres = (grid: Grid, axis = 0, shift = 0): Batch => {
  const [n, d] = [cellCount(grid), grid.length];
  const data = new Float64Array(n * d);
  grid.forEach((own, a) => {
    const [h, stride] = [cellWidth(own), strides(grid)[a]!];
    const first = own.from + (0.5 + (a === axis ? shift : 0)) * h;
    for (let k = 0; k < n; k++) data[k * d + a] = first + (Math.floor(k / stride) % own.cells) * h;
  });
  return { data, n, d };
};

/** x/(eˣ − 1) */
const bernoulli = (x: number): number => (Math.abs(x) < 1e-5 ? 1 - x / 2 + (x * x) / 12 : x / Math.expm1(x));

/** Writes the diagonal of Q(t). */
const noiseOf = ({ dim: d, diffusion }: Sde): ((t: number, out: Float64Array) => void) => {
  const { spreadQ } = noiseOperators(diffusion);
  const [G, Q] = [new Float64Array(entriesLength(diffusion)), new Float64Array(d * d)];
  return (t, out) => {
    diffusion.entries(t, G);
    spreadQ(G, Q.fill(0));
    for (let a = 0; a < d; a++) out[a] = Q[a * (d + 1)]!;
  };
};

/** The trapezoidal rule along one axis, (1 + τA) p⁺ = (1 − τA) p with τ half the step and A p = (J_{i+½} − J_{i−½})/h: a tridiagonal system a line. */
interface Sweep {
  /** A, from the drift at the upper faces of the cells, [cells, d]. */
  rates(f: Float64Array, D: number): void;
  /** Eliminates the subdiagonal of 1 + τA. */
  factorise(tau: number): void;
  /** In place. */
  apply(p: Float64Array): void;
}

const createSweep = (grid: Grid, axis: number): Sweep => {
  const [n, d, stride, h] = [cellCount(grid), grid.length, strides(grid)[axis]!, cellWidth(grid[axis]!)];
  const block = grid[axis]!.cells * stride;
  // rates from a cell to the next and back, the eliminated subdiagonal, the inverse of the diagonal that it leaves, the flux to the next cell
  const [up, down, factor, inverse, flux] = Array.from({ length: 5 }, () => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let half = 0;
  return {
    rates(f, D) {
      for (let k = 0; k < n; k++) {
        const wall = k % block >= block - stride;
        const peclet = (f[k * d + axis]! * h) / D;
        up[k] = wall ? 0 : (D / (h * h)) * bernoulli(-peclet);
        down[k] = wall ? 0 : (D / (h * h)) * bernoulli(peclet);
      }
    },
    factorise(tau) {
      half = tau;
      for (let k = 0; k < n; k++) {
        const first = k % block < stride;
        const below = k - stride;
        factor[k] = first ? 0 : -tau * up[below]! * inverse[below]!;
        inverse[k] = 1 / (1 + tau * up[k]! + (first ? 0 : tau * down[below]! * (1 + factor[k]!)));
      }
    },
    apply(p) {
      for (let start = 0; start < n; start += block) {
        const [second, wall, end] = [start + stride, start + block - stride, start + block];
        for (let k = start; k < end; k++) {
          flux[k] = k < wall ? half * (up[k]! * p[k]! - down[k]! * p[k + stride]!) : 0;
          p[k]! += k < second ? -flux[k]! : flux[k - stride]! - flux[k]! - factor[k]! * p[k - stride]!;
        }
        for (let k = end - 1; k >= start; k--) {
          p[k] = inverse[k]! * (k < wall ? p[k]! + half * down[k]! * p[k + stride]! : p[k]!);
        }
      }
    },
  };
};

export interface FokkerPlanck {
  /** Carries densities from one time to a later one, in place. */
  advance(p: Float64Array, from: number, to: number, steps: number): void;
}

export const createFokkerPlanck = (sde: Sde, grid: Grid): FokkerPlanck => {
  const { dim: d } = sde;
  const last = d - 1;
  const [q, Q] = [noiseOf(sde), new Float64Array(d)];
  const sweeps = grid.map((_, axis) => createSweep(grid, axis));
  const faces = grid.map((_, axis) => cellCentres(grid, axis, 0.5));
  const drift = zeros(cellCount(grid), d);
  const at = new Float64Array(drift.n);
  const frozen = sde.driftTime === zeroField && sde.diffusion.dependsOn === 'none';
  let known = false;
  const rates = (t: number): void => {
    if (frozen && known) return;
    known = true;
    q(t, Q);
    at.fill(t);
    for (const [axis, sweep] of sweeps.entries()) {
      sde.drift(faces[axis]!, at, drift);
      sweep.rates(drift.data, 0.5 * Q[axis]!);
    }
  };
  return {
    advance(p, from, to, steps) {
      const step = (to - from) / steps;
      for (let k = 0; k < steps; k++) {
        rates(from + (k + 0.5) * step);
        if (k === 0 || !frozen)
          for (const [axis, sweep] of sweeps.entries()) sweep.factorise(axis === last ? 0.5 * step : 0.25 * step);
        for (let axis = 0; axis < last; axis++) sweeps[axis]!.apply(p);
        for (let axis = last; axis >= 0; axis--) sweeps[axis]!.apply(p);
      }
    },
  };
};
