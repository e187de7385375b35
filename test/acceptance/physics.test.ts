/**
 * Physics from learnt scores and simulation: entropy production of a rotation from a network trained for a moment, the same estimate at equilibrium, where it
 * measures the error of the score, and the steady-state moments of the active swimmer.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entropyProduction, fisherDivergenceOf, momentBalances } from '@fokker/analysis';
import { fillNormal, rootKey, simulate, zeros } from '@fokker/core';
import { openExperiment, openScore, physics, train } from '@fokker/experiment';
import { activeSwimmer } from '@fokker/sde-plugins';
import { expect, test } from 'vitest';

const model = { id: 'mlp', width: 32, depth: 2 };
const training = { batch: 256, heldOut: 0, workers: 0, optimiser: { learningRate: 1e-2, ema: 0.97, warmup: 20 } };
const trained = async (config: object) =>
  train(await openExperiment(config), { out: join(await mkdtemp(join(tmpdir(), 'fokker-physics-')), 'run') });

test('entropy production of a rotation from a learnt score is within 5 % of the closed form, 8', async () => {
  const run = await trained({
    process: { id: 'rotation-ou' },
    data: { id: 'gaussian', covariance: 0.5 },
    objective: { id: 'dsm', antithetic: true },
    model,
    training: { ...training, steps: 400 },
  });
  const { rows } = await physics(run, { quantity: 'entropy-production', n: 20_000, times: [0.2, 1], out: false });
  for (const { total } of rows) expect(Math.abs(Object(total).value / 8 - 1)).toBeLessThan(0.05);
});

test('at equilibrium it is ½ E‖ŝ − s‖²_Q: the double well', async () => {
  const run = await trained({
    process: { id: 'double-well' },
    objective: { id: 'local-dsm' },
    model,
    training: { ...training, steps: 800 },
  });
  const { sde } = run.experiment;
  const stationary = sde.stationary!;
  const states = zeros(20_000, 1);
  stationary.sample(rootKey(1), 0, states);
  const score = await openScore(run);
  const t = 4;
  const { total } = await entropyProduction({ sde, score: score.field, states, t, key: rootKey(2) });
  const reference = { score: (y: typeof states, _t: Float64Array, out: typeof states) => stationary.score!(y, out) };
  const divergence = await fisherDivergenceOf({ sde, score: score.field, samples: states, t, reference });
  score.close();
  // 2 uᵀQ⁻¹u with u = f − ½Qŝ = ½Q(s − ŝ): the same number state by state, up to the digits of the stationary score
  expect(Math.abs(total.value - divergence.value / 2)).toBeLessThan(1e-6 + 1e-6 * divergence.value);
  // E‖s‖²_Q = 2Θ E s² = 2 (3 E x² − 1) with E x² = .893465 at Θ = ½ (row 45)
  expect(total.value).toBeLessThan(0.02 * 2 * (3 * 0.893465 - 1));
});

test('the moments of the stationary swimmer satisfy the identities of its generator within four standard errors', async () => {
  const sde = activeSwimmer.create(activeSwimmer.parameters.parse({}));
  const start = zeros(20_000, 2);
  fillNormal(rootKey(3), 0, start.n, 2, start.data);
  // steady by t = 6; Heun with h = .01 is off by less than 1e-4 there
  const [frame] = simulate(sde, start, [6], { scheme: 'heun', step: 0.01, key: rootKey(4) });
  const balances = await momentBalances({ sde, states: frame!.y, t: 6, degree: 4, coordinates: ['x', 'v'] });
  const named = Object.fromEntries(balances.map((balance) => [balance.moment, balance]));
  // E v² = D; E x⁴ = E xv; E x⁶ = E x³v; and E[x³v] + γ E[xv] = E v², which make E x⁶ + γ E x⁴ = D
  for (const moment of ['v^2', 'x^2', 'x^4', 'x v']) {
    const { value, standardError } = named[moment]!.generator;
    expect(Math.abs(value), moment).toBeLessThan(4 * standardError);
  }
});
