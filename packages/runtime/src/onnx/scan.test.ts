/** Steps repeated inside a run against the same steps one by one: the same numbers, bit for bit. */
import type { DeviceBatch, OptimiserSpec } from '@fokker/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { slotNames } from '../optimiser.js';
import { batchOf, params, stepWith } from '../testing/network.js';
import { adam, sgd } from '../testing/optimisers.js';
import { encodeModel } from './encode.js';
import { createSession, type Library, loadLibrary } from './library.js';
import { lower } from './model.js';
import { stepNumbers } from './optimiser-graph.js';
import { createPool, packBatches, rowShapes } from './pack.js';
import { repeat } from './scan.js';
import { type StepSession, type StepState, takeSteps } from './steps.js';
import { traceTraining } from './training-graph.js';

let library: Library;
beforeAll(async () => {
  library = await loadLibrary({ library: 'onnxruntime-node', provider: 'cpu' });
});

const sessionFor = async (spec: OptimiserSpec, n: number, repeated: boolean): Promise<StepSession> => {
  const graph = lower(await traceTraining(stepWith(spec), n, rowShapes(batchOf(n))), { name: 'step' });
  const model = encodeModel(repeated ? repeat(graph) : graph);
  return {
    session: await createSession(library, { provider: 'cpu' }, model, 1),
    repeated,
    pace: undefined,
    room: new Map(),
  };
};

const run = async (on: StepSession, spec: OptimiserSpec, batches: readonly DeviceBatch[], pace: number | undefined) => {
  const vector = (data: Float32Array) => new library.Tensor('float32', data, [data.length]);
  const { data } = params();
  const slots = slotNames(spec).map((name) => [`state/${name}`, vector(new Float32Array(data.length))]);
  const state = { 'state/params': vector(data), 'state/ema': vector(data.slice()), ...Object.fromEntries(slots) };
  const arrays = Object.entries(packBatches(batches, () => true, createPool())).map(([name, array]) => [
    `step/batch/${name}`,
    array,
  ]);
  const numbers = Float32Array.from(batches.flatMap((_, k) => stepNumbers(spec, k + 1)));
  const steps = {
    ...Object.fromEntries(arrays),
    'step/numbers': { data: numbers, shape: [numbers.length / batches.length] },
  };
  const kept: StepState = { current: state, spare: undefined };
  const said = await takeSteps(library, { ...on, pace }, kept, { count: batches.length, steps });
  const vectors = Object.entries(kept.current).filter(([name]) => name !== 'state/alive');
  return { ...said, state: Object.fromEntries(vectors.map(([name, tensor]) => [name, tensor.data])) };
};

describe.each([
  ['adam', adam],
  ['sgd', sgd],
] as const)('%s, several steps a run', (_, spec) => {
  test('equals single steps bit for bit, whatever the number in a run', async () => {
    const batches = Array.from({ length: 13 }, (_, k) => batchOf(24, k));
    const single = await run(await sessionFor(spec, 24, false), spec, batches, undefined);
    const repeated = await sessionFor(spec, 24, true);
    // a pace of 35, 7 and 1 ms: runs of 1, 5 and all steps
    for (const pace of [35, 7, 1]) expect(await run(repeated, spec, batches, pace)).toEqual(single);
    expect(single.taken).toBe(13);
  });

  test('ends with the first step that is not finite, in the state before it', async () => {
    const batches = Array.from({ length: 8 }, (_, k) => batchOf(8, k));
    batches[5]!.arrays.y!.data[3] = Number.POSITIVE_INFINITY;
    const repeated = await sessionFor(spec, 8, true);
    const broken = await run(repeated, spec, batches, 1);
    const before = await run(repeated, spec, batches.slice(0, 5), 1);
    expect(broken.taken).toBe(6);
    expect([...broken.each.finite!]).toEqual([1, 1, 1, 1, 1, 0]);
    expect(broken.state).toEqual(before.state);
  });
});
