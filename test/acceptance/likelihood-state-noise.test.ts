/**
 * Likelihoods where noise depends on the state, with exact scores: geometric Brownian motion, whose ∇·Q = 2σ²y and ½ ∂∂:Q = σ² both count, and the square-root process,
 * ∇·Q = σ². With a score that is wrong by c/y under Q = σ²y², the lower bound falls short of log p by a constant of its own:
 *
 *     E_x[bound(x) − log p(x)] = −½ ∫ E‖c/y‖²_Q dt = −½ σ² c² (T − t₀)
 */
import { elboLikelihood, flowLikelihood } from '@fokker/analysis';
import {
  analyticField,
  type Batch,
  completeSde,
  type Dataset,
  type LikelihoodJob,
  rootKey,
  type Sde,
  zeros,
} from '@fokker/core';
import { cir, geometricBrownianMotion } from '@fokker/sde-plugins';
import { describe, expect, test } from 'vitest';
import { atoms } from './data.js';

const columnOf = (...values: number[]): Batch => ({ data: Float64Array.from(values), n: values.length, d: 1 });
const [mu, sigma] = [0.1, 0.3];
const growth = completeSde(geometricBrownianMotion.create(geometricBrownianMotion.parameters.parse({ mu, sigma })));
const returning = completeSde(cir.create(cir.parameters.parse({ horizon: 2 })));

/** The exact score plus `extra`, the exact law at both ends. */
function jobOf(
  sde: Sde,
  data: Dataset,
  from: number,
  rows: Batch,
  extra: (y: number) => number = () => 0,
): LikelihoodJob {
  const law = sde.marginal!(data)!;
  const { T } = sde.span;
  return {
    sde,
    score: analyticField({
      score(y, t, out) {
        law.score(y, t, out);
        for (let k = 0; k < y.data.length; k++) out.data[k]! += extra(y.data[k]!);
      },
    }),
    data: rows,
    from,
    to: T,
    terminal: (y, out) => law.logDensity(y, new Float64Array(y.n).fill(T), out),
    key: rootKey(35).at('state-noise'),
  };
}
function truthOf(sde: Sde, data: Dataset, { data: rows, from }: LikelihoodJob): Float64Array {
  const out = new Float64Array(rows.n);
  sde.marginal!(data)!.logDensity(rows, new Float64Array(rows.n).fill(from), out);
  return out;
}
const flow = flowLikelihood.create(flowLikelihood.options.parse({ rtol: 1e-9, atol: 1e-9 }));
const elbo = (options: object) => elboLikelihood.create(elboLikelihood.options.parse(options));

describe.each([
  ['geometric Brownian motion from its start', growth, growth.initial!, 0, columnOf(0.6, 1, 1.7)],
  ['geometric Brownian motion from two points', growth, atoms(0.7, 1.4), 0.5, columnOf(0.4, 1, 2.5)],
  ['the square-root process from two points', returning, atoms(0.5, 1.5), 0.4, columnOf(0.3, 0.9, 2)],
] as const)('%s', (_, sde, data, from, rows) => {
  const job = jobOf(sde, data, from, rows);
  const truth = truthOf(sde, data, job);

  test('row 35: change of variables along the flow, with the divergence of the noise', async () => {
    const { value, lost } = await flow.logLikelihood(job);
    expect(lost).toEqual([]);
    truth.forEach((expected, i) => void expect(Math.abs(value[i]! - expected)).toBeLessThan(1e-7));
  });

  test('the lower bound is an equality with the exact score', async () => {
    const { value, standardError } = await elbo({ paths: 2000, strata: 30, step: 0.02 }).logLikelihood(job);
    truth.forEach((expected, i) => {
      // Heun's weak error at h = 0.01 is of order h² σ², below 1e-3 of the log-density.
      expect(Math.abs(value[i]! - expected)).toBeLessThan(4 * standardError[i]! + 1e-3);
      // 2000 paths with a standard deviation of 1 to 3
      expect(standardError[i]!).toBeLessThan(0.08);
    });
  });
});

test('with a wrong score the bound is lower by half the Fisher divergence of the paths', async () => {
  const [c, n] = [1.5, 600];
  const rows = zeros(n, 1);
  growth.initial!.draw(rootKey(36), 0, rows);
  const job = jobOf(growth, growth.initial!, 0, rows, (y) => c / y);
  const truth = truthOf(growth, growth.initial!, job);
  const { value } = await elbo({ paths: 4, strata: 16, step: 0.02 }).logLikelihood(job);
  const gaps = value.map((bound, i) => bound - truth[i]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / n;
  const error = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (n - 1) / n);
  const expected = -0.5 * sigma ** 2 * c ** 2 * growth.span.T;
  expect(Math.abs(mean - expected)).toBeLessThan(4 * error + 1e-3);
  expect(mean + 4 * error).toBeLessThan(0);
});

test('data outside the walls are refused', async () => {
  for (const method of [flow, elbo({})]) {
    const job = jobOf(growth, growth.initial!, 0, columnOf(1, -0.2));
    await expect(method.logLikelihood(job)).rejects.toMatchObject({ code: 'E_DATA' });
  }
});
