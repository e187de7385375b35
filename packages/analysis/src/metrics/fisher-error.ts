/**
 * Relative Fisher error of a score ŝ at time t (MATH §1, §7):   R = E‖ŝ − s‖²_Q / E‖s‖²_Q,   ‖a‖²_Q = aᵀ Q a,  expectations under p_t.
 *
 *     with the true score     R = Σ e_i / Σ r_i,   e = ‖ŝ − s‖²_Q,  r = ‖s‖²_Q
 *     with F = E‖s‖²_Q only   R = (E[g] + F) / F,  g = ‖ŝ‖²_Q + 2 ∇·(Qŝ)           (integration by parts: E[ŝ·Qs] = −E[∇·(Qŝ)])
 *
 * 95 % interval: ± 1.96 standard errors, of the ratio by the delta method (residuals e_i − R r_i), of E[g] directly. The second estimate is
 * unbiased but not confined to R ≥ 0: its standard error is of order √(2/n) even for the exact score, and a value below zero means "within noise of 0".
 * The error of the differences in ∇·(Qŝ) is in `noise-divergence.ts`.
 *
 * Throws E_SHAPE, E_CAPABILITY, E_NOT_FINITE, E_PARAMETERS (F not positive).
 */
import {
  applyQ,
  type Batch,
  defineMetric,
  type Estimate,
  entriesLength,
  fail,
  noiseRangeOf,
  type ScoreMetric,
  type Sde,
  type VectorField,
  zeros,
} from '@fokker/core';
import { z } from 'zod';
import { normal95 } from './interval.js';
import { noiseDivergence } from './noise-divergence.js';

type Question = Parameters<ScoreMetric['error']>[0];

/** Row-wise ‖s‖²_Q = s·Qs, [n]. */
function noiseNormSquared(sde: Sde, entries: Float64Array, s: Batch): Float64Array {
  const { n, d } = s;
  const qs = new Float64Array(d);
  return Float64Array.from({ length: n }, (_, i) => {
    qs.fill(0);
    applyQ(sde.diffusion, entries, s.data, i * d, 1, qs, 0);
    let sum = 0;
    for (let j = 0; j < d; j++) sum += s.data[i * d + j]! * qs[j]!;
    return sum;
  });
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Σ v / Σ w with the interval of the delta method. */
function ratio(v: Float64Array, w: Float64Array): Estimate {
  const n = v.length;
  const value = mean(v) / mean(w);
  let square = 0;
  for (let i = 0; i < n; i++) square += (v[i]! - value * w[i]!) ** 2;
  const half = (normal95 * Math.sqrt(square / (n - 1) / n)) / mean(w);
  return { value, low: value - half, high: value + half };
}

function check({ sde, score, samples }: Question): void {
  if (samples.d !== sde.dim || samples.n < 2) {
    fail('E_SHAPE', {
      summary: 'the samples do not fit the process',
      got: `[${samples.n}, ${samples.d}]`,
      expected: `[n, ${sde.dim}] with n ≥ 2`,
      tryThis: ['samples: states of this process at time t'],
    });
  }
  if (!score.provides.has('score') || sde.diffusion.dependsOn === 'state') {
    fail('E_CAPABILITY', {
      summary: 'the Fisher error needs a score and noise that does not depend on the state',
      got: `a field that provides ${[...score.provides].join(', ')}; noise that depends on: ${sde.diffusion.dependsOn}`,
      expected: "'score'; G constant or a function of t",
      tryThis: ['score: a trained or analytic score field'],
    });
  }
}

function checkFinite(values: Float64Array, what: string): void {
  const row = values.findIndex((value) => !Number.isFinite(value));
  if (row < 0) return;
  fail('E_NOT_FINITE', {
    summary: `${what} is not finite`,
    got: `row ${row}: ${values[row]}`,
    expected: 'finite numbers at every sample',
    tryThis: ['samples: leave out no path, but look where this one comes from', 'train longer, or with drift features'],
  });
}

function checkFisher(fisher: number): void {
  if (fisher > 0 && Number.isFinite(fisher)) return;
  fail('E_PARAMETERS', {
    summary: 'a relative error needs a positive Fisher information',
    got: `E‖s‖²_Q = ${fisher}`,
    expected: 'a positive number',
    tryThis: ['reference: another time, where the score is not zero'],
  });
}

/** What both estimates work with: times [n], entries of G(t), ŝ(y) [n, d]. */
async function evaluated({ sde, score, samples: y, t: time }: Question) {
  const { n, d } = y;
  const t = new Float64Array(n).fill(time);
  const entries = new Float64Array(entriesLength(sde.diffusion));
  sde.diffusion.entries(time, entries);
  const s = zeros(n, d);
  await score.evaluate(y, t, { score: s });
  return { sde, score, y, t, entries, s };
}
type Evaluated = Awaited<ReturnType<typeof evaluated>>;

/** Rows with means E‖ŝ − s‖²_Q and E‖s‖²_Q. */
export interface FisherRows {
  readonly errors: Float64Array;
  readonly sizes: Float64Array;
}

/** g + F beside F. */
async function byIdentity(question: Evaluated, fisher: number): Promise<FisherRows> {
  const { sde, entries, s } = question;
  const g = noiseNormSquared(sde, entries, s);
  const divergence = new Float64Array(g.length);
  await noiseDivergence({ ...question, range: noiseRangeOf(sde) }, divergence);
  for (let i = 0; i < g.length; i++) g[i]! += 2 * divergence[i]! + fisher;
  checkFinite(g, 'the score or its divergence');
  return { errors: g, sizes: new Float64Array(g.length).fill(fisher) };
}

/** e beside r. */
function byScore({ sde, y, t, entries, s }: Evaluated, score: VectorField): FisherRows {
  const truth = zeros(y.n, y.d);
  score(y, t, truth);
  const sizes = noiseNormSquared(sde, entries, truth);
  for (let k = 0; k < truth.data.length; k++) truth.data[k] = s.data[k]! - truth.data[k]!;
  const errors = noiseNormSquared(sde, entries, truth);
  checkFinite(errors, 'the score');
  return { errors, sizes };
}

/** Errors and sizes, row by row; `samples` [n, d] are independent draws of p_t, n ≥ 2. */
export async function fisherRows(question: Question): Promise<FisherRows> {
  check(question);
  const { reference } = question;
  const known = await evaluated(question);
  return 'fisher' in reference ? byIdentity(known, reference.fisher) : byScore(known, reference.score);
}

/** The relative Fisher error with its interval. */
export async function relativeFisherError(question: Question): Promise<Estimate> {
  const { errors, sizes } = await fisherRows(question);
  checkFisher(mean(sizes));
  return ratio(errors, sizes);
}

export const fisherError = defineMetric({
  id: 'fisher-error',
  summary: 'relative Fisher error of a score, against the true score or by its known Fisher information',
  measures: 'score',
  relative: true,
  options: z.object({}),
  create: () => ({ error: relativeFisherError }),
});
