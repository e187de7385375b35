/**
 * A forward function on a tfjs backend with its parameters kept there. Large batches are cut into blocks of rows that stay in the processor's cache; a row's
 * value depends on its own inputs alone.
 */
import type { DeviceBatch, Forward, Params, TensorMap, Tensors } from '@fokker/core';
import { type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { type EagerBackend, using } from './backends/backend.js';
import { createUploader, uploadParameters } from './bridge.js';
import { checkOutput } from './check-output.js';
import { refuseClosedForward } from './closed.js';
import { explainMissingKernel } from './missing-kernel.js';
import { checkLayout } from './state.js';
import { createBreather, createQueue } from './turns.js';

export type Apply = (params: TensorMap, batch: Tensors) => Tensor2D;

export const createEagerForward = async (backend: EagerBackend, apply: Apply, params: Params): Promise<Forward> => {
  checkLayout(params.layout, params.data.length);
  const kept = await using(backend, () => uploadParameters(params.layout, params.data.slice()));
  const uploader = createUploader();
  const inTurn = createQueue();
  let open = true;

  const block = (batch: DeviceBatch, first: number, rows: number, out: Float64Array): void => {
    tidy(() => {
      const values = explainMissingKernel(backend, () => apply(kept, uploader.upload(batch, first, rows))).dataSync();
      checkOutput(values, rows, batch.n, out);
      out.set(values, first * (out.length / batch.n));
    });
  };

  return {
    run: (batch, out) =>
      inTurn(async () => {
        if (!open) refuseClosedForward();
        const breathe = createBreather();
        for (let first = 0; first < batch.n; first += backend.rows) {
          const rows = Math.min(backend.rows, batch.n - first);
          await using(backend, () => block(batch, first, rows, out));
          await breathe();
        }
      }),
    dispose() {
      if (!open) return;
      open = false;
      for (const tensor of Object.values(kept)) tensor.dispose();
    },
  };
};
