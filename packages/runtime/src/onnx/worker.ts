/**
 * The thread that ONNX Runtime computes in: a run blocks the thread that asks for it. Answers one question after the other, in their order; keeps training
 * states between calls.
 */
import { parentPort } from 'node:worker_threads';
import {
  createSession,
  freeTensors,
  type Library,
  loadLibrary,
  readTensors,
  type TensorMap,
  tryProvider,
} from './library.js';
import type { Answer, Ask, CallName, HostArrays, Question, Reply, Runtime } from './protocol.js';
import { inferRows, type StepSession, takeSteps } from './steps.js';

interface Opened {
  readonly library: Library;
  readonly runtime: Runtime;
}

let opened: Opened | undefined;
let numbers = 0;
const sessions = new Map<number, StepSession>();
const states = new Map<number, TensorMap>();

const present = <T>(thing: T | undefined, name: string): T => {
  if (thing === undefined) throw new Error(`the worker has no such ${name}`);
  return thing;
};
const tensors = ({ Tensor }: Library, arrays: HostArrays): TensorMap =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => [name, new Tensor('float32', data, shape)]),
  );

const handlers: { readonly [N in CallName]: (ask: Ask<N>) => Promise<Answer<N>> } = {
  async open({ threads, ...runtime }) {
    const library = await loadLibrary(runtime.library);
    await tryProvider(library, runtime, threads);
    opened = { library, runtime };
    return { version: library.version };
  },
  async load({ model, threads, repeated, carried }) {
    const { library, runtime } = present(opened, 'library');
    const session = await createSession(library, runtime, model, threads, carried);
    sessions.set(++numbers, { session, repeated, pace: undefined });
    return { session: numbers };
  },
  async unload({ session }) {
    const { session: known } = present(sessions.get(session), 'session');
    sessions.delete(session);
    await known.release();
    return undefined;
  },
  async keep({ state }) {
    states.set(++numbers, tensors(present(opened, 'library').library, state));
    return { state: numbers };
  },
  async read({ state }) {
    const { library, runtime } = present(opened, 'library');
    return readTensors(library, runtime, present(states.get(state), 'state'));
  },
  async drop({ state }) {
    freeTensors(states.get(state) ?? {});
    states.delete(state);
    return undefined;
  },
  async train({ session, state, count, steps }) {
    const { library } = present(opened, 'library');
    const on = present(sessions.get(session), 'session');
    const result = await takeSteps(library, on, present(states.get(state), 'state'), { count, steps });
    states.set(state, result.state);
    return result.answer;
  },
  async infer({ session, ...rows }) {
    const { library } = present(opened, 'library');
    return { out: await inferRows(library, present(sessions.get(session), 'session').session, rows) };
  },
};

const buffers = (answer: Answer<CallName>): ArrayBuffer[] => {
  const inside = answer !== undefined && 'each' in answer ? answer.each : answer;
  return Object.values(inside ?? {}).flatMap((value) =>
    value instanceof Float32Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  );
};

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
parentPort?.on('message', (question: Question) => {
  tail = tail.then(() => answerTo(question));
});
