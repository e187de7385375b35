/**
 * Relative Fisher error of a score ŝ at time t (MATH §1, §7):   R = E‖ŝ − s‖²_Q / E‖s‖²_Q,   ‖a‖²_Q = aᵀ Q a,  expectations under p_t.
 *
 *     with the true score     R = Σ e_i / Σ r_i,   e = ‖ŝ − s‖²_Q,  r = ‖s‖²_Q
 *     with F = E‖s‖²_Q only   R = (E[g] + F) / F,  g = ‖ŝ‖²_Q + 2 ∇·(Qŝ)           (integration by parts: E[ŝ·Qs] = −E[∇·(Qŝ)])
 *                             ∇·(Qŝ) = tr(Q ∂ŝ/∂y) + (∇·Q)·ŝ, the trace by the field's own derivatives along the columns of G
 *
 * 95 % interval: ± 1.96 standard errors, of the ratio by the delta method (residuals e_i − R r_i), of E[g] directly. The second estimate is
 * unbiased but not confined to R ≥ 0: its standard error is of order √(2/n) even for the exact score, and a value below zero means "within noise of 0".
 *
 * Throws E_SHAPE, E_CAPABILITY (no reference among them), E_NOT_FINITE, E_PARAMETERS (F not positive).
 */
import {
  type Batch,
  completeSde,
  defineMetric,
  type Estimate,
  fail,
  type ScoreField,
  type ScoreQuestion,
  type Sde,
  scoreDivergence,
  type VectorField,
  zeros,
} from '@fokker/core';
import { z } from 'zod';
import { addNoiseProduct } from '../noise-product.js';
import { batchesOf } from '../physics/states.js';
import { normal95, plusMinus } from './interval.js';

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of rows with its interval. */
export function meanOf(rows: Float64Array): Estimate {
  const value = mean(rows);
  const variance = rows.reduce((sum, row) => sum + (row - value) ** 2, 0) / (rows.length - 1);
  return plusMinus(value, Math.sqrt(variance / rows.length));
}

/** Σ v / Σ w with the interval of the delta method. */
function ratio(v: Float64Array, w: Float64Array): Estimate {
  const n = v.length;
  const value = mean(v) / mean(w);
  let square = 0;
  for (let i = 0; i < n; i++) square += (v[i]! - value * w[i]!) ** 2;
  const half = (normal95 * Math.sqrt(square / (n - 1) / n)) / mean(w);
  return { value, low: value - half, high: value + half };
}

function check({ sde, score, samples }: ScoreQuestion): void {
  if (samples.d !== sde.dim || samples.n < 2) {
    fail('E_SHAPE', {
      summary: 'the samples do not fit the process',
      got: `[${samples.n}, ${samples.d}]`,
      expected: `[n, ${sde.dim}] with n ≥ 2`,
      tryThis: ['samples: states of this process at time t'],
    });
  }
  if (!score.provides.has('score')) {
    fail('E_CAPABILITY', {
      summary: 'the Fisher error needs a score',
      got: `a field that provides ${[...score.provides].join(', ') || 'nothing'}`,
      expected: "'score'",
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

/** Rows with means E‖ŝ − s‖²_Q and E‖s‖²_Q. */
export interface FisherRows {
  readonly errors: Float64Array;
  readonly sizes: Float64Array;
}
/** Some rows of the question, and where their part of the answer goes. */
interface Part extends FisherRows {
  /** Completed. */
  readonly sde: Sde;
  readonly score: ScoreField;
  readonly y: Batch;
  readonly t: Float64Array;
  /** ŝ(y) */
  readonly s: Batch;
}

/** g + F beside F. */
async function byIdentity({ sde, score, y, t, s, errors, sizes }: Part, fisher: number): Promise<void> {
  await scoreDivergence(sde, score, y, t, errors);
  if (sde.diffusion.dependsOn === 'state') {
    const divQ = zeros(y.n, y.d);
    sde.noiseDivergence!.divergence(y, t, divQ);
    for (let k = 0; k < s.data.length; k++) errors[Math.floor(k / y.d)]! += divQ.data[k]! * s.data[k]!;
  }
  for (let i = 0; i < y.n; i++) errors[i] = 2 * errors[i]! + fisher;
  addNoiseProduct(sde, y, t, s, s, 1, errors);
  sizes.fill(fisher);
}

/** e beside r. */
function byScore({ sde, y, t, s, errors, sizes }: Part, score: VectorField): void {
  const truth = zeros(y.n, y.d);
  score(y, t, truth);
  addNoiseProduct(sde, y, t, truth, truth, 1, sizes);
  for (let k = 0; k < truth.data.length; k++) truth.data[k] = s.data[k]! - truth.data[k]!;
  addNoiseProduct(sde, y, t, truth, truth, 1, errors);
}

const refuseUnknown = (): never =>
  fail('E_CAPABILITY', {
    summary: 'the Fisher error needs to know something of the true score',
    got: 'no reference',
    expected: 'the true score, or E‖s‖²_Q',
    tryThis: ['reference: { score } or { fisher }', 'metric implicit-loss, which needs neither'],
  });

/** Errors and sizes, row by row; `samples` [n, d] are independent draws of p_t, n ≥ 2. */
export async function fisherRows(question: ScoreQuestion): Promise<FisherRows> {
  check(question);
  const { score, samples, t: time, reference = refuseUnknown() } = question;
  const sde = completeSde(question.sde);
  const [errors, sizes] = [new Float64Array(samples.n), new Float64Array(samples.n)];
  let first = 0;
  for await (const y of batchesOf(samples, sde.dim)) {
    const [t, s] = [new Float64Array(y.n).fill(time), zeros(y.n, y.d)];
    await score.evaluate(y, t, { score: s });
    const rows = [first, first + y.n] as const;
    const part = { sde, score, y, t, s, errors: errors.subarray(...rows), sizes: sizes.subarray(...rows) };
    if ('fisher' in reference) await byIdentity(part, reference.fisher);
    else byScore(part, reference.score);
    first += y.n;
  }
  checkFinite(errors, 'the score or its divergence');
  return { errors, sizes };
}

/** The relative Fisher error with its interval. */
export async function relativeFisherError(question: ScoreQuestion): Promise<Estimate> {
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
