/**
 * The two integrands of the lower bound (MATH §5.8; Huang, Lim & Courville 2021, Song et al. 2021b):
 *
 *     first    ∇·f − ½ ∂∂:Q − ∇·(Q s) − ½ ‖s‖²_Q                      at y_t ~ q(y_t | x),   ∇·(Q s) = (∇·Q)·s + tr(Q ∂s/∂y)
 *     local    ∇·f + s·Q g − ½ ‖s‖²_Q,   g = ∇log q(y_t | y_s)        at y_t ~ q(y_t | y_s), y_s ~ q(y_s | x), noise that does not depend on the state
 *
 * The local one is −½ ‖s − g‖²_Q + ½ ‖g‖²_Q multiplied out: each of the two has a mean that grows like 1/lag, and averaging them apart would drown the difference.
 */
import { type Batch, type ScoreField, type Sde, zeros } from '@fokker/core';
import { addNoiseProduct } from '../noise-product.js';

/** Writes tr(Q ∂s/∂y), [y.n]. */
export type Trace = (y: Batch, t: Float64Array, out: Float64Array) => Promise<void>;

/** The first integrand at y_t, [y.n]. `sde` is completed. */
export async function firstIntegrand(
  sde: Sde,
  score: ScoreField,
  trace: Trace,
  y: Batch,
  t: Float64Array,
  out: Float64Array,
): Promise<void> {
  const s = zeros(y.n, y.d);
  const part = new Float64Array(y.n);
  sde.divergence!(y, t, out);
  sde.noiseDivergence!.halfHessianTrace(y, t, part);
  for (let i = 0; i < y.n; i++) out[i]! -= part[i]!;
  await score.evaluate(y, t, { score: s });
  await trace(y, t, part);
  for (let i = 0; i < y.n; i++) out[i]! -= part[i]!;
  addNoiseProduct(sde, y, t, s, s, -0.5, out);
  if (sde.diffusion.dependsOn !== 'state') return;
  const divQ = zeros(y.n, y.d);
  sde.noiseDivergence!.divergence(y, t, divQ);
  for (let i = 0, k = 0; i < y.n; i++) for (let j = 0; j < y.d; j++, k++) out[i]! -= divQ.data[k]! * s.data[k]!;
}

/** The local integrand at y_t with the kernel's score g there, [y.n]. `sde` is completed. */
export async function localIntegrand(
  sde: Sde,
  score: ScoreField,
  y: Batch,
  t: Float64Array,
  g: Batch,
  out: Float64Array,
): Promise<void> {
  const s = zeros(y.n, y.d);
  sde.divergence!(y, t, out);
  await score.evaluate(y, t, { score: s });
  addNoiseProduct(sde, y, t, s, g, 1, out);
  addNoiseProduct(sde, y, t, s, s, -0.5, out);
}
