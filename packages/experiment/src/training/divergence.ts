/** What is said when a loss or its gradient leaves the finite numbers, or the loss runs away from them (`loss-guard.ts`): which step, which sample, which time band, where to go on from. */
import { fail, type StepReport } from '@fokker/core';
import { rounded } from '../numbers.js';
import { type Bands, bandEnds, bandOf } from './log-window.js';
import type { Excess } from './loss-guard.js';
import type { TrainingBatch } from './network.js';

export interface Divergence {
  readonly report: StepReport;
  readonly batch: TrainingBatch;
  readonly bands: Bands;
  /** Index of the batch's first sample. */
  readonly firstSample: number;
  readonly rowsPerSample: number;
  /** Folder of the last good state, if there is one. */
  readonly checkpoint: string | undefined;
  /** Of a loss that is finite. */
  readonly excess?: Excess | undefined;
}

/** The first row whose loss is not finite, else the one with the largest. */
function worstRow(losses: Float32Array): number {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  return bad >= 0 ? bad : losses.reduce((best, loss, i) => (Math.abs(loss) > Math.abs(losses[best]!) ? i : best), 0);
}

const figure = (x: number): number => rounded(x, 4);

/** Throws E_DIVERGED. */
export function refuseDivergence(divergence: Divergence): never {
  const { report, batch, bands, firstSample, rowsPerSample, checkpoint, excess } = divergence;
  const row = worstRow(report.perSample);
  const t = batch.t[row]!;
  const { from, to } = bandEnds(bands, bandOf(bands, t));
  const sample = firstSample + Math.floor(row / rowsPerSample);
  const { learningRate, loss, gradientNorm } = report;
  return fail('E_DIVERGED', {
    summary: excess
      ? `the loss ran away by step ${report.step}`
      : `training left the finite numbers at step ${report.step}`,
    got: `loss ${figure(loss)}${excess ? `, median ${figure(excess.median)} since step ${excess.before}` : ''}, gradient norm ${figure(gradientNorm)}; sample ${sample} at t = ${figure(t)}, in the time band [${figure(from)}, ${figure(to)}], has loss ${figure(report.perSample[row]!)}`,
    expected: excess
      ? `losses of the size ${figure(excess.scale)} that a score of zero has`
      : 'a finite loss and a finite gradient',
    tryThis: [
      checkpoint === undefined ? 'no state was saved before: begin again' : `the last good state is ${checkpoint}`,
      `training.optimiser.learningRate: less than the ${figure(learningRate)} of this step`,
      'training.optimiser.clip: a smaller gradient norm',
      ...(excess ? ['training.divergence: a larger multiple, or off, where such losses are meant'] : []),
    ],
  });
}
