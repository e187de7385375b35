/**
 * The bench of `modelContract` (@fokker/core/testing): networks evaluated and differentiated on a device, the plain JavaScript one unless told otherwise.
 */
import type { DeviceBatch, Params, ScoreModel } from '@fokker/core';
import { type ModelBench, plainDescent } from '@fokker/core/testing';
import { squaredNorm, sub } from '@fokker/ops';
import { initialState } from '../state.js';
import { using } from './using.js';

/** What the network reads: all but the target. */
const inputsOf = ({ n, arrays: { target: _, ...arrays } }: DeviceBatch): DeviceBatch => ({ n, arrays });

export const modelBench = (id = 'cpu'): ModelBench => ({
  forward: (model: ScoreModel, params: Params, batch: DeviceBatch) =>
    using(id, async (device) => {
      const program = await device.forward((tensors, inputs) => model.apply(tensors, inputs), params);
      try {
        const width = batch.arrays.target!.shape[0]!;
        const out = new Float64Array(batch.n * width);
        await program.run(inputsOf(batch), out);
        return out;
      } finally {
        program.dispose();
      }
    }),
  gradient: (model: ScoreModel, params: Params, batch: DeviceBatch) =>
    using(id, async (device) => {
      const program = await device.compile(
        {
          layout: params.layout,
          loss: (tensors, { target, ...inputs }) => squaredNorm(sub(model.apply(tensors, inputs), target!)),
          optimiser: plainDescent,
        },
        initialState(params, plainDescent),
      );
      try {
        await program.run([batch]);
        return (await program.state()).slots.velocity!;
      } finally {
        program.dispose();
      }
    }),
});
