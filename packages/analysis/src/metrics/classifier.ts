/**
 * Classifier two-sample test (Lopez-Paz & Oquab 2017): how often a classifier, trained on one half of two labelled samples, tells the other half apart.
 *
 *     accuracy = share of held-out points labelled right;  ½ for equal laws, at most 1
 *
 * Two small classifiers in float64, on coordinates divided by their pooled standard deviation:
 *
 *     nearest-neighbours   the majority among the k = √(n/2) (odd) nearest training points; sees any difference in few dimensions
 *     logistic             logistic regression on 1, y_i, y_i y_j (fewer than 30 coordinates, else 1, y_i): sees means and covariances
 *
 * Even rows train, odd rows test, as many of one sample as of the other. Interval: Wilson's, exact in the sense that held-out points are independent given the
 * classifier. Below ½ is chance. Throws E_SHAPE, E_NOT_FINITE.
 */
import { type Batch, defineMetric, type Estimate, fail, type SampleMetric, zeros } from '@fokker/core';
import { z } from 'zod';
import { checkSamples } from './check-samples.js';
import { wilson } from './interval.js';
import { fitLogistic } from './logistic.js';
import { visitNearest } from './nearest.js';

/** Labelled points: rows below `n/2` come from the first sample (label 0). */
const labelOf = (i: number, n: number): number => (i < n / 2 ? 0 : 1);

/** Rows 2i + parity of both samples, one after the other, divided by `scale`. */
function half(a: Batch, b: Batch, each: number, parity: number, scale: Float64Array): Batch {
  const { d } = a;
  const out = zeros(2 * each, d);
  [a, b].forEach(({ data }, side) => {
    for (let i = 0; i < each; i++) {
      for (let j = 0; j < d; j++) out.data[(side * each + i) * d + j] = data[(2 * i + parity) * d + j]! / scale[j]!;
    }
  });
  return out;
}

function pooledDeviation(a: Batch, b: Batch, rows: number): Float64Array {
  return Float64Array.from({ length: a.d }, (_, j) => {
    let mean = 0;
    let square = 0;
    for (const { data, d } of [a, b]) for (let i = 0; i < rows; i++) mean += data[i * d + j]! / (2 * rows);
    for (const { data, d } of [a, b])
      for (let i = 0; i < rows; i++) square += (data[i * d + j]! - mean) ** 2 / (2 * rows);
    return square > 0 ? Math.sqrt(square) : 1;
  });
}

/** Number of rows of `test` that get their label. */
type Classifier = (train: Batch, test: Batch) => number;

const byNeighbours: Classifier = (train, test) => {
  const k = 2 * Math.floor(Math.sqrt(train.n) / 2) + 1;
  let right = 0;
  visitNearest(test, train, k, false, (i, _, rows) => {
    let votes = 0;
    for (const row of rows) votes += labelOf(row, train.n);
    if (Number(2 * votes > k) === labelOf(i, test.n)) right += 1;
  });
  return right;
};

const mostForProducts = 30;

/** [1, y_i, y_i y_j (i ≥ j)] of every row. */
function features({ data, n, d }: Batch): { phi: Float64Array; p: number } {
  const products = d < mostForProducts;
  const p = 1 + d + (products ? (d * (d + 1)) / 2 : 0);
  const phi = new Float64Array(n * p);
  for (let i = 0, at = 0; i < n; i++) {
    phi[at++] = 1;
    for (let j = 0; j < d; j++) phi[at++] = data[i * d + j]!;
    if (!products) continue;
    for (let j = 0; j < d; j++) for (let l = 0; l <= j; l++) phi[at++] = data[i * d + j]! * data[i * d + l]!;
  }
  return { phi, p };
}

const byLogistic: Classifier = (train, test) => {
  const { phi, p } = features(train);
  const w = fitLogistic(
    phi,
    Uint8Array.from({ length: train.n }, (_, i) => labelOf(i, train.n)),
    p,
  );
  const asked = features(test);
  let right = 0;
  for (let i = 0; i < test.n; i++) {
    let sum = 0;
    for (let k = 0; k < p; k++) sum += w[k]! * asked.phi[i * p + k]!;
    if (Number(sum > 0) === labelOf(i, test.n)) right += 1;
  }
  return right;
};

const classifiers = { 'nearest-neighbours': byNeighbours, logistic: byLogistic };

const options = z.object({
  classifier: z
    .enum(['nearest-neighbours', 'logistic'])
    .default('nearest-neighbours')
    .describe('which classifier tries to tell the samples apart'),
  points: z.int().min(20).default(2000).describe('rows of each sample that are used, half of them to train'),
});

/** The metric itself, for scripts. */
export const createClassifierTest = ({ classifier, points }: z.output<typeof options>): SampleMetric => {
  const estimate = (a: Batch, b: Batch): Estimate => {
    checkSamples(a, b);
    const each = Math.floor(Math.min(points, a.n, b.n) / 2);
    if (each < 10) {
      fail('E_SHAPE', {
        summary: 'too few samples to train a classifier and to test it',
        got: `${a.n} and ${b.n} rows`,
        expected: 'at least 20 of each',
        tryThis: ['more samples'],
      });
    }
    const scale = pooledDeviation(a, b, 2 * each);
    return wilson(classifiers[classifier](half(a, b, each, 0, scale), half(a, b, each, 1, scale)), 2 * each);
  };
  return { distance: (a, b) => estimate(a, b).value, estimate };
};

export const classifierTest = defineMetric({
  id: 'classifier',
  summary: 'classifier two-sample test: held-out accuracy of telling samples from the reference, ½ for equal laws',
  measures: 'samples',
  options,
  create: createClassifierTest,
});
