/**
 * Predictor–corrector sampling (Song et al. 2021, algorithms 2 and 3): before each predictor step, `correctors` Langevin steps at the time reached.
 *
 *     y ← y + ε s(y, t) + √(2ε) ξ,     ε = 2 α (r ‖ξ‖/‖s‖)²,     r = snr,   α = a(t⁺, t)² of isotropic transitions (1 − β_i of VP), else 1
 *
 * What the norms are taken of, `norms`:
 *     pilot    ‖ξ‖² = d and ‖s‖² = E‖s(·, t)‖², measured on a pilot (pilot.ts): ε is a function of t alone. The default
 *     sample   ‖ξ‖² = d and ‖s(y, t)‖² of each path. A step that depends on the state has another stationary law, p ‖s‖² instead of p: harmless only in many dimensions, where ‖s‖² hardly
 *              varies
 *     batch    ‖ξ‖² = d and the mean of ‖s(y, t)‖ over the rows of a job, as Song et al. do: rows then depend on their company
 * or a fixed `epsilon`. Its stationary variance on N(0, v) is v/(1 − ε/(2v)).
 *
 * Needs the whole score: degenerate noise is refused. Score evaluations: those of the predictor and one a corrector.
 */
import {
  eulerMaruyama,
  fillNormal,
  heun,
  localLinear,
  type SamplingJob,
  type Scheme,
  type Sde,
  sra1,
  zeros,
} from '@fokker/core';
import { z } from 'zod';
import { coordinateOf } from './grid.js';
import { langevinMove } from './langevin-move.js';
import { contraction } from './noise-level.js';
import { carryPilot, oncePerPilot } from './pilot.js';
import { reverseOptions } from './reverse.js';
import { schemeSteps } from './scheme-steps.js';
import { travelWith } from './travel.js';

const predictors = {
  'reverse-euler-maruyama': { scheme: () => eulerMaruyama, c: 1 },
  'reverse-heun': { scheme: () => heun, c: 1 },
  'reverse-sra1': { scheme: () => sra1, c: 1 },
  'reverse-local-linear': { scheme: (sde) => localLinear(sde, -1), c: 1 },
  'probability-flow': { scheme: () => heun, c: 0.5 },
} as const satisfies Record<string, { scheme: (sde: Sde) => Scheme; c: 1 | 0.5 }>;
type PredictorId = keyof typeof predictors;

const options = reverseOptions.extend({
  predictor: z
    .enum(Object.keys(predictors) as [PredictorId, ...PredictorId[]])
    .default('reverse-euler-maruyama')
    .describe('the step between corrections'),
  correctors: z.int().min(1).max(1000).default(1).describe('Langevin steps before each predictor step'),
  snr: z.number().positive().default(0.16).describe('r: signal-to-noise ratio that sets ε'),
  norms: z
    .enum(['pilot', 'sample', 'batch'])
    .default('pilot')
    .describe('norms that set ε: of a pilot, one for all (pilot); of each path (sample); of the batch (batch)'),
  epsilon: z.number().positive().optional().describe('ε itself, instead of snr and norms'),
});
type Options = z.infer<typeof options>;

/** E‖s(·, t)‖² along the way, from a pilot; linear between its steps. */
const pilotNorms = oncePerPilot(async (job: SamplingJob, chosen: Options): Promise<(t: number) => number> => {
  const d = job.start.d;
  const [times, squares]: [number[], number[]] = [[], []];
  let s = zeros(0, d);
  await carryPilot(job, coordinateOf(job, chosen), async ({ t, y, lost }) => {
    if (s.n !== y.n) s = zeros(y.n, d);
    await job.score.evaluate(y, t, { score: s });
    let [sum, rows] = [0, 0];
    for (let i = 0; i < y.n; i++) {
      if (lost(i)) continue;
      rows++;
      for (let k = i * d; k < (i + 1) * d; k++) sum += s.data[k]! ** 2;
    }
    times.push(t[0]!);
    squares.push(sum / Math.max(1, rows));
  });
  return (t) => {
    const after = times.findIndex((time) => time <= t);
    if (after < 0) return squares.at(-1)!;
    if (after === 0) return squares[0]!;
    const part = (t - times[after]!) / (times[after - 1]! - times[after]!);
    return squares[after]! + part * (squares[after - 1]! - squares[after]!);
  };
});

/** Writes ε of every row, [n]. */
type StepSizes = (s: Float64Array, t: number, next: number, out: Float64Array) => void;

async function stepSizes(job: SamplingJob, chosen: Options): Promise<StepSizes> {
  const { n, d } = job.start;
  const { norms, snr, epsilon } = chosen;
  if (epsilon !== undefined) return (_s, _t, _next, out) => out.fill(epsilon);
  const a = contraction(job.sde);
  // A score of zero gives no direction to correct in.
  const sizeFor = (square: number, t: number, next: number): number =>
    square > 0 ? 2 * a(next, t) ** 2 * ((snr * snr * d) / square) : 0;
  if (norms === 'pilot') {
    const squareAt = await pilotNorms(job, chosen);
    return (_s, t, next, out) => out.fill(sizeFor(squareAt(t), t, next));
  }
  const squares = new Float64Array(n);
  return (s, t, next, out) => {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = i * d; k < (i + 1) * d; k++) sum += s[k]! ** 2;
      squares[i] = sum;
    }
    if (norms === 'batch') squares.fill((squares.reduce((sum, value) => sum + Math.sqrt(value), 0) / n) ** 2);
    for (let i = 0; i < n; i++) out[i] = sizeFor(squares[i]!, t, next);
  };
}

export const predictorCorrector = travelWith({
  id: 'predictor-corrector',
  summary: 'a reverse step and Langevin corrections at every time (Song et al. 2021)',
  direction: 'reverse',
  options,
  needs: { noise: 'additive', fullScore: true },
  grid: (chosen) => chosen,
  start(job, chosen, guard) {
    const { n, d } = job.start;
    const { scheme, c } = predictors[chosen.predictor];
    const predict = schemeSteps(scheme(job.sde), job, guard, { c, denoise: chosen.denoise });
    const [s, corrected, xi] = [zeros(n, d), zeros(n, d), new Float64Array(n * d)];
    const [times, epsilon] = [new Float64Array(n), new Float64Array(n)];
    let sizes: StepSizes | undefined;
    return async (y, step, out) => {
      const { index, t, next } = step;
      sizes ??= await stepSizes(job, chosen);
      corrected.data.set(y.data);
      times.fill(t);
      for (let j = 0; j < chosen.correctors; j++) {
        await job.score.evaluate(corrected, times, { score: s });
        sizes(s.data, t, next, epsilon);
        fillNormal(job.key.at('corrector', index, j), job.first ?? 0, n, d, xi);
        langevinMove(corrected, s, epsilon, xi, corrected);
        guard.hold(y, corrected, t);
      }
      await predict(corrected, step, out);
    };
  },
});
