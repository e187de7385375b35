/**
 * tr(Q ∂s/∂y) row by row, for batches whose rows come and go: exact by the columns of G, or along one fixed direction a row and probe (Hutchinson 1990; Grathwohl et al. 2019).
 *
 *     tr(Q ∂s/∂y) = E[(Gξ)ᵀ ∂s/∂y (Gξ)],   ξ_j = ±1
 *
 * Gξ lies in range(Q): under degenerate noise nothing is asked of the score elsewhere. ξ of row i and probe k depends on (key, k, first + i) alone.
 */
import {
  applyNoise,
  type Batch,
  entriesLength,
  fillRademacher,
  growing,
  type LikelihoodJob,
  scoreDivergence,
} from '@fokker/core';
import { z } from 'zod';

export const traceOptions = z.object({
  trace: z
    .enum(['auto', 'exact', 'hutchinson'])
    .default('auto')
    .describe('exact: a derivative along every noise direction; hutchinson: along random ones; auto: exact up to 16'),
  probes: z.int().min(1).max(1000).default(8).describe('random directions a row, each carried by itself'),
});
export type TraceOptions = z.infer<typeof traceOptions>;

const mostExact = 16;

export interface NoiseTrace {
  /** How many estimates a row has; 1 where they are exact. */
  readonly probes: number;
  readonly exact: boolean;
  /** Estimate k of tr(Q ∂s/∂y), [y.n]; row r of y is row rows[r] of the job. */
  trace(k: number, y: Batch, t: Float64Array, rows: Int32Array, out: Float64Array): Promise<void>;
}

export function createNoiseTrace(job: LikelihoodJob, { trace, probes }: TraceOptions): NoiseTrace {
  const { sde, score, key, first = 0, data } = job;
  const { diffusion, dim: d } = sde;
  const m = diffusion.noiseDim;
  if (trace === 'exact' || (trace === 'auto' && m <= mostExact)) {
    return { probes: 1, exact: true, trace: (_k, y, t, _rows, out) => scoreDivergence(sde, score, y, t, out) };
  }
  const signs = Array.from({ length: probes }, (_, k) => {
    const xi = new Float64Array(data.n * m);
    fillRademacher(key.at('probe', k), first, data.n, m, xi);
    return xi;
  });
  const entries = new Float64Array(entriesLength(diffusion));
  const directions = growing(d);
  return {
    probes,
    exact: false,
    async trace(k, y, t, rows, out) {
      const w = directions(y.n);
      w.data.fill(0);
      for (let r = 0; r < y.n; r++) {
        diffusion.entries(t[r]!, entries, y.data, r * d);
        applyNoise(diffusion, entries, signs[k]!, rows[r]! * m, 1, w.data, r * d);
      }
      await score.evaluate(y, t, { directional: { along: [w], out } });
    },
  };
}
