/**
 * A score given by a formula as a field. Directional derivatives, where none are given, are central differences of fourth order along w,
 *
 *     wᵀ (∂s/∂y) w ≈ w · Σ_c a_c s(y + c h w) / (12 h),    h ‖w‖ = 1e-3 max(1, ‖y‖)
 *
 * with a relative error of about 1e-11 for a score that varies on the scale of y itself. Throws E_CAPABILITY when asked for a potential it was not given.
 */

import { type Batch, type ScalarField, type VectorField, zeros } from '../contracts/batch.js';
import type { ScoreField, ScoreOutputs } from '../contracts/model.js';
import { fail } from '../errors.js';
import { centralDifference } from '../numerics/differences.js';

export interface AnalyticScore {
  readonly score: VectorField;
  /** log p_t, up to what the score does not fix. */
  readonly potential?: ScalarField;
  /** wᵀ (∂s/∂y) w of each row, added to `out`. */
  readonly directional?: (y: Batch, t: Float64Array, w: Batch, out: Float64Array) => void;
}

const relativeStep = 1e-3;

const length = ({ data, d }: Batch, i: number): number => {
  let squares = 0;
  for (let j = i * d; j < (i + 1) * d; j++) squares += data[j]! ** 2;
  return Math.sqrt(squares);
};

const byDifferences =
  (score: VectorField): NonNullable<AnalyticScore['directional']> =>
  (y, t, w, out) => {
    const { n, d } = y;
    const [moved, s] = [zeros(n, d), zeros(n, d)];
    const step = Float64Array.from({ length: n }, (_, i) => {
      const size = length(w, i);
      return size > 0 ? (relativeStep * Math.max(1, length(y, i))) / size : 1;
    });
    for (const [offset, weight] of centralDifference) {
      for (let i = 0, k = 0; i < n; i++) {
        for (let j = 0; j < d; j++, k++) moved.data[k] = y.data[k]! + offset * step[i]! * w.data[k]!;
      }
      score(moved, t, s);
      for (let i = 0, k = 0; i < n; i++) {
        let along = 0;
        for (let j = 0; j < d; j++, k++) along += w.data[k]! * s.data[k]!;
        out[i]! += (weight * along) / (12 * step[i]!);
      }
    }
  };

export const analyticField = ({ score, potential, directional = byDifferences(score) }: AnalyticScore): ScoreField => {
  const names: (keyof ScoreOutputs)[] = ['score', 'directional'];
  if (potential !== undefined) names.push('potential');
  return {
    provides: new Set(names),
    async evaluate(y, t, out) {
      if (out.score !== undefined) score(y, t, out.score);
      if (out.potential !== undefined) (potential ?? noPotential)(y, t, out.potential);
      if (out.directional === undefined) return;
      out.directional.out.fill(0, 0, y.n);
      for (const w of out.directional.along) directional(y, t, w, out.directional.out);
    },
  };
};

const noPotential = (): never =>
  fail('E_CAPABILITY', {
    summary: 'this score has no potential',
    got: 'a formula for the score alone',
    expected: "'potential', log p_t up to what the score does not fix",
    tryThis: ['analyticField({ score, potential })'],
  });
