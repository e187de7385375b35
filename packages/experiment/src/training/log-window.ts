/**
 * What is added up between two lines of metrics.jsonl: losses in all and by time band, gradient norms. Kept in a checkpoint, so that a resumed run logs the same line.
 *
 * Band b of B holds times t0 + [b, b + 1) (T − t0)/B.
 */
import type { StepReport } from '@fokker/core';
import { z } from 'zod';

export const windowSchema = z.object({
  steps: z.int().nonnegative(),
  loss: z.number(),
  lossSquared: z.number(),
  gradientNorm: z.number(),
  bandLoss: z.array(z.number()),
  bandRows: z.array(z.number().nonnegative()),
});
/** Sums; all zero after a line was written. */
export type LogWindow = z.infer<typeof windowSchema>;

export interface Bands {
  readonly t0: number;
  readonly T: number;
  readonly count: number;
}

export const emptyWindow = (bands: number): LogWindow => ({
  steps: 0,
  loss: 0,
  lossSquared: 0,
  gradientNorm: 0,
  bandLoss: new Array<number>(bands).fill(0),
  bandRows: new Array<number>(bands).fill(0),
});

export const bandOf = ({ t0, T, count }: Bands, t: number): number =>
  Math.min(count - 1, Math.max(0, Math.floor(((t - t0) / (T - t0)) * count)));

export const bandEnds = ({ t0, T, count }: Bands, band: number): { from: number; to: number } => ({
  from: t0 + (band / count) * (T - t0),
  to: t0 + ((band + 1) / count) * (T - t0),
});

/** Adds one step; `t` holds the time of each row, `importance` what its loss was multiplied by. */
export function addStep(
  window: LogWindow,
  report: StepReport,
  t: Float64Array,
  bands: Bands,
  importance?: Float64Array,
): void {
  window.steps += 1;
  window.loss += report.loss;
  window.lossSquared += report.loss ** 2;
  window.gradientNorm += report.gradientNorm;
  for (let i = 0; i < t.length; i++) {
    const band = bandOf(bands, t[i]!);
    window.bandLoss[band]! += report.perSample[i]!;
    window.bandRows[band]! += importance?.[i] ?? 1;
  }
}

/** Mean of the step losses and its standard error. */
export function meanLoss({ steps, loss, lossSquared }: LogWindow): { mean: number; error: number } {
  const mean = loss / steps;
  const variance = steps > 1 ? Math.max(0, lossSquared - steps * mean * mean) / (steps - 1) : 0;
  return { mean, error: Math.sqrt(variance / steps) };
}

export interface BandLoss {
  readonly from: number;
  readonly to: number;
  /** Null where no row of the interval fell into the band. */
  readonly loss: number | null;
}

export const bandLosses = ({ bandLoss, bandRows }: LogWindow, bands: Bands): BandLoss[] =>
  bandLoss.map((sum, band) => ({
    ...bandEnds(bands, band),
    loss: bandRows[band] === 0 ? null : sum / bandRows[band]!,
  }));
