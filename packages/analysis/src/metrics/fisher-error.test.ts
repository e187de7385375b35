import {
  analyticField,
  type Batch,
  constantNoise,
  type Diffusion,
  diagonalStateNoise,
  rootKey,
  type ScoreField,
  type Sde,
  scalarNoise,
} from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { batch, normals } from '../testing/samples.js';
import { fisherDivergenceOf } from './fisher-divergence.js';
import { fisherError, relativeFisherError } from './fisher-error.js';
import { implicitLoss, implicitLossOf } from './implicit-loss.js';

const process = (diffusion: Diffusion): Sde => ({
  dim: diffusion.dim,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-5, sample: 1e-3 },
  drift: (_y, _t, out) => void out.data.fill(0),
  diffusion,
});

type Matrix = readonly (readonly number[])[];

/** ŝ = −K y */
const linear = (K: Matrix): ScoreField =>
  analyticField({
    score(y, _t, out) {
      for (let i = 0; i < y.n; i++) {
        K.forEach((row, j) => {
          out.data[i * y.d + j] = -row.reduce((sum, k, l) => sum + k * y.data[i * y.d + l]!, 0);
        });
      }
    },
  });
const field = (s: (y: number) => number) => (y: Batch, _t: Float64Array, out: Batch) => {
  for (let k = 0; k < y.data.length; k++) out.data[k] = s(y.data[k]!);
};
const pointwise = (s: (y: number) => number): ScoreField => analyticField({ score: field(s) });

/** N(0, C) with C = L Lᵀ = [[1.5, .6], [.6, .8]], P = C⁻¹; the sample ±√2 L e_j has exactly these second moments. */
const P = [
  [0.8 / 0.84, -0.6 / 0.84],
  [-0.6 / 0.84, 1.5 / 0.84],
];
const L = [
  [Math.sqrt(1.5), 0],
  [0.6 / Math.sqrt(1.5), Math.sqrt(0.8 - 0.36 / 1.5)],
];
const C = [
  [1.5, 0.6],
  [0.6, 0.8],
];
const cross = batch(
  2,
  ...[0, 1].flatMap((j) => [1, -1].flatMap((sign) => L.map((row) => sign * Math.SQRT2 * row[j]!))),
);
const K = [
  [1.2, 0.3],
  [-0.5, 2],
];
const times = (A: Matrix, M: Matrix) =>
  A.map((row) => M[0]!.map((_, j) => row.reduce((sum, a, k) => sum + a * M[k]![j]!, 0)));
const transposed = (A: Matrix) => A[0]!.map((_, j) => A.map((row) => row[j]!));
const trace = (A: Matrix) => A.reduce((sum, row, i) => sum + row[i]!, 0);

describe('fisher-error', () => {
  test.each([
    [
      'full',
      [
        [1, 0],
        [0.3, 0.7],
      ],
    ],
    ['on one coordinate', [[0], [0.5]]],
    ['on a slanted line', [[1], [1]]],
  ])('of a wrong linear score, noise %s: tr (K−P)ᵀQ(K−P)C / tr QP, both ways', async (_, G) => {
    const sde = process(constantNoise(G));
    const Q = times(G, transposed(G));
    const difference = K.map((row, i) => row.map((value, j) => value - P[i]![j]!));
    const fisher = trace(times(Q, P));
    const expected = trace(times(times(transposed(difference), times(Q, difference)), C)) / fisher;
    const question = { sde, score: linear(K), samples: cross, t: 0.5 };
    const truth = (y: Batch, t: Float64Array, out: Batch) => void linear(P).evaluate(y, t, { score: out });
    const byScore = await relativeFisherError({ ...question, reference: { score: truth } });
    const byIdentity = await relativeFisherError({ ...question, reference: { fisher } });
    expect(byScore.value).toBeCloseTo(expected, 12);
    // Differences of a linear score are exact but for rounding, 1e-16 over a step of 1e-3.
    expect(byIdentity.value).toBeCloseTo(expected, 11);
  });

  test('of the exact score is zero: exactly by the score, within the interval by the identity', async () => {
    const sde = process(scalarNoise(1, 0.7));
    const samples = normals(rootKey(1), 4000, 1);
    const s = (y: number) => -y;
    const byScore = await relativeFisherError({
      sde,
      score: pointwise(s),
      samples,
      t: 0,
      reference: { score: field(s) },
    });
    expect(byScore).toEqual({ value: 0, low: 0, high: 0 });
    const byIdentity = await relativeFisherError({
      sde,
      score: pointwise(s),
      samples,
      t: 0,
      reference: { fisher: 0.49 },
    });
    expect(byIdentity.low).toBeLessThan(0);
    expect(byIdentity.high).toBeGreaterThan(0);
    // g = y² − 2: standard error √(2/n) in units of F.
    expect(byIdentity.high - byIdentity.value).toBeCloseTo(1.96 * Math.sqrt(2 / 4000), 2);
  });

  test.each(['score', 'fisher'] as const)('covers the truth 19 times in 20 (%s)', async (known) => {
    const sde = process(scalarNoise(1, 1));
    const score = pointwise((y) => 0.3 - 1.4 * y);
    const truth = 0.3 ** 2 + 0.4 ** 2;
    const reference = known === 'score' ? { score: field((y) => -y) } : { fisher: 1 };
    let covered = 0;
    for (let trial = 0; trial < 400; trial++) {
      const samples = normals(rootKey(trial), 300, 1);
      const { value, low, high } = await relativeFisherError({ sde, score, samples, t: 0, reference });
      expect(value).toBeGreaterThan(low);
      if (low <= truth && truth <= high) covered++;
    }
    // 400 trials: standard deviation 4.4 about 380; the interval is asymptotic, a few per cent short at n = 300.
    expect(covered).toBeGreaterThan(358);
    expect(covered).toBeLessThan(397);
  });

  test('of a smooth score by the identity is the mean of ŝ² + 2 ŝ′ + F, row by row', async () => {
    const samples = normals(rootKey(3), 5000, 1);
    const score = pointwise((y) => -Math.sin(y));
    const { value } = await relativeFisherError({
      sde: process(scalarNoise(1, 1)),
      score,
      samples,
      t: 0,
      reference: { fisher: 1 },
    });
    const exact = samples.data.reduce((sum, y) => sum + Math.sin(y) ** 2 - 2 * Math.cos(y) + 1, 0) / samples.n;
    // The derivative of a formula is a difference of fourth order, good to 1e-11.
    expect(Math.abs(value - exact)).toBeLessThan(1e-9);
  });

  test('under noise of the state, G = .3 y and log y ~ N(0, c²): the identity agrees with the score itself', async () => {
    // s = −(1 + log y/c²)/y, ‖s‖²_Q = .09 (1 + log y/c²)²: F = .09 (1 + 1/c²)
    const c = 0.5;
    const sde = process(diagonalStateNoise(1, (y, at, _t, out) => void out.fill(0.3 * y[at]!)));
    const samples = normals(rootKey(5), 20_000, 1);
    for (let k = 0; k < samples.n; k++) samples.data[k] = Math.exp(c * samples.data[k]!);
    const s = (y: number) => -(1 + Math.log(y) / c ** 2) / y;
    const question = { sde, score: pointwise((y) => s(y) + 0.4 / y), samples, t: 0 };
    const byScore = await relativeFisherError({ ...question, reference: { score: field(s) } });
    // ‖.4/y‖²_Q = .09 · .16 at every state
    expect(Math.abs(byScore.value - 0.16 / (1 + 1 / c ** 2))).toBeLessThan(byScore.high - byScore.low);
    const fisher = 0.09 * (1 + 1 / c ** 2);
    const byIdentity = await relativeFisherError({ ...question, reference: { fisher } });
    // twice the 95 % interval: four standard errors
    expect(Math.abs(byIdentity.value - 0.16 / (1 + 1 / c ** 2))).toBeLessThan(byIdentity.high - byIdentity.low);
    expect(byIdentity.high - byIdentity.low).toBeLessThan(0.05);
  });

  test.each([
    ['samples of another dimension', { samples: cross }, 'E_SHAPE'],
    ['a single sample', { samples: batch(1, 1) }, 'E_SHAPE'],
    [
      'a field without a score',
      { score: { ...pointwise(Math.sin), provides: new Set<'potential'>() } },
      'E_CAPABILITY',
    ],
    [
      'a score without derivatives, where only its Fisher information is known',
      { score: { ...pointwise(Math.sin), provides: new Set<'score'>(['score']) } },
      'E_CAPABILITY',
    ],
    ['a score that is not finite', { score: pointwise(() => Number.NaN) }, 'E_NOT_FINITE'],
    ['Fisher information zero', { reference: { fisher: 0 } }, 'E_PARAMETERS'],
    ['a true score that is zero', { reference: { score: field(() => 0) } }, 'E_PARAMETERS'],
  ])('refuses %s', async (_, wrong, code) => {
    const question = {
      sde: process(scalarNoise(1, 1)),
      score: pointwise((y) => -y),
      samples: normals(rootKey(1), 10, 1),
      t: 0,
      reference: { fisher: 1 },
    };
    await expect(relativeFisherError({ ...question, ...wrong })).rejects.toThrow(expect.objectContaining({ code }));
  });

  test('has no options', () => {
    expect(fisherError.options.parse({})).toEqual({});
  });
});

describe('fisher-divergence', () => {
  test('is the numerator of the relative error', async () => {
    const sde = process(scalarNoise(1, 0.5));
    const samples = normals(rootKey(8), 500, 1);
    const score = pointwise((y) => 0.3 - 1.4 * y);
    const truth = field((y) => -y);
    const { value, low, high } = await fisherDivergenceOf({ sde, score, samples, t: 0, reference: { score: truth } });
    const expected = samples.data.reduce((sum, y) => sum + 0.25 * (0.3 - 0.4 * y) ** 2, 0) / 500;
    expect(value).toBeCloseTo(expected, 14);
    expect(low < value && value < high).toBe(true);
    const byIdentity = await fisherDivergenceOf({ sde, score, samples, t: 0, reference: { fisher: 0.25 } });
    expect(Math.abs(byIdentity.value - value)).toBeLessThan((4 * (byIdentity.high - byIdentity.low)) / 2 / 1.96);
  });
  test('of the exact score is zero, also where the true score is zero', async () => {
    const sde = process(scalarNoise(1, 1));
    const question = { sde, samples: normals(rootKey(1), 10, 1), t: 0, reference: { score: field(() => 0) } };
    expect((await fisherDivergenceOf({ ...question, score: pointwise(() => 0) })).value).toBe(0);
  });
});

describe('implicit-loss', () => {
  test('differences are those of half the Fisher divergence, to rounding on the sample’s own moments', async () => {
    const sde = process(
      constantNoise([
        [1, 0],
        [0.3, 0.7],
      ]),
    );
    const own = linear([
      [0.8, 0.1],
      [0.2, 0.9],
    ]);
    // Exact for scores that are linear, since `cross` has the second moments of N(0, C).
    const truth = (y: Batch, t: Float64Array, out: Batch) => void linear(P).evaluate(y, t, { score: out });
    const [a, b] = await Promise.all(
      [linear(K), own].map(async (score) => {
        const question = { sde, score, samples: cross, t: 0 };
        const { value } = await implicitLossOf(question);
        return { value, half: (await fisherDivergenceOf({ ...question, reference: { score: truth } })).value / 2 };
      }),
    );
    expect(a!.value - b!.value).toBeCloseTo(a!.half - b!.half, 11);
  });

  test('asks for no reference, where the errors refuse without', async () => {
    const question = {
      sde: process(scalarNoise(1, 1)),
      score: pointwise((y) => -y),
      samples: normals(rootKey(1), 4000, 1),
      t: 0,
    };
    const { value, low, high } = await implicitLoss.create().error(question);
    expect(low < -0.5 && -0.5 < high && low < value).toBe(true); // −½ E y²
    await expect(relativeFisherError(question)).rejects.toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
  });
});
