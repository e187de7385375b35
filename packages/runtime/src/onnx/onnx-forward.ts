/**
 * A network as a compiled graph with its parameters inside, at any number of rows. It is compiled when the first batch says what its inputs are; large batches
 * are computed in blocks that stay in the processor's cache.
 */
import type { DeviceBatch, Forward, Params, TensorMap, Tensors } from '@fokker/core';
import type { Tensor2D } from '@fokker/ops';
import { checkOutput } from '../check-output.js';
import { refuseClosedForward } from '../closed.js';
import { checkLayout } from '../state.js';
import { createQueue } from '../turns.js';
import { forwardGraph } from './forward-graph.js';
import type { LoadedModel, OnnxBackend } from './onnx-backend.js';
import { buffersOf, checkBatch, createPool, packBatches, rowShapes } from './pack.js';

export const createOnnxForward = (
  backend: OnnxBackend,
  apply: (params: TensorMap, batch: Tensors) => Tensor2D,
  given: Params,
): Forward => {
  checkLayout(given.layout, given.data.length);
  const params: Params = { layout: given.layout, data: given.data.slice() };
  const models = new Map<string, Promise<LoadedModel>>();
  const inTurn = createQueue();
  const pool = createPool();
  let open = true;

  const compile = async (batch: DeviceBatch): Promise<LoadedModel> => {
    const graph = await forwardGraph((p, inputs) => ({ out: apply(p, inputs) }), params, rowShapes(batch));
    return backend.load(graph, backend.block * params.data.length, false);
  };
  const modelFor = (batch: DeviceBatch): Promise<LoadedModel> => {
    const signature = JSON.stringify(rowShapes(batch));
    const known = models.get(signature) ?? compile(batch);
    models.set(signature, known);
    known.catch(() => models.delete(signature));
    return known;
  };

  return {
    run: (batch, out) =>
      inTurn(async () => {
        if (!open) refuseClosedForward();
        checkBatch(batch);
        const { session, inputs: names } = await modelFor(batch);
        const arrays = Object.entries(packBatches([batch], (name) => names.has(`row/${name}`), pool));
        const inputs = Object.fromEntries(
          arrays.map(([name, { data, shape }]) => [`row/${name}`, { data, shape: shape.slice(1) }]),
        );
        const ask = { session, inputs, rows: batch.n, block: backend.block };
        const { out: values, spent } = await backend.ask('infer', ask, buffersOf(inputs));
        pool.give(spent);
        checkOutput(values, batch.n, batch.n, out);
        out.set(values);
      }),
    dispose() {
      if (!open) return;
      open = false;
      for (const model of models.values()) backend.unload(model);
    },
  };
};
