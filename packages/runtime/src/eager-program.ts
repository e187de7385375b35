/**
 * A training step on a tfjs backend: loss and gradient in tensors, the optimiser on the host's flat vector (1–3 % of a step there, against one kernel call for
 * every operation and array).
 *
 *     ℓ = loss(p, batch) [n],    L = mean ℓ (float64, in row order),    g = ∇_p L,
 *     then clip, optimiser and average of `optimiser.ts`; if L or ‖g‖ is not finite the state stays as it was, its step count too, and the run ends
 *     there: its reports end with that step, so the state is the last good one however many batches were sent along.
 *
 * Throws E_SHAPE for a loss that is not one number a row, E_DEVICE for an operation the backend lacks.
 */
import type { DeviceBatch, ParameterLayout, Program, StepReport, TrainingState, TrainingStep } from '@fokker/core';
import { engine, fill, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type EagerBackend, using } from './backends/backend.js';
import { createUploader, uploadParameters } from './bridge.js';
import { checkLoss } from './check-loss.js';
import { refuseClosedProgram } from './closed.js';
import { explainMissingKernel } from './missing-kernel.js';
import { gradientNorm, learningRate, updateParameters } from './optimiser.js';
import { copyState } from './state.js';
import { createBreather, createQueue } from './turns.js';

/** Writes the arrays of a gradient into the flat vector; parameters that the loss does not reach have none. */
const flatten = (
  layout: readonly ParameterLayout[],
  arrays: readonly (Tensor | null | undefined)[],
  flat: Float32Array,
): void => {
  flat.fill(0);
  layout.forEach(({ offset }, i) => {
    const array = arrays[i];
    if (array) flat.set(array.dataSync() as Float32Array, offset);
  });
};

const mean = (values: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};

export const createEagerProgram = (backend: EagerBackend, step: TrainingStep, initial: TrainingState): Program => {
  const { layout, optimiser } = step;
  const current = copyState(initial, layout, optimiser);
  const gradient = new Float32Array(current.params.length);
  const uploader = createUploader();
  const inTurn = createQueue();
  let done = current.step;
  let open = true;

  const checkOpen = (): void => {
    if (!open) refuseClosedProgram();
  };

  /** Fills `gradient`, returns ℓ. */
  const evaluate = (batch: DeviceBatch): Float32Array =>
    tidy(() => {
      const params = uploadParameters(layout, current.params);
      const inputs = uploader.upload(batch);
      const { value, grads } = engine().gradients<Tensor>(
        () => {
          const loss = step.loss(params, inputs);
          checkLoss(loss, batch.n);
          return loss;
        },
        layout.map(({ name }) => params[name]!),
        fill([batch.n], 1 / batch.n),
        true,
      );
      flatten(layout, grads, gradient);
      return Float32Array.from(value.dataSync());
    });

  const take = (batch: DeviceBatch): StepReport => {
    const perSample = explainMissingKernel(backend, () => evaluate(batch));
    const loss = mean(perSample);
    const norm = gradientNorm(gradient);
    const k = done + 1;
    const finite = Number.isFinite(Math.fround(loss)) && Number.isFinite(norm);
    if (finite) {
      updateParameters(optimiser, k, gradient, norm, current);
      done = k;
    }
    return { step: k, loss, gradientNorm: norm, learningRate: learningRate(optimiser, k), finite, perSample };
  };

  return {
    run: (batches) =>
      inTurn(async () => {
        const breathe = createBreather();
        const reports: StepReport[] = [];
        for (const batch of batches) {
          checkOpen();
          const report = await using(backend, () => take(batch));
          reports.push(report);
          if (!report.finite) break;
          await breathe();
        }
        return reports;
      }),
    state: () =>
      inTurn(async () => {
        checkOpen();
        return { ...copyState(current, layout, optimiser), step: done };
      }),
    dispose() {
      open = false;
    },
  };
};
