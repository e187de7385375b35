/**
 * Training steps on a session, several a run where a run is short: a run should last 20 to 50 ms, so that what it costs beside its work does not matter and
 * a worker can still be asked for something else.
 */
import type { Tensor } from 'onnxruntime-common';
import { sizeOf } from '../graph/value.js';
import { freeTensors, type Library, type Session, type TensorMap } from './library.js';
import type { Answer, Ask, HostArrays } from './protocol.js';

/** Numbers of several steps, and the shape of one step's. */
interface Room {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface StepSession {
  readonly session: Session;
  readonly repeated: boolean;
  /** Milliseconds of a step, as last seen. */
  pace: number | undefined;
  /** Where runs write what their steps say of themselves, where they can write into given tensors: by name, for as many steps as a run has had. */
  readonly room: Map<string, Room>;
}

/** Between runs; `spare` is written next where outputs can go into given tensors. */
export interface StepState {
  current: TensorMap;
  spare: TensorMap | undefined;
}

/** What a run should last, in milliseconds. */
const runTime = 35;

const stepsPerRun = ({ repeated, pace }: StepSession, left: number): number => {
  if (!repeated || pace === undefined) return 1;
  return Math.max(1, Math.min(left, Math.floor(runTime / pace)));
};

/** Entries [first, first + count) of arrays whose entries have the given shapes, without copying; `stacked`: with a leading dimension for them. */
const windowOf = ({ Tensor }: Library, arrays: HostArrays, first: number, count: number, stacked: boolean): TensorMap =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      const part = data.subarray(first * size, (first + count) * size);
      return [name, new Tensor('float32', part, stacked ? [count, ...shape] : shape)];
    }),
  );

const next = 'next/';
const stateName = (name: string): string => `state/${name.slice(next.length)}`;
const carried = (outputs: TensorMap): TensorMap =>
  Object.fromEntries(
    Object.entries(outputs).flatMap(([name, tensor]) => (name.startsWith(next) ? [[stateName(name), tensor]] : [])),
  );

/** Where the outputs of a run of `count` steps go: into memory that is there already, so that steps leave no garbage behind. */
const places = (
  { Tensor }: Library,
  { session, repeated, room }: StepSession,
  spare: TensorMap,
  count: number,
): Record<string, Tensor | null> => {
  const place = (name: string): Tensor | null => {
    if (name.startsWith(next)) return spare[stateName(name)] ?? null;
    const known = room.get(name);
    if (known === undefined) return null;
    const { shape, data } = known;
    const size = count * sizeOf(shape);
    return size > data.length
      ? null
      : new Tensor('float32', data.subarray(0, size), repeated ? [count, ...shape] : shape);
  };
  return Object.fromEntries(session.outputNames.map((name) => [name, place(name)]));
};

/** Room of the outputs that had none. */
const makeRoom = ({ room, repeated }: StepSession, outputs: TensorMap): void => {
  for (const [name, { data, dims }] of Object.entries(outputs)) {
    if (name.startsWith(next) || (room.get(name)?.data.length ?? -1) >= data.length) continue;
    room.set(name, { shape: repeated ? dims.slice(1) : dims, data: new Float32Array(data.length) });
  }
};

const likeTensors = ({ Tensor }: Library, tensors: TensorMap): TensorMap =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { size, dims }]) => [
      name,
      new Tensor('float32', new Float32Array(size), dims),
    ]),
  );

/** Copies what `count` of `all` steps said of themselves, up to the first that was not finite, behind those that are done. */
const collect = (
  said: Map<string, Float32Array>,
  outputs: TensorMap,
  { done, count, all }: { done: number; count: number; all: number },
): { taken: number; finite: boolean } => {
  const flags = outputs['each/finite']!.data as Float32Array;
  const bad = flags.indexOf(0);
  const taken = bad < 0 ? count : bad + 1;
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith(next)) continue;
    const data = tensor.data as Float32Array;
    const size = data.length / count;
    const list = said.get(name) ?? new Float32Array(all * size);
    said.set(name, list);
    list.set(data.subarray(0, size * taken), size * done);
  }
  return { taken, finite: bad < 0 };
};

const joined = (parts: readonly Float32Array[]): Float32Array => {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** One run; the state moves on when it has succeeded. */
const runSession = async (
  library: Library,
  on: StepSession,
  state: StepState,
  steps: TensorMap,
  count: number,
): Promise<TensorMap> => {
  const { session } = on;
  const { current } = state;
  const feeds = { ...current, 'state/alive': new library.Tensor('float32', Float32Array.of(1), []), ...steps };
  if (!library.fills) {
    const outputs = await session.run(feeds);
    state.current = carried(outputs);
    freeTensors(library, current);
    return outputs;
  }
  const spare = state.spare ?? likeTensors(library, current);
  const outputs = await session.run(feeds, places(library, on, spare, count));
  makeRoom(on, outputs);
  state.current = carried(outputs);
  state.spare = current;
  return outputs;
};

/** Takes the steps and moves the state on; returns what they said. */
export const takeSteps = async (
  library: Library,
  on: StepSession,
  state: StepState,
  { count, steps }: Pick<Ask<'train'>, 'count' | 'steps'>,
): Promise<Omit<Answer<'train'>, 'spent'>> => {
  const said = new Map<string, Float32Array>();
  let done = 0;
  for (let finite = true; finite && done < count; ) {
    const together = stepsPerRun(on, count - done);
    const start = performance.now();
    const window = windowOf(library, steps, done, together, on.repeated);
    const outputs = await runSession(library, on, state, window, together);
    on.pace = (performance.now() - start) / together;
    const seen = collect(said, outputs, { done, count: together, all: count });
    done += seen.taken;
    finite = seen.finite;
  }
  const each = Object.fromEntries(
    [...said].map(([name, list]) => [name.slice('each/'.length), list.subarray(0, (list.length / count) * done)]),
  );
  return { taken: done, each };
};

/** The output `out` of a model for all rows, block by block. */
export const inferRows = async (
  library: Library,
  session: Session,
  { inputs, rows, block }: Pick<Ask<'infer'>, 'inputs' | 'rows' | 'block'>,
): Promise<Float32Array> => {
  const parts: Float32Array[] = [];
  for (let first = 0; first < rows; first += block) {
    const { out } = await session.run(windowOf(library, inputs, first, Math.min(block, rows - first), true));
    parts.push(out!.data as Float32Array);
  }
  return joined(parts);
};
