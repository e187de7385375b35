/**
 * Simulations with long and short steps on one Brownian path, by the integrators that everybody uses.
 *
 * A step of r·h over which W gains ΔW = Σ_i √h ξ_i is a step of a process whose noise has the columns of G r times over, divided by √r:
 *
 *     √(r h) · [G … G]/√r · (ξ_1, …, ξ_r) = Σ_i √h G ξ_i
 *
 * and the integrator draws the r·m normals of its k-th step from the columns from which it would draw those of the r short ones (numerics/integrate.ts).
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { Diffusion } from '../contracts/diffusion.js';
import type { Key } from '../contracts/random.js';
import type { Sde } from '../contracts/sde.js';
import { isFokkerError } from '../errors.js';
import { createIntegrator, type IntegratorOptions } from '../numerics/integrate.js';
import { entriesLength, fillDenseG } from '../numerics/noise.js';
import { copyOf } from './probes.js';

/** The noise of r short steps in one. */
const bundled = (diffusion: Diffusion, r: number): Diffusion => {
  const { dim: d, noiseDim: m, dependsOn } = diffusion;
  const entries = new Float64Array(entriesLength(diffusion));
  const G = new Float64Array(d * m);
  return {
    dim: d,
    noiseDim: r * m,
    structure: 'dense',
    dependsOn,
    entries(t, out, y, offset) {
      diffusion.entries(t, entries, y, offset);
      fillDenseG(diffusion, entries, G);
      for (let i = 0; i < d; i++) {
        for (let c = 0; c < r; c++) for (let k = 0; k < m; k++) out[(i * r + c) * m + k] = G[i * m + k]! / Math.sqrt(r);
      }
    },
  };
};

export interface SharedPaths {
  readonly sde: Sde;
  readonly start: Batch;
  readonly from: number;
  readonly to: number;
  readonly scheme: IntegratorOptions['scheme'];
  /** Numbers of steps, each a divisor of the last. */
  readonly steps: readonly number[];
  readonly key: Key;
}

/** The states at `to` by each number of steps, or undefined where a path leaves the finite numbers. */
export const sharedPaths = ({
  sde,
  start,
  from,
  to,
  scheme,
  steps,
  key,
}: SharedPaths): readonly Batch[] | undefined => {
  const finest = steps.at(-1)!;
  const times = (t: number): Float64Array => new Float64Array(start.n).fill(t);
  try {
    return steps.map((count) => {
      const r = finest / count;
      const process = r === 1 ? sde : { ...sde, diffusion: bundled(sde.diffusion, r) };
      const y = copyOf(start);
      createIntegrator(process, { scheme, step: (to - from) / count }).advance(y, times(from), times(to), key, 0);
      return y;
    });
  } catch (error) {
    if (isFokkerError(error) && error.code === 'E_DIVERGED') return undefined;
    throw error;
  }
};

/** Row means of ‖a − b‖. */
export const meanDistance = (a: Batch, b: Batch): number => {
  let sum = 0;
  for (let i = 0; i < a.n; i++) {
    let square = 0;
    for (let j = 0; j < a.d; j++) square += (a.data[i * a.d + j]! - b.data[i * a.d + j]!) ** 2;
    sum += Math.sqrt(square);
  }
  return sum / a.n;
};

/** All rows the same state. */
export const repeated = (y: Batch, row: number, n: number): Batch => {
  const out = zeros(n, y.d);
  for (let i = 0; i < n; i++) out.data.set(y.data.subarray(row * y.d, (row + 1) * y.d), i * y.d);
  return out;
};
