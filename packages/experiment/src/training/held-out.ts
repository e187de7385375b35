/**
 * The loss on paths that training never sees. A finite bank of paths has a score of its own; a network that learns it does better on its own paths than on these.
 *
 *     gap = (held-out loss − training loss) / √(se² + se²)
 *
 * The same loss, parameters and batch shape as in training, through a program whose learning rate is zero.
 */
import type { Device, TrainingState, TrainingStep } from '@fokker/core';
import type { TrainingBatch } from './network.js';

export interface HeldOutLoss {
  readonly mean: number;
  /** Standard error of the mean over samples. */
  readonly error: number;
}

export async function heldOutLoss(
  device: Device,
  step: TrainingStep,
  state: TrainingState,
  batches: readonly TrainingBatch[],
  rowsPerSample: number,
): Promise<HeldOutLoss> {
  const probe = await device.compile({ ...step, optimiser: { ...step.optimiser, learningRate: 0 } }, state);
  try {
    let samples = 0;
    let sum = 0;
    let squares = 0;
    for (const { perSample } of await probe.run(batches)) {
      for (let i = 0; i < perSample.length; i += rowsPerSample) {
        let loss = 0;
        for (let k = 0; k < rowsPerSample; k++) loss += perSample[i + k]! / rowsPerSample;
        samples += 1;
        sum += loss;
        squares += loss * loss;
      }
    }
    const mean = sum / samples;
    const variance = samples > 1 ? Math.max(0, squares - samples * mean * mean) / (samples - 1) : 0;
    return { mean, error: Math.sqrt(variance / samples) };
  } finally {
    probe.dispose();
  }
}
