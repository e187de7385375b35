/**
 * One line of metrics.jsonl every `logEvery` steps:
 *
 *     { step, loss, bands: [{ from, to, loss }], gradientNorm, learningRate, heldOut: { loss, error, gap }, stepsPerSecond }
 *
 * Losses and norms are means over the steps since the line before.
 */
import type { Device, StepReport, TrainingState, TrainingStep } from '@fokker/core';
import { appendLine } from '../formats/jsonl.js';
import type { Progress } from '../progress.js';
import { heldOutLoss } from './held-out.js';
import { addStep, type BandLoss, type Bands, bandLosses, emptyWindow, type LogWindow, meanLoss } from './log-window.js';
import type { TrainingBatch } from './network.js';

export interface MetricsLine {
  readonly step: number;
  readonly loss: number;
  readonly bands: readonly BandLoss[];
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly heldOut?: { readonly loss: number; readonly error: number; readonly gap: number };
  readonly stepsPerSecond: number;
}

/** A held-out loss this many standard errors above the training loss is reported, once. */
const widestGap = 4;

export interface MetricsLogOptions {
  readonly path: string;
  readonly bands: Bands;
  readonly window: LogWindow | undefined;
  readonly device: Device;
  readonly step: TrainingStep;
  readonly heldOut: readonly TrainingBatch[];
  readonly rowsPerSample: number;
  readonly progress: Progress;
}

export interface MetricsLog {
  /** Sums of the interval that is open. */
  readonly window: LogWindow;
  add(report: StepReport, t: Float64Array, importance?: Float64Array): void;
  /** Mean loss of the open interval. */
  readonly loss: number;
  write(last: StepReport, state: TrainingState): Promise<void>;
}

export function createMetricsLog(options: MetricsLogOptions): MetricsLog {
  const { path, bands, device, step, heldOut, rowsPerSample, progress } = options;
  let window = options.window?.bandLoss.length === bands.count ? options.window : emptyWindow(bands.count);
  let since = performance.now();
  let timed = 0;
  let warned = false;

  const measureHeldOut = async (state: TrainingState) => {
    const { mean, error } = meanLoss(window);
    const held = await heldOutLoss(device, step, state, heldOut, rowsPerSample);
    const spread = Math.hypot(error, held.error);
    const gap = spread > 0 ? (held.mean - mean) / spread : 0;
    if (gap > widestGap && !warned) {
      warned = true;
      const text = `step ${state.step}: the loss on held-out paths is ${gap.toFixed(1)} standard errors above the training loss; the bank of paths may be too small`;
      progress({ kind: 'notice', text });
    }
    return { loss: held.mean, error: held.error, gap };
  };

  return {
    get window() {
      return window;
    },
    get loss() {
      return meanLoss(window).mean;
    },
    add(report, t, importance) {
      addStep(window, report, t, bands, importance);
      timed += 1;
    },
    async write(last, state) {
      const rate = timed / ((performance.now() - since) / 1000);
      const line: MetricsLine = {
        step: last.step,
        loss: meanLoss(window).mean,
        bands: bandLosses(window, bands),
        gradientNorm: window.gradientNorm / window.steps,
        learningRate: last.learningRate,
        ...(heldOut.length > 0 && { heldOut: await measureHeldOut(state) }),
        stepsPerSecond: rate,
      };
      await appendLine(path, line);
      window = emptyWindow(bands.count);
      since = performance.now();
      timed = 0;
    },
  };
}
