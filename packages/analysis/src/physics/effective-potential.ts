/**
 * The effective potential of a driven system, U(y, t) = −log p_t(y), from a score.
 *
 *     along the flow     −log p_t(y) = −log p_{t₀}(y₀) + ∫_{t₀}^t ∇·u dτ,    y₀: where the flow that arrives at y started        (flow-path.ts)
 *     by a potential network    −f(y, t) up to a function of t                                                       (only with full-rank noise)
 *
 * The first needs the density at the start, works for degenerate noise too, and is normalised. The second is refused for degenerate noise: a potential whose gradient is
 * known along the noise only is fixed up to a function of (t and the noise-free coordinates), which is no density. Units: nats.
 * Throws E_CAPABILITY, E_TIME, E_DIVERGED.
 */
import { type Batch, fail, type ScalarField } from '@fokker/core';
import { createFlow } from './flow.js';
import { carryAlong } from './flow-path.js';
import type { Driven } from './states.js';

/** −log p_t at points [n, d]. `initial`: log p at time `from` ≤ t. */
export async function effectivePotential({
  points,
  t,
  from,
  steps = 200,
  initial,
  onStep,
  ...driven
}: Driven & {
  readonly points: Batch;
  readonly t: number;
  readonly from: number;
  readonly steps?: number | undefined;
  readonly initial: ScalarField;
  readonly onStep?: ((done: number, of: number) => void) | undefined;
}): Promise<Float64Array> {
  const [frame] = await carryAlong(createFlow(driven), points, t, [from], steps, onStep);
  const { y, logDensityChange } = frame!;
  const start = new Float64Array(y.n);
  initial(y, new Float64Array(y.n).fill(from), start);
  // ℓ ran from t back to `from`: log p_t = log p_from − (ℓ(from) − ℓ(t)).
  return start.map((value, i) => logDensityChange[i]! - value);
}

/** −f of a potential network at points, with the smallest value zero: −log p_t up to a constant. Refused for degenerate noise. */
export async function networkPotential({
  sde,
  score,
  points,
  t,
}: Driven & { readonly points: Batch; readonly t: number }): Promise<Float64Array> {
  const { range } = createFlow({ sde, score });
  if (range.rank < sde.dim || !score.provides.has('potential')) {
    fail('E_CAPABILITY', {
      summary: score.provides.has('potential')
        ? 'a potential of degenerate noise is no density'
        : 'this score is not the gradient of a potential',
      got: score.provides.has('potential')
        ? `noise in ${range.rank} of ${sde.dim} directions: f is fixed up to a function of the others`
        : `a field that provides ${[...score.provides].join(', ')}`,
      expected: 'a potential network and noise in every direction',
      tryThis: ['effectivePotential: along the flow, from the density at the start', 'model.id: energy'],
    });
  }
  const f = new Float64Array(points.n);
  await score.evaluate(points, new Float64Array(points.n).fill(t), { potential: f });
  const largest = f.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return f.map((value) => largest - value);
}
