/** Rows 33 to 36 of the acceptance table, and what else is claimed of likelihoods, with exact scores. */
import { elboLikelihood, firstIntegrand, flowLikelihood, localIntegrand } from '@fokker/analysis';
import {
  analyticField,
  type Batch,
  completeSde,
  type Dataset,
  fillNormal,
  gaussLegendre,
  type LikelihoodJob,
  rootKey,
  type Sde,
  scoreDivergence,
  zeros,
} from '@fokker/core';
import { benes, ornsteinUhlenbeck, vp } from '@fokker/sde-plugins';
import { describe, expect, test } from 'vitest';
import { atoms, gaussianData } from './data.js';

const key = rootKey(33).at('likelihood');
const vpOf = (dim: number) => completeSde(vp.create(vp.parameters.parse({ dim })));
const columnOf = (...values: number[]): Batch => ({ data: Float64Array.from(values), n: values.length, d: 1 });

/** A job with the exact score of `data` and the exact law at the end. */
function exactJob(sde: Sde, data: Dataset, rows: Batch, changes: Partial<LikelihoodJob> = {}): LikelihoodJob {
  const law = sde.marginal!(data)!;
  const { T } = sde.span;
  return {
    sde,
    score: analyticField({ score: law.score }),
    data: rows,
    from: 0,
    to: T,
    terminal: (y, out) => law.logDensity(y, new Float64Array(y.n).fill(changes.to ?? T), out),
    key,
    ...changes,
  };
}
const standardNormal: LikelihoodJob['terminal'] = (y, out) => {
  for (let i = 0; i < y.n; i++) {
    const row = y.data.subarray(i * y.d, (i + 1) * y.d);
    out[i] = -0.5 * row.reduce((sum, x) => sum + x * x + Math.log(2 * Math.PI), 0);
  }
};
const flow = (options: Record<string, unknown>) => flowLikelihood.create(flowLikelihood.options.parse(options));
const elbo = (options: Record<string, unknown>) => elboLikelihood.create(elboLikelihood.options.parse(options));

const twoGaussians: Dataset = {
  dim: 1,
  mixture: [
    { weight: 0.4, mean: [-1], covariance: [0.1] },
    { weight: 0.6, mean: [1.5], covariance: [0.3] },
  ],
  draw: (_key, _first, out) => out.data.fill(0),
};

describe('the flow', () => {
  const rows = columnOf(-1, 0, 2);

  test('row 35: log-likelihood of a mixture under VP, exact score and end', async () => {
    const job = exactJob(vpOf(1), twoGaussians, rows);
    const { value, standardError, lost } = await flow({ rtol: 1e-9, atol: 1e-9 }).logLikelihood(job);
    [-0.6839107992, -4.2919770186, -1.2444444215].forEach((expected, i) => {
      expect(Math.abs(value[i]! - expected)).toBeLessThan(1e-7);
    });
    expect([...standardError]).toEqual([0, 0, 0]);
    expect(lost).toEqual([]);
  });

  test('row 36: with a standard normal for the end', async () => {
    const job = exactJob(vpOf(1), twoGaussians, rows, { terminal: standardNormal });
    const { value } = await flow({}).logLikelihood(job);
    [-0.681146, -4.291148, -1.248516].forEach((expected, i) => {
      expect(Math.abs(value[i]! - expected)).toBeLessThan(1e-3);
    });
  });

  test('a degenerate process: CLD-like oscillator with noise on the velocity alone', async () => {
    const A = [
      [0, 1],
      [-1, -2],
    ];
    const G = [[0], [2]];
    const sde = completeSde(ornsteinUhlenbeck.create(ornsteinUhlenbeck.parameters.parse({ A, G, horizon: 3 })));
    const data = gaussianData(
      [0.5, -0.2],
      [
        [0.6, 0.2],
        [0.2, 0.4],
      ],
    );
    const points: Batch = { data: Float64Array.of(0.5, -0.2, 1.3, 0.4, -0.7, -1), n: 3, d: 2 };
    const job = exactJob(sde, data, points);
    const { value } = await flow({ rtol: 1e-9, atol: 1e-9 }).logLikelihood(job);
    const expected = new Float64Array(3);
    // det C = 0.2
    for (let i = 0; i < 3; i++) {
      const [x, v] = [points.data[2 * i]! - 0.5, points.data[2 * i + 1]! + 0.2];
      const quadratic = (0.4 * x * x - 0.4 * x * v + 0.6 * v * v) / 0.2;
      expected[i] = -Math.log(2 * Math.PI) - 0.5 * Math.log(0.2) - 0.5 * quadratic;
      expect(Math.abs(value[i]! - expected[i]!)).toBeLessThan(1e-7);
    }
  });

  test('rows know nothing of each other', async () => {
    const sde = vpOf(1);
    const method = flow({ trace: 'hutchinson', probes: 2 });
    const whole = await method.logLikelihood(exactJob(sde, twoGaussians, rows));
    const alone = await method.logLikelihood(exactJob(sde, twoGaussians, columnOf(2), { first: 2 }));
    expect(alone.value[0]).toBe(whole.value[2]);
  });

  test('a random trace: the 95 % interval covers the truth for 87 to 100 of 100 seeds', async () => {
    const sde = vpOf(4);
    const covariance = [
      [1, 0.6, 0, 0.2],
      [0.6, 1.2, -0.5, 0.1],
      [0, -0.5, 0.9, 0.3],
      [0.2, 0.1, 0.3, 0.7],
    ];
    const data: Dataset = {
      ...twoGaussians,
      dim: 4,
      mixture: [{ weight: 1, mean: [0, 0, 0, 0], covariance: covariance.flat() }],
    };
    const x: Batch = { data: Float64Array.of(0.3, -0.4, 0.8, -0.1), n: 1, d: 4 };
    const truth = (await flow({ trace: 'exact', rtol: 1e-7, atol: 1e-7 }).logLikelihood(exactJob(sde, data, x)))
      .value[0]!;
    const law = sde.marginal!(data)!;
    const logP = new Float64Array(1);
    law.logDensity(x, new Float64Array(1), logP);
    expect(Math.abs(truth - logP[0]!)).toBeLessThan(1e-5);
    const seeds = 100;
    const same: Batch = { data: Float64Array.from({ length: 4 * seeds }, (_, k) => x.data[k % 4]!), n: seeds, d: 4 };
    // One row a seed: row i draws its own directions.
    const { low, high } = await flow({ trace: 'hutchinson', probes: 8 }).logLikelihood(exactJob(sde, data, same));
    const covered = low.reduce((count, value, i) => count + Number(value <= truth && truth <= high[i]!), 0);
    expect(covered).toBeGreaterThanOrEqual(87);
  });
});

describe('the lower bound', () => {
  test('row 33: an equality with the exact score, by quadrature', async () => {
    const sde = vpOf(1);
    const data = gaussianData([0], [[0.25]]);
    const { score, terminal } = exactJob(sde, data, columnOf(0.8));
    const { B } = sde.timeChange!.clock;
    const { nodes, weights } = gaussLegendre(16);
    // y_t | x is N(a x, 1 − a²) and the integrand is quadratic in y: two Gauss–Hermite nodes, m ± σ, are exact.
    const panels = 40;
    let bound = 0;
    for (let p = 0; p < panels; p++) {
      for (let k = 0; k < nodes.length; k++) {
        const t = ((p + nodes[k]!) / panels) ** 2;
        const [m, sigma] = [0.8 * Math.exp(-0.5 * B(t)), Math.sqrt(-Math.expm1(-B(t)))];
        const y = columnOf(m - sigma, m + sigma);
        const value = new Float64Array(2);
        const trace = (at: Batch, time: Float64Array, out: Float64Array) => scoreDivergence(sde, score, at, time, out);
        await firstIntegrand(sde, score, trace, y, new Float64Array(2).fill(t), value);
        bound += ((weights[k]! * 2 * Math.sqrt(t)) / panels) * 0.5 * (value[0]! + value[1]!);
      }
    }
    const [m, sigma] = [0.8 * Math.exp(-0.5 * B(1)), Math.sqrt(-Math.expm1(-B(1)))];
    const end = new Float64Array(2);
    terminal(columnOf(m - sigma, m + sigma), end);
    bound += 0.5 * (end[0]! + end[1]!);
    expect(Math.abs(bound - -1.5057913526)).toBeLessThan(1e-8);
    expect(bound).toBeCloseTo(-0.5 * Math.log(2 * Math.PI * 0.25) - (0.5 * 0.64) / 0.25, 8);
  });

  test('row 34: the local integrand has the mean of the first, OU, lag 0.2', async () => {
    const A = [
      [-1, 0.8],
      [-0.8, -0.5],
    ];
    const G = [
      [1, 0],
      [0.3, 0.7],
    ];
    const sde = completeSde(ornsteinUhlenbeck.create(ornsteinUhlenbeck.parameters.parse({ A, G, horizon: 2 })));
    const data = gaussianData(
      [1, -0.5],
      [
        [0.4, 0.1],
        [0.1, 0.2],
      ],
    );
    const { score } = exactJob(sde, data, zeros(1, 2));
    const n = 20_000;
    const [x, s, t] = [zeros(n, 2), new Float64Array(n).fill(0.8), new Float64Array(n).fill(1)];
    for (let i = 0; i < n; i++) x.data.set([1.2, -0.1], 2 * i);
    const [ys, y, z, g] = [zeros(n, 2), zeros(n, 2), new Float64Array(2 * n), zeros(n, 2)];
    const { drawFromKernel, kernelTarget, transitionKernel } = await import('@fokker/core');
    fillNormal(key.at('start'), 0, n, 2, z);
    drawFromKernel(transitionKernel(sde.transition!, x, new Float64Array(n), s), z, 1, ys);
    fillNormal(key.at('lag'), 0, n, 2, z);
    const kernel = transitionKernel(sde.transition!, ys, s, t);
    drawFromKernel(kernel, z, 1, y);
    kernelTarget(kernel, z, 1, g);
    const [first, local] = [new Float64Array(n), new Float64Array(n)];
    await firstIntegrand(sde, score, (at, time, out) => scoreDivergence(sde, score, at, time, out), y, t, first);
    await localIntegrand(sde, score, y, t, g, local);
    const difference = first.map((value, i) => value - local[i]!);
    const mean = difference.reduce((sum, value) => sum + value, 0) / n;
    const deviation = Math.sqrt(difference.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(n));
    expect(deviation).toBeGreaterThan(0.1);
  });

  test.each(['simulated', 'local'])('form %s: equals log p of an affine process within its own error', async (form) => {
    const sde = vpOf(1);
    const data = gaussianData([0], [[0.25]]);
    const job = exactJob(sde, data, columnOf(0.8, -0.2), { from: 1e-3 });
    const { value, standardError } = await elbo({ form, paths: 500, strata: 40 }).logLikelihood(job);
    const truth = new Float64Array(2);
    sde.marginal!(data)!.logDensity(job.data, new Float64Array(2).fill(1e-3), truth);
    truth.forEach((expected, i) => {
      expect(Math.abs(value[i]! - expected)).toBeLessThan(4 * standardError[i]!);
      expect(standardError[i]!).toBeLessThan(0.2);
    });
  });

  test('a nonlinear process: Beneš, by exact simulation steps and by the linearised kernel', async () => {
    const sde = completeSde(benes.create(benes.parameters.parse({ dim: 1, horizon: 2 })));
    const data = atoms(-1, 0.5);
    const job = exactJob(sde, data, columnOf(0.3, 2), { from: 0.5, to: 2 });
    const truth = new Float64Array(2);
    sde.marginal!(data)!.logDensity(job.data, new Float64Array(2).fill(0.5), truth);
    const certified = await elbo({ paths: 300, strata: 30, step: 0.01 }).logLikelihood(job);
    const local = await elbo({ form: 'local', lag: 0.05, paths: 300, strata: 30, step: 0.01 }).logLikelihood(job);
    truth.forEach((expected, i) => {
      // Heun's weak error at h = 0.01 is below 1e-3, that of the kernel at lag 0.05 below 1e-2 (λ² f''/4 of the mean times the score).
      expect(Math.abs(certified.value[i]! - expected)).toBeLessThan(4 * certified.standardError[i]! + 1e-3);
      expect(Math.abs(local.value[i]! - expected)).toBeLessThan(4 * local.standardError[i]! + 1e-2);
    });
    expect(elbo({}).kind).toBe('bound');
    expect(elbo({ form: 'local' }).kind).toBe('estimate');
  });

  test('rows know nothing of each other', async () => {
    const sde = vpOf(1);
    const data = gaussianData([0], [[0.25]]);
    const method = elbo({ paths: 3, strata: 4, trace: 'hutchinson' });
    const whole = await method.logLikelihood(exactJob(sde, data, columnOf(0.8, -0.2, 0.1), { from: 0.01 }));
    const alone = await method.logLikelihood(exactJob(sde, data, columnOf(0.1), { from: 0.01, first: 2 }));
    expect(alone.value[0]).toBe(whole.value[2]);
  });
});

describe('refusals', () => {
  const job = exactJob(vpOf(1), twoGaussians, columnOf(0));
  test.each([
    ['data of another dimension', { data: zeros(2, 3) }, 'E_SHAPE'],
    ['NaN', { data: columnOf(Number.NaN) }, 'E_NOT_FINITE'],
    ['time that runs backwards', { from: 1, to: 0 }, 'E_TIME'],
    ['a score without derivatives', { score: { ...job.score, provides: new Set(['score'] as const) } }, 'E_CAPABILITY'],
    ['an aborted signal', { signal: AbortSignal.abort() }, 'E_INTERRUPTED'],
  ])('%s', async (_, changes, code) => {
    for (const method of [flow({}), elbo({})]) {
      await expect(method.logLikelihood({ ...job, ...changes })).rejects.toMatchObject({ code });
    }
  });
});
