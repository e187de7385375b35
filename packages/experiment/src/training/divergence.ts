/** What is said when a loss or its gradient leaves the finite numbers: which step, which sample, which time band, where to go on from. */
import { fail, type StepReport } from '@fokker/core';
import { type Bands, bandEnds, bandOf } from './log-window.js';
import type { TrainingBatch } from './network.js';

export interface Divergence {
  readonly report: StepReport;
  readonly batch: TrainingBatch;
  readonly bands: Bands;
  /** Index of the batch's first sample. */
  readonly firstSample: number;
  readonly rowsPerSample: number;
  /** Folder of the state before the step. */
  readonly checkpoint: string;
}

/** The first row whose loss is not finite, else the one with the largest. */
function worstRow(losses: Float32Array): number {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  return bad >= 0 ? bad : losses.reduce((best, loss, i) => (loss > losses[best]! ? i : best), 0);
}

/** Throws E_DIVERGED. */
export function refuseDivergence({ report, batch, bands, firstSample, rowsPerSample, checkpoint }: Divergence): never {
  const row = worstRow(report.perSample);
  const t = batch.t[row]!;
  const { from, to } = bandEnds(bands, bandOf(bands, t));
  const sample = firstSample + Math.floor(row / rowsPerSample);
  return fail('E_DIVERGED', {
    summary: `training left the finite numbers at step ${report.step}`,
    got: `loss ${report.loss}, gradient norm ${report.gradientNorm}; sample ${sample} at t = ${t}, in the time band [${from}, ${to}], has loss ${report.perSample[row]}`,
    expected: 'a finite loss and a finite gradient',
    tryThis: [
      `the last good state is ${checkpoint}`,
      'training.optimiser.learningRate: a smaller one',
      'training.optimiser.clip: a smaller gradient norm',
    ],
  });
}
