/**
 * A training step as a compiled graph, with its state in the worker. Every shape of batch is compiled once, when it first comes; consecutive batches of one
 * shape go to the worker together.
 */
import type { DeviceBatch, Program, StepReport, TrainingState, TrainingStep } from '@fokker/core';
import { refuseClosedProgram } from '../closed.js';
import { learningRate } from '../optimiser.js';
import { copyState } from '../state.js';
import { createQueue } from '../turns.js';
import { lower } from './model.js';
import type { LoadedModel, OnnxBackend } from './onnx-backend.js';
import { stepNumbers } from './optimiser-graph.js';
import { buffersOf, createPool, groupBatches, packBatches, rowShapes, signatureOf } from './pack.js';
import type { Answer, HostArray } from './protocol.js';
import { lowerInBlocks } from './training-blocks.js';
import { traceTraining } from './training-graph.js';

const mean = (values: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};

const vectorsOf = ({ params, ema, slots }: TrainingState): Record<string, HostArray> =>
  Object.fromEntries(
    Object.entries({ params, ema, ...slots }).map(([name, data]) => [`state/${name}`, { data, shape: [data.length] }]),
  );

export const createOnnxProgram = async (
  backend: OnnxBackend,
  step: TrainingStep,
  initial: TrainingState,
): Promise<Program> => {
  const { layout, optimiser } = step;
  const start = copyState(initial, layout, optimiser);
  const { length } = start.params;
  const vectors = vectorsOf(start);
  const { state: handle } = await backend.ask('keep', { state: vectors }, buffersOf(vectors));
  const models = new Map<string, Promise<LoadedModel>>();
  const inTurn = createQueue();
  const pool = createPool();
  let done = start.step;
  let open = true;

  const checkOpen = (): void => {
    if (!open) refuseClosedProgram();
  };

  const compile = async (batch: DeviceBatch): Promise<LoadedModel> => {
    const shapes = rowShapes(batch);
    const graph = backend.repeats
      ? await lowerInBlocks(step, batch.n, shapes)
      : lower(await traceTraining(step, batch.n, shapes), { name: 'training step' });
    return backend.load(graph, batch.n * length, backend.repeats);
  };
  /** What a compiled step depends on: its functions by identity, for a step is a pure function. */
  const { id, beta1, beta2, epsilon, momentum, clip } = optimiser;
  const rule = [id, beta1, beta2, epsilon, momentum, clip, step.rowsPerSample].join();
  const kind = `${backend.identity(step.loss)} ${backend.identity(layout)} ${rule}`;
  const modelFor = (batch: DeviceBatch): Promise<LoadedModel> => {
    const key = `${kind} ${signatureOf(batch)}`;
    const known = models.get(key) ?? backend.models.acquire(key, () => compile(batch));
    models.set(key, known);
    known.catch(() => models.delete(key));
    return known;
  };

  const report = (n: number, { taken, each }: Answer<'train'>): StepReport[] =>
    Array.from({ length: taken }, (_, i) => {
      const k = done + 1 + i;
      const perSample = each.loss!.subarray(i * n, (i + 1) * n);
      const finite = each.finite![i] === 1;
      const gradientNorm = each.norm![i]!;
      return {
        step: k,
        loss: mean(perSample),
        gradientNorm,
        learningRate: learningRate(optimiser, k),
        finite,
        perSample,
      };
    });

  const take = async (batches: readonly DeviceBatch[]): Promise<StepReport[]> => {
    const { session, inputs } = await modelFor(batches[0]!);
    const arrays = packBatches(batches, (name) => inputs.has(`step/batch/${name}`), pool);
    const numbers = batches.flatMap((_, i) => stepNumbers(optimiser, done + 1 + i));
    const steps = {
      ...Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`step/batch/${name}`, array])),
      'step/numbers': { data: Float32Array.from(numbers), shape: [numbers.length / batches.length] },
    };
    const ask = { session, state: handle, count: batches.length, steps };
    const answer = await backend.ask('train', ask, buffersOf(steps));
    pool.give(answer.spent);
    const reports = report(batches[0]!.n, answer);
    done += reports.filter(({ finite }) => finite).length;
    return reports;
  };

  return {
    run: (batches) =>
      inTurn(async () => {
        checkOpen();
        const reports: StepReport[] = [];
        for (const group of groupBatches(batches)) {
          checkOpen();
          reports.push(...(await take(group)));
          if (reports.at(-1)?.finite === false) break;
        }
        return reports;
      }),
    state: () =>
      inTurn(async () => {
        checkOpen();
        const vectors = await backend.ask('read', { state: handle });
        const { 'state/params': params, 'state/ema': ema } = vectors;
        const slots = Object.keys(start.slots).map((name) => [name, vectors[`state/${name}`]!] as const);
        return { step: done, params: params!, ema: ema!, slots: Object.fromEntries(slots) };
      }),
    dispose() {
      if (!open) return;
      open = false;
      backend.drop(handle);
      pool.empty();
      for (const key of models.keys()) backend.models.release(key);
    },
  };
};
