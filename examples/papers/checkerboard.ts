/**
 * The checkerboard smoothed by σ = 0.3, whose score s is known: what LCSS and DSM with noise σ learn of the plain board. A learnt score ŝ is held against it over samples of the smoothed law:
 *
 *     slope = E[ŝ·s]/E‖s‖²,    residual = E‖ŝ − slope s‖²/E‖ŝ‖²,    error = E‖ŝ − s‖²/E‖s‖²
 */
import { rootKey, zeros } from '@fokker/core';
import { openExperiment, openScore, type Run } from '@fokker/experiment';

export const sigma = 0.3;
/** E‖∇log q_σ‖² (docs/acceptance.md, golden values). */
export const fisher = 4.6018;

const n = 20_000;
const inner = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, k) => sum + (x * (b[k] ?? 0)) / n, 0);

export async function againstTruth(run: Run) {
  const { data: smoothed } = await openExperiment({ data: { id: 'checkerboard', smooth: sigma } });
  const [y, truth, learnt] = [zeros(n, 2), zeros(n, 2), zeros(n, 2)];
  smoothed.draw(rootKey(7), 0, y);
  smoothed.density?.score(y, truth);
  const score = await openScore(run);
  await score.field.evaluate(y, new Float64Array(n), { score: learnt });
  score.close();
  const size = inner(truth.data, truth.data);
  const slope = inner(learnt.data, truth.data) / size;
  const rest = learnt.data.map((s, k) => s - slope * (truth.data[k] ?? 0));
  const apart = learnt.data.map((s, k) => s - (truth.data[k] ?? 0));
  return {
    slope,
    residual: inner(rest, rest) / inner(learnt.data, learnt.data),
    error: inner(apart, apart) / size,
  };
}
