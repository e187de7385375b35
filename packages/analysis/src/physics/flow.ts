/**
 * The velocity of the probability current, and what it is made of (MATH §1, §7):
 *
 *     j = p u,    u = f̃ − ½ Q s,    f̃ = f − ½ ∇·Q,    (∇·Q)_i = Σ_j ∂_j Q_ij
 *     ∇·u = ∇·f − ½ ∂∂:Q − ½ [ (∇·Q)·s + tr(Q ∂s/∂y) ]
 *
 * Of the score only its part in range(Q) enters. tr(Q ∂s/∂y) comes from the directional derivatives of the field, exactly.
 * Throws E_CAPABILITY for a field without what is asked of it.
 */
import {
  applyQ,
  type Batch,
  completeSde,
  entriesLength,
  fail,
  type NoiseRange,
  noiseRangeOf,
  type ScoreField,
  type Sde,
  scoreDivergence,
  zeros,
} from '@fokker/core';
import type { Driven } from './states.js';

/** Row by row, [n, d] and [n]. */
export interface FlowRows {
  readonly y: Batch;
  readonly t: Float64Array;
  readonly s: Batch;
  readonly f: Batch;
  /** f̃ */
  readonly drift: Batch;
  readonly u: Batch;
  /** s·Q s */
  readonly fisher: Float64Array;
}
export interface FlowDivergences {
  /** ∇·f */
  readonly drift: Float64Array;
  /** ½ ∂∂:Q */
  readonly noise: Float64Array;
  /** ∇·u */
  readonly u: Float64Array;
}

export interface Flow {
  readonly sde: Sde;
  readonly score: ScoreField;
  readonly range: NoiseRange;
  at(y: Batch, time: number): Promise<FlowRows>;
  divergences(rows: FlowRows): Promise<FlowDivergences>;
}

const lacking = (what: string, { provides }: ScoreField): never =>
  fail('E_CAPABILITY', {
    summary: `this estimator needs ${what}`,
    got: `a field that provides ${[...provides].join(', ') || 'nothing'}`,
    expected: "'score'",
    tryThis: ['a trained run', 'analyticField({ score }), for a score in closed form'],
  });

export function createFlow({ sde: given, score }: Driven): Flow {
  const sde = completeSde(given);
  if (!score.provides.has('score')) lacking('a score', score);
  const { dim: d, diffusion, noiseDivergence } = sde;
  const constant = diffusion.dependsOn !== 'state';
  const entries = new Float64Array(entriesLength(diffusion));

  return {
    sde,
    score,
    range: noiseRangeOf(sde),
    async at(y, time) {
      const { n } = y;
      const t = new Float64Array(n).fill(time);
      const [s, f, drift, u] = [zeros(n, d), zeros(n, d), zeros(n, d), zeros(n, d)];
      const fisher = new Float64Array(n);
      await score.evaluate(y, t, { score: s });
      sde.drift(y, t, f);
      if (constant) diffusion.entries(time, entries);
      else noiseDivergence!.divergence(y, t, drift);
      const qs = new Float64Array(d);
      for (let i = 0, k = 0; i < n; i++) {
        if (!constant) diffusion.entries(time, entries, y.data, i * d);
        qs.fill(0);
        applyQ(diffusion, entries, s.data, i * d, 1, qs, 0);
        for (let j = 0; j < d; j++, k++) {
          drift.data[k] = f.data[k]! - 0.5 * drift.data[k]!;
          u.data[k] = drift.data[k]! - 0.5 * qs[j]!;
          fisher[i]! += s.data[k]! * qs[j]!;
        }
      }
      return { y, t, s, f, drift, u, fisher };
    },
    async divergences({ y, t, s, f, drift }) {
      const { n } = y;
      const [ofDrift, ofNoise, ofU] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
      await scoreDivergence(sde, score, y, t, ofU);
      sde.divergence!(y, t, ofDrift);
      noiseDivergence!.halfHessianTrace(y, t, ofNoise);
      for (let i = 0; i < n; i++) {
        // f − f̃ = ½ ∇·Q
        let along = 0;
        for (let k = i * d; k < (i + 1) * d; k++) along += 2 * (f.data[k]! - drift.data[k]!) * s.data[k]!;
        ofU[i] = ofDrift[i]! - ofNoise[i]! - 0.5 * (ofU[i]! + along);
      }
      return { drift: ofDrift, noise: ofNoise, u: ofU };
    },
  };
}
