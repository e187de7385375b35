/**
 * What a process with a score follows.
 *
 *     v(y, t) = f(y, t) − c [ ∇·Q(y, t) + Q(y, t) s(y, t) ]       c = 1: reverse drift (used with h < 0);  c = ½: probability flow       (MATH §1)
 *     ∇·u     = ∇·f − ½ ∂∂:Q − ½ [ (∇·Q)·s + tr(Q ∂s/∂y) ]       of the flow u, c = ½
 *
 * ∇·Q and ∂∂:Q = Σ ∂_i ∂_j Q_ij are zero unless the noise depends on the state. Of the score only Q s is read: with degenerate noise its other components never matter. One
 * `ScoreField.evaluate` per velocity, on the whole batch; buffers grow to the largest batch and are kept.
 */
import type { Batch } from '../contracts/batch.js';
import type { ScoreField } from '../contracts/model.js';
import type { Sde } from '../contracts/sde.js';
import { applyQ, entriesLength, growing } from '../numerics/index.js';

/** Writes v; a time a row. */
export type Velocity = (y: Batch, t: Float64Array, out: Batch) => Promise<void>;

/** `seen` is shown s(y, t) of every call, and ∇·Q where it is not zero: for who needs them too. */
export function createVelocity(
  { sde, score }: { readonly sde: Sde; readonly score: ScoreField },
  c: 1 | 0.5,
  seen?: (s: Batch, divQ: Batch | undefined) => void,
): Velocity {
  const { diffusion, dim: d } = sde;
  const [scores, divergences] = [growing(d), growing(d)];
  const entries = new Float64Array(entriesLength(diffusion));
  const ofState = diffusion.dependsOn === 'state';
  return async (y, t, out) => {
    const s = scores(y.n);
    sde.drift(y, t, out);
    await score.evaluate(y, t, { score: s });
    const divQ = ofState ? divergences(y.n) : undefined;
    if (divQ !== undefined) {
      sde.noiseDivergence!.divergence(y, t, divQ);
      for (let k = 0; k < divQ.data.length; k++) out.data[k]! -= c * divQ.data[k]!;
    }
    seen?.(s, divQ);
    let held = Number.NaN;
    for (let i = 0; i < y.n; i++) {
      if (ofState) diffusion.entries(t[i]!, entries, y.data, i * d);
      else if (t[i] !== held) diffusion.entries(t[i]!, entries);
      held = t[i]!;
      applyQ(diffusion, entries, s.data, i * d, -c, out.data, i * d);
    }
  };
}
