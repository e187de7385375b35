/**
 * Checkpoints: everything a training needs to go on as if it had never stopped. A folder appears whole or not at all.
 *
 *     model.safetensors  ema.safetensors   parameters and their average, by name
 *     optimiser.safetensors                the optimiser's flat slots
 *     state.json                           step, key, position in the data, the open log window, the history that times follow, the losses that are watched, the device
 */
import { join } from 'node:path';
import { fail, type Key, type ParameterLayout, sizeOf, type TrainingState } from '@fokker/core';
import { z } from 'zod';
import { readText, removeFolderAtomic, writeFolderAtomic } from '../formats/atomic.js';
import { encodeSafetensors, readSafetensors, type TensorFile } from '../formats/safetensors.js';
import { type EmphasisState, emphasisSchema } from '../training/emphasis.js';
import { type LogWindow, windowSchema } from '../training/log-window.js';
import { type GuardState, guardSchema } from '../training/loss-guard.js';
import { namesIn, parseJson, type RunPaths } from './folder.js';

/** A device, by its id and in words. */
export type TrainedOn = z.infer<typeof trainedOn>;
const trainedOn = z.object({ id: z.string(), description: z.string() });

export interface Checkpoint {
  readonly state: TrainingState;
  readonly window: LogWindow;
  /** Of times that follow losses. */
  readonly emphasis?: EmphasisState | undefined;
  readonly guard?: GuardState | undefined;
  /** The device it was trained on. */
  readonly device?: TrainedOn | undefined;
}

const stateSchema = z.object({
  step: z.int().nonnegative(),
  key: z.tuple([z.int(), z.int()]),
  /** Index of the next sample. */
  position: z.int().nonnegative(),
  window: windowSchema,
  emphasis: emphasisSchema.optional(),
  guard: guardSchema.optional(),
  device: trainedOn.optional(),
});

const nameOf = (step: number): string => String(step).padStart(6, '0');
export const checkpointPath = (paths: RunPaths, step: number): string => join(paths.checkpoints, nameOf(step));

/** Steps of the checkpoints of a run, ascending. */
export async function checkpointSteps(paths: RunPaths): Promise<readonly number[]> {
  const names = await namesIn(paths.checkpoints);
  return names
    .filter((name) => /^\d{6,}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

const split = (layout: readonly ParameterLayout[], flat: Float32Array): TensorFile =>
  Object.fromEntries(
    layout.map(({ name, shape, offset }) => [name, { data: flat.subarray(offset, offset + sizeOf(shape)), shape }]),
  );

function gather(layout: readonly ParameterLayout[], tensors: TensorFile, path: string): Float32Array {
  const flat = new Float32Array(layout.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  for (const { name, shape, offset } of layout) {
    const found = tensors[name];
    if (found === undefined || found.shape.join() !== shape.join()) {
      return fail('E_RUN', {
        summary: `'${path}' does not fit the network of this run`,
        got: found === undefined ? `no array '${name}'` : `'${name}' of shape [${found.shape.join(', ')}]`,
        expected: `'${name}' of shape [${shape.join(', ')}]`,
        tryThis: ['restore the config.yaml that the run was trained with'],
      });
    }
    flat.set(found.data, offset);
  }
  return flat;
}

export interface CheckpointContent extends Checkpoint {
  readonly layout: readonly ParameterLayout[];
  readonly key: Key;
  readonly position: number;
}

/**
 * Writes the checkpoint and removes all but the last `keep`. E_FILE where the disk is full or read-only, leaving earlier checkpoints alone. One of the same step
 * holds the same, and stays.
 */
export async function writeCheckpoint(paths: RunPaths, content: CheckpointContent, keep: number): Promise<void> {
  const { state, layout, key, position, window, emphasis, guard, device } = content;
  if ((await checkpointSteps(paths)).includes(state.step)) return;
  const slots = Object.fromEntries(
    Object.entries(state.slots).map(([name, data]) => [name, { data, shape: [data.length] }]),
  );
  await writeFolderAtomic(checkpointPath(paths, state.step), {
    'model.safetensors': encodeSafetensors(split(layout, state.params)),
    'ema.safetensors': encodeSafetensors(split(layout, state.ema)),
    'optimiser.safetensors': encodeSafetensors(slots),
    'state.json': [
      `${JSON.stringify({ step: state.step, key: key.words, position, window, emphasis, guard, device })}\n`,
    ],
  });
  const steps = await checkpointSteps(paths);
  for (const step of steps.slice(0, -keep)) await removeFolderAtomic(checkpointPath(paths, step));
}

/** Throws E_FILE, E_FORMAT or E_RUN for one that is damaged or belongs to another network. */
export async function readCheckpoint(
  paths: RunPaths,
  step: number,
  layout: readonly ParameterLayout[],
): Promise<Checkpoint> {
  const folder = checkpointPath(paths, step);
  const flat = async (name: string): Promise<Float32Array> =>
    gather(layout, await readSafetensors(join(folder, name)), join(folder, name));
  const file = join(folder, 'state.json');
  const parsed = stateSchema.safeParse(parseJson(await readText(file), file));
  if (!parsed.success || parsed.data.step !== step) {
    return fail('E_FORMAT', {
      summary: `'${file}' is not the state of a checkpoint`,
      got: parsed.success ? `step ${parsed.data.step}` : (parsed.error.issues[0]?.message ?? 'something else'),
      expected: `{ step: ${step}, key, position, window }`,
      tryThis: ['remove this checkpoint to continue from the one before'],
    });
  }
  const slots = await readSafetensors(join(folder, 'optimiser.safetensors'));
  return {
    state: {
      step,
      params: await flat('model.safetensors'),
      ema: await flat('ema.safetensors'),
      slots: Object.fromEntries(Object.entries(slots).map(([name, { data }]) => [name, data])),
    },
    window: parsed.data.window,
    emphasis: parsed.data.emphasis,
    guard: parsed.data.guard,
    device: parsed.data.device,
  };
}
