/**
 * The thread that ONNX Runtime computes in: a run blocks the thread that asks for it. Answers one question after the other, in their order; keeps training
 * states between calls.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type Gate, through } from './gate.js';
import {
  createSession,
  freeTensors,
  type Library,
  loadLibrary,
  readTensors,
  type TensorMap,
  tryProvider,
} from './library.js';
import {
  type Answer,
  type Ask,
  type CallName,
  type HostArrays,
  leave,
  type Question,
  type Reply,
  type Runtime,
} from './protocol.js';
import { inferRows, type StepSession, type StepState, takeSteps } from './steps.js';

interface Opened {
  readonly library: Library;
  readonly runtime: Runtime;
}

const gate = workerData as Gate;
let opened: Opened | undefined;
let numbers = 0;
const sessions = new Map<number, StepSession>();
const states = new Map<number, StepState>();

const present = <T>(thing: T | undefined, name: string): T => {
  if (thing === undefined) throw new Error(`the worker has no such ${name}`);
  return thing;
};
const tensors = ({ Tensor }: Library, arrays: HostArrays): TensorMap =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => [name, new Tensor('float32', data, shape)]),
  );

const numbersOf = (arrays: HostArrays): Float32Array[] => Object.values(arrays).map(({ data }) => data);

const handlers: { readonly [N in CallName]: (ask: Ask<N>) => Promise<Answer<N>> } = {
  async open({ threads, ...runtime }) {
    const library = await loadLibrary(runtime, (work) => through(gate, work));
    await tryProvider(library, runtime, threads);
    opened = { library, runtime };
    return { version: library.version };
  },
  async load({ model, threads, repeated, carried }) {
    const { library, runtime } = present(opened, 'library');
    const session = await createSession(library, runtime, model, threads, carried);
    sessions.set(++numbers, { session, repeated, pace: undefined, room: new Map() });
    return { session: numbers };
  },
  async unload({ session }) {
    const { session: known } = present(sessions.get(session), 'session');
    sessions.delete(session);
    await known.release();
    return undefined;
  },
  async keep({ state }) {
    states.set(++numbers, { current: tensors(present(opened, 'library').library, state), spare: undefined });
    return { state: numbers };
  },
  async read({ state }) {
    const { library, runtime } = present(opened, 'library');
    return readTensors(library, runtime, present(states.get(state), 'state').current);
  },
  async drop({ state }) {
    const { library } = present(opened, 'library');
    for (const vectors of Object.values(states.get(state) ?? {})) freeTensors(library, vectors ?? {});
    states.delete(state);
    return undefined;
  },
  async train({ session, state, count, steps }) {
    const { library } = present(opened, 'library');
    const on = present(sessions.get(session), 'session');
    const said = await takeSteps(library, on, present(states.get(state), 'state'), { count, steps });
    return { ...said, spent: numbersOf(steps) };
  },
  async infer({ session, ...rows }) {
    const { library } = present(opened, 'library');
    const out = await inferRows(library, present(sessions.get(session), 'session').session, rows);
    return { out, spent: numbersOf(rows.inputs) };
  },
};

const arraysIn = (value: unknown): Float32Array[] => {
  if (value instanceof Float32Array) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(arraysIn) : [];
};
const buffers = (answer: Answer<CallName>): ArrayBuffer[] =>
  arraysIn(answer).flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));

const answerTo = async <N extends CallName>({ id, name, ask }: Question<N>): Promise<void> => {
  const post = (reply: Reply, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(reply, transfer);
  try {
    const answer = await handlers[name](ask);
    post({ id, answer }, buffers(answer));
  } catch (error) {
    post({ id, error: error instanceof Error ? error.message : String(error) });
  }
};

let tail = Promise.resolve();
parentPort?.on('message', (message: Question | typeof leave) => {
  tail = tail.then(() => (message === leave ? process.exit() : answerTo(message)));
});
