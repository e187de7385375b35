/**
 * What γ does in LCSS (Osada et al. 2024, appendix): the minimiser is γ ∇log q_σ, the score of the smoothed law γ times over. On the checkerboard that score is known, so the claim is a
 * regression: of the learnt score on the true one, over samples of the smoothed law.
 *
 *     slope = E[ŝ·s]/E‖s‖²  (γ expected),    residual = E‖ŝ − slope s‖²/E‖ŝ‖²
 *
 *     npx tsx examples/papers/lcss-gamma.ts
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootKey, zeros } from '@fokker/core';
import { openExperiment, openScore, train } from '@fokker/experiment';

const sigma = 0.3;
const n = 20_000;
const { data: smoothed } = await openExperiment({ data: { id: 'checkerboard', smooth: sigma } });
const [y, truth, learnt] = [zeros(n, 2), zeros(n, 2), zeros(n, 2)];
smoothed.draw(rootKey(7), 0, y);
smoothed.density?.score(y, truth);

const inner = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, k) => sum + (x * (b[k] ?? 0)) / n, 0);

for (const gamma of [0.5, 1, 2, 10]) {
  const experiment = await openExperiment({
    seed: 1,
    data: { id: 'checkerboard' },
    objective: { id: 'lcss', sigma, gamma },
    weighting: { id: 'unit' },
    model: { id: 'energy', width: 128, depth: 2 },
    training: { steps: 3000, batch: 1000, heldOut: 0, optimiser: { learningRate: 5e-3, clip: 100 } },
  });
  const run = await train(experiment, { out: await mkdtemp(join(tmpdir(), 'lcss-gamma-')) });
  const score = await openScore(run);
  await score.field.evaluate(y, new Float64Array(n), { score: learnt });
  score.close();
  const slope = inner(learnt.data, truth.data) / inner(truth.data, truth.data);
  const rest = learnt.data.map((s, k) => s - slope * (truth.data[k] ?? 0));
  console.log({ gamma, slope, residual: inner(rest, rest) / inner(learnt.data, learnt.data) });
}
