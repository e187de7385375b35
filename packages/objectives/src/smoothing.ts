/**
 * Smoothing of states x ~ p_t by isotropic noise on the noise range:  y = x ± σ(t) B z,  Bᵀ∇log N(y; x, σ²) = ∓ z/σ,  z ~ N(0, I) in R^r.
 *
 * σ is a function of time alone, chosen once on a pilot (MATH §5.3):
 *
 *     a number        the same at every time, in the unit of the states
 *     { fraction: κ } κ × the narrowest standard deviation of p_t on the noise range (law.ts)
 *     marginal-std    the standard deviation of p_t on the noise range, root mean square over its directions; around x = y_0 that of the kernel from y_0
 *     g               √(tr Q(t)/r), the noise of the process
 *
 * Throws E_INCOMPATIBLE where σ = g is asked of a density or of noise that depends on the state.
 */
import {
  type Batch,
  fail,
  fillNormal,
  type Key,
  liftRange,
  noiseOperators,
  type Problem,
  type ProcessProblem,
  piecewiseLinear,
  zeros,
} from '@fokker/core';
import { z } from 'zod';
import type { Draw } from './denoise.js';
import { lawOf, pilotTimes, type StatesAt } from './law.js';
import { settingOf } from './setting.js';

const fraction = z.strictObject({ fraction: z.number().positive().describe('κ of the narrowest direction of p_t') });
/** Sizes that any problem has. */
export const relativeSize = z.union([z.number().positive(), fraction]);
export const smoothingSize = z.union([z.enum(['marginal-std', 'g']), relativeSize]);
export type SmoothingSize = z.infer<typeof smoothingSize>;

/** σ at the times of the pilot, linear between them. */
export const smoothingTable = z.strictObject({ t: z.array(z.number()), values: z.array(z.number().positive()) });
export type SmoothingTable = z.infer<typeof smoothingTable>;

/** √(‖G(t)‖²/r): the trace of Q is that of BᵀQB. */
const noiseSize = ({ sde }: ProcessProblem, r: number): ((t: number) => number) => {
  const { diffusion } = sde;
  const { length, totalVariance } = noiseOperators(diffusion);
  const G = new Float64Array(length);
  return (t) => {
    diffusion.entries(t, G);
    return Math.sqrt(totalVariance(G) / r);
  };
};

const noiseOf = (problem: Problem, r: number): ((t: number) => number) => {
  if (problem.kind === 'process' && problem.sde.diffusion.dependsOn !== 'state') return noiseSize(problem, r);
  return fail('E_INCOMPATIBLE', {
    summary: 'there is no noise g(t) to smooth with',
    got: problem.kind === 'density' ? 'a density, without a process' : 'noise that depends on the state',
    expected: 'noise that depends on time at most',
    tryThis: ['objective.sigma: { fraction: 0.1 }', 'objective.sigma: 0.1'],
  });
};

/** σ(t) over the pilot's times, for the states `statesAt`; `spreadAt` is the standard deviation of p_t where those do not have it. */
export const resolveSize = (
  problem: Problem,
  size: SmoothingSize,
  statesAt: StatesAt,
  key: Key,
  spreadAt?: (t: number) => number,
): SmoothingTable => {
  const t = [...pilotTimes(problem)];
  const { range } = settingOf(problem);
  if (typeof size === 'number') return { t, values: t.map(() => size) };
  if (size === 'g') return { t, values: t.map(noiseOf(problem, range.rank)) };
  if (size === 'marginal-std' && spreadAt !== undefined) return { t, values: t.map(spreadAt) };
  const values = t.map((time, j) => {
    const { narrowest, spread } = lawOf(statesAt(time, key.at(j)), range);
    return size === 'marginal-std' ? spread : size.fraction * narrowest;
  });
  return { t, values };
};

export const sizeCurve = ({ t, values }: SmoothingTable): ((t: number) => number) => piecewiseLinear(t, values);

/** Draws x ± σ B z around the states of `centre`, z under `key`. */
export const smoothingDraw = (
  problem: Problem,
  centre: (first: number, count: number, t: Float64Array, out: Batch) => void,
  table: SmoothingTable,
  key: Key,
): Draw => {
  const { dim: d, range } = settingOf(problem);
  const r = range.rank;
  const sigma = sizeCurve(table);
  return (first, count, t) => {
    const [x, step] = [zeros(count, d), zeros(count, d)];
    const [noise, scaled] = [zeros(count, r), zeros(count, r)];
    const size = t.map(sigma);
    centre(first, count, t, x);
    fillNormal(key, first, count, r, noise.data);
    for (let k = 0; k < count * r; k++) scaled.data[k] = size[Math.floor(k / r)]! * noise.data[k]!;
    liftRange(range, scaled, step);
    return {
      state(sign, out) {
        for (let k = 0; k < count * d; k++) out.data[k] = x.data[k]! + sign * step.data[k]!;
      },
      target(sign, out) {
        for (let k = 0; k < count * r; k++) out.data[k] = (-sign * noise.data[k]!) / size[Math.floor(k / r)]!;
      },
    };
  };
};
