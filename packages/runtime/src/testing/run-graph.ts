/** Runs a graph once, for tests: encoded, given to ONNX Runtime, its outputs as plain arrays. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Graph } from '../graph/graph.js';
import { encodeModel } from '../onnx/encode.js';
import { lower } from '../onnx/model.js';

export type Numbers = ArrayLike<number>;

export const runGraph = async (
  graph: Graph,
  feeds: Readonly<Record<string, Numbers>>,
): Promise<Record<string, Float32Array>> => {
  const session = await InferenceSession.create(encodeModel(lower(graph, { name: 'test' })), { intraOpNumThreads: 1 });
  const tensors = graph.inputs.map(({ name, dtype, shape }) => {
    const numbers = Array.from(feeds[name]!);
    const data =
      dtype === 'bool'
        ? Uint8Array.from(numbers)
        : dtype === 'int32'
          ? Int32Array.from(numbers)
          : Float32Array.from(numbers);
    return [name, new Tensor(dtype === 'int64' ? 'int32' : dtype, data, [...shape])] as const;
  });
  const results = await session.run(Object.fromEntries(tensors));
  const entries = graph.outputs.map(
    ({ name }) => [name, Float32Array.from(results[name]!.data as Float32Array)] as const,
  );
  await session.release();
  return Object.fromEntries(entries);
};
