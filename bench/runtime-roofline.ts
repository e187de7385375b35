/**
 * The roof: ONNX Runtime's own product of 10 000 × 300 and 300 × 300 matrices, and how long it would take for the products of a training step.
 *
 *     seconds at the roof = FLOPs of the step's products / FLOPs a second of that one product
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { encodeModel } from '../packages/runtime/dist/onnx/encode.js';
import { traceTraining } from '../packages/runtime/dist/onnx/training-graph.js';
import type { Timed } from './runtime-peers.js';
import { batchOf, losses, networks, trainingStep } from './runtime-workloads.js';

const [n, k, m] = [10_000, 300, 300] as const;

/** 2 n k m for each product of n × k and k × m matrices. */
const flopsOf = async (workload: string, loss: string): Promise<number> => {
  const network = networks[workload]!;
  const { arrays } = batchOf(network, network.batch);
  const rows = Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, shape]));
  const { operations } = await traceTraining(trainingStep(network, losses[loss]!), network.batch, rows);
  return operations
    .filter(({ op }) => op === 'Gemm')
    .reduce((total, { inputs, shape, attributes }) => {
      const inner = inputs[0]!.shape['transA' in attributes ? 0 : 1]!;
      return total + 2 * shape[0]! * shape[1]! * inner;
    }, 0);
};

export const roofline = async (threads: number): Promise<Timed> => {
  const model = encodeModel({
    name: 'product',
    inputs: [
      { name: 'a', dtype: 'float32', shape: [n, k] },
      { name: 'b', dtype: 'float32', shape: [k, m] },
    ],
    outputs: [{ name: 'c', dtype: 'float32', shape: [n, m] }],
    initialisers: [],
    nodes: [{ op: 'Gemm', inputs: ['a', 'b'], outputs: ['c'], attributes: {} }],
  });
  const session = await InferenceSession.create(model, { intraOpNumThreads: threads });
  const matrix = (rows: number, columns: number): Tensor =>
    new Tensor(
      'float32',
      Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
      [rows, columns],
    );
  const feeds = { a: matrix(n, k), b: matrix(k, m) };
  const flops = new Map<string, Promise<number>>();
  await session.run(feeds);
  return {
    name: `ONNX Runtime sgemm ${n}×${k}×${m}`,
    async measure(workload, loss, steps) {
      const name = `${workload} ${loss}`;
      const count = flops.get(name) ?? flopsOf(workload, loss);
      flops.set(name, count);
      const total = await count;
      const start = performance.now();
      for (let i = 0; i < steps; i++) await session.run(feeds);
      const seconds = (performance.now() - start) / 1000 / steps;
      return (seconds * total) / (2 * n * k * m);
    },
    close: () => void session.release(),
  };
};
