/**
 * A training step whose rows go through the network in blocks. The arrays between operations of a large batch do not fit the processor's caches, and elementwise
 * operations then wait for memory; those of a block do. A sample's rows stay together and no sample's loss depends on another, so
 *
 *     g = Σ_blocks ∇_p Σ_{i in block} ℓ_i / n
 *
 * is a loop, `Scan`, over blocks with the gradient as its state, and clipping and optimiser follow once. Losses are the same numbers; the gradient's sums have
 * another order.
 */
import type { TrainingStep } from '@fokker/core';
import { add } from '@fokker/ops';
import type { Graph } from '../graph/graph.js';
import { type Shape, sizeOf } from '../graph/value.js';
import { trace } from '../trace/trace.js';
import type { OnnxGraph, OnnxNode, TensorType } from './encode.js';
import { lower } from './model.js';
import {
  batchSpecs,
  lossAndGradient,
  named,
  parameterCount,
  type RowShapes,
  stateSpecs,
  traceTraining,
  updateWith,
} from './training-graph.js';

/** Numbers in the widest array of a block: 0.6 MB, so that a few of them fit the second-level cache. */
const largest = 160_000;
/** Products of fewer rows are slow, and a loop costs some 20 µs a turn. */
const fewestRows = 128;

/** Rows of a block: a divisor of n in whole samples; n where blocks do not pay. */
export const blockRows = (whole: Graph, n: number, rowsPerSample = 1): number => {
  const wide = whole.operations.filter(({ shape }) => shape[0] === n).map(({ shape }) => sizeOf(shape) / n);
  const most = Math.floor(largest / Math.max(1, ...wide));
  if (most < fewestRows || most >= n) return n;
  for (let rows = most; rows >= Math.max(fewestRows, most / 4); rows--) {
    if (n % rows === 0 && rows % rowsPerSample === 0) return rows;
  }
  return n;
};

const traceBlock = (step: TrainingStep, n: number, rows: number, shapes: RowShapes): Promise<Graph> =>
  trace(
    ({ gradient: before, 'state/params': flat, ...given }) => {
      const batch = named('step/batch', Object.keys(shapes), given);
      const { losses, gradient } = lossAndGradient(step, flat!, batch, rows, n);
      return { next: add(before!, gradient), losses };
    },
    {
      gradient: { shape: [parameterCount(step)] },
      'state/params': { shape: [parameterCount(step)] },
      ...batchSpecs(shapes, rows),
    },
  );

const traceUpdate = (step: TrainingStep, n: number): Promise<Graph> =>
  trace(({ losses, gradient, ...given }) => updateWith(step, given, losses!, gradient!), {
    ...stateSpecs(step),
    losses: { shape: [n] },
    gradient: { shape: [parameterCount(step)] },
  });

/** Names inside the loop: none may be in use around it. */
const inside = (name: string): string => `block/${name}`;
const moved = (type: TensorType): TensorType => ({ ...type, name: inside(type.name) });

/** The loop's body; it reads the parameters from around it. */
const bodyOf = (block: OnnxGraph): OnnxGraph => {
  const isGradient = ({ name }: TensorType): boolean => name === 'gradient';
  const arrays = block.inputs.filter((type) => !isGradient(type) && type.name !== 'state/params');
  return {
    name: 'block of rows',
    inputs: [...block.inputs.filter(isGradient), ...arrays].map(moved),
    outputs: block.outputs.map(moved),
    initialisers: block.initialisers.map((constant) => ({ ...constant, name: inside(constant.name) })),
    nodes: block.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(inside),
      outputs: node.outputs.map(inside),
    })),
  };
};

const node = (
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({ op, inputs, outputs, attributes });

const assemble = (block: OnnxGraph, update: OnnxGraph, count: number, rows: number): OnnxGraph => {
  const body = bodyOf(block);
  const arrays = block.inputs.filter(({ name }) => name.startsWith('step/batch/'));
  const list = (name: string, shape: Shape) => ({
    name,
    dtype: 'int64' as const,
    shape: [shape.length],
    elements: BigInt64Array.from(shape, BigInt),
  });
  const extents = (type: TensorType): number[] => type.shape.map(Number);
  const size = extents(update.inputs.find(({ name }) => name === 'gradient')!);
  const whole = arrays.map((type): TensorType => ({ ...type, shape: [count * rows, ...type.shape.slice(1)] }));
  return {
    name: 'training step in blocks',
    inputs: [...update.inputs.filter(({ name }) => name !== 'gradient' && name !== 'losses'), ...whole],
    outputs: update.outputs,
    initialisers: [
      ...update.initialisers,
      ...arrays.map((type) => list(`shape/${type.name}`, [count, ...extents(type)])),
      list('shape/gradient', size),
      list('shape/losses', [count * rows]),
    ],
    nodes: [
      node('Identity', ['state/params'], [inside('state/params')]),
      ...arrays.map(({ name }) => node('Reshape', [name, `shape/${name}`], [`blocks/${name}`])),
      node('ConstantOfShape', ['shape/gradient'], ['blocks/zero']),
      node('Scan', ['blocks/zero', ...arrays.map(({ name }) => `blocks/${name}`)], ['gradient', 'blocks/losses'], {
        body: { graph: body },
        num_scan_inputs: { int: arrays.length },
      }),
      node('Reshape', ['blocks/losses', 'shape/losses'], ['losses']),
      ...update.nodes,
    ],
  };
};

/** The step in blocks of so many rows, a divisor of n. */
export const lowerBlocks = async (
  step: TrainingStep,
  n: number,
  shapes: RowShapes,
  rows: number,
): Promise<OnnxGraph> => {
  const block = lower(await traceBlock(step, n, rows, shapes), { name: 'block' });
  return assemble(block, lower(await traceUpdate(step, n), { name: 'update' }), n / rows, rows);
};

/** A training step for a processor; as a whole where blocks do not pay. */
export const lowerInBlocks = async (step: TrainingStep, n: number, shapes: RowShapes): Promise<OnnxGraph> => {
  const whole = await traceTraining(step, n, shapes);
  const rows = blockRows(whole, n, step.rowsPerSample);
  return rows === n ? lower(whole, { name: 'training step' }) : lowerBlocks(step, n, shapes, rows);
};
