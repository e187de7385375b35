/** A worker thread that answers questions: the worker's side of `thread.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { sendable } from './coded-error.js';
import { type Asked, leave, type OnStep, type Reply } from './thread.js';

export interface Service<Q, A> {
  answer(question: Q, onStep: OnStep, signal: AbortSignal): A | Promise<A>;
  close?(): void;
}

/** Between two words about progress, in milliseconds. */
const quiet = 50;

/** The buffers of all arrays in an answer, each once. */
function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) buffersIn(inner, found);
  }
  return found;
}

/** Answers in the order of the questions, with what `open` makes of the task. */
export function serve<T, Q, A>(open: (task: T) => Promise<Service<Q, A>>): void {
  const port = parentPort;
  if (port === null) return;
  const post = (reply: Reply<A>, buffers: Iterable<ArrayBuffer> = []): void => port.postMessage(reply, [...buffers]);
  const service = open(workerData as T);
  service.catch(() => undefined); // every question reports it
  const leaving = new AbortController();

  const reply = async ({ id, question }: Asked<Q>): Promise<void> => {
    let told = performance.now();
    const onStep: OnStep = (done, of) => {
      if (performance.now() - told < quiet) return;
      told = performance.now();
      post({ id, done, of });
    };
    try {
      const answer = await (await service).answer(question, onStep, leaving.signal);
      post({ id, answer }, buffersIn(answer));
    } catch (error) {
      post({ id, error: sendable(error) });
    }
  };
  const end = async (): Promise<void> => {
    await service.then(({ close }) => close?.()).catch(() => undefined);
    port.close();
  };
  let tail = Promise.resolve();
  port.on('message', (message: Asked<Q> | typeof leave) => {
    if (message === leave) leaving.abort();
    tail = tail.then(() => (message === leave ? end() : reply(message)));
  });
}
