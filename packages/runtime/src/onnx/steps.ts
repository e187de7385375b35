/**
 * Training steps on a session, several a run where a run is short: a run should last 20 to 50 ms, so that what it costs beside its work does not matter and
 * a worker can still be asked for something else.
 */
import type { Tensor } from 'onnxruntime-common';
import { freeTensors, type Library, type Session, type TensorMap } from './library.js';
import type { Answer, Ask, HostArrays } from './protocol.js';

export interface StepSession {
  readonly session: Session;
  readonly repeated: boolean;
  /** Milliseconds of a step, as last seen. */
  pace: number | undefined;
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

/** Where the outputs of a run go: carried ones into tensors that are there already, so that no step leaves garbage of the size of the parameters. */
const places = (session: Session, spare: TensorMap): Record<string, Tensor | null> =>
  Object.fromEntries(
    session.outputNames.map((name) => [name, name.startsWith(next) ? (spare[stateName(name)] ?? null) : null]),
  );

const likeTensors = ({ Tensor }: Library, tensors: TensorMap): TensorMap =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { size, dims }]) => [
      name,
      new Tensor('float32', new Float32Array(size), dims),
    ]),
  );

/** Appends what each step said of itself, up to the first that was not finite; true where all were. */
const collect = (
  said: Map<string, Float32Array[]>,
  outputs: TensorMap,
  count: number,
): { taken: number; finite: boolean } => {
  const flags = outputs['each/finite']!.data as Float32Array;
  const bad = flags.indexOf(0);
  const taken = bad < 0 ? count : bad + 1;
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith(next)) continue;
    const data = tensor.data as Float32Array;
    const list = said.get(name) ?? [];
    said.set(name, list);
    list.push(data.subarray(0, (data.length / count) * taken));
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
  { session }: StepSession,
  state: StepState,
  steps: TensorMap,
): Promise<TensorMap> => {
  const { current } = state;
  const feeds = { ...current, 'state/alive': new library.Tensor('float32', Float32Array.of(1), []), ...steps };
  if (!library.fills) {
    const outputs = await session.run(feeds);
    state.current = carried(outputs);
    freeTensors(current);
    return outputs;
  }
  const spare = state.spare ?? likeTensors(library, current);
  const outputs = await session.run(feeds, places(session, spare));
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
  const said = new Map<string, Float32Array[]>();
  let done = 0;
  for (let finite = true; finite && done < count; ) {
    const together = stepsPerRun(on, count - done);
    const start = performance.now();
    const outputs = await runSession(library, on, state, windowOf(library, steps, done, together, on.repeated));
    on.pace = (performance.now() - start) / together;
    const seen = collect(said, outputs, together);
    done += seen.taken;
    finite = seen.finite;
  }
  const each = Object.fromEntries([...said].map(([name, parts]) => [name.slice('each/'.length), joined(parts)]));
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
