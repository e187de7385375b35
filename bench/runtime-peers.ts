/** Whoever is timed: our devices in this process, other frameworks in processes of their own that wait for requests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DeviceBatch } from '@fokker/core';
import { initialState, openDevice } from '@fokker/runtime';
import { isSampling, networkScore, samples } from './runtime-sampling.js';
import { batchOf, losses, networks, trainingStep } from './runtime-workloads.js';

export interface Timed {
  readonly name: string;
  /** Seconds a step over this many; rejects where it cannot. The first call for a workload warms up. */
  measure(workload: string, loss: string, steps: number): Promise<number>;
  close(): void;
}

const secondsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** One of our devices. */
export const ourDevice = async (id: string, threads: number): Promise<Timed> => {
  const device = await openDevice(id, { threads });
  const prepared = new Map<string, Promise<(steps: number) => Promise<number>>>();

  const training = async (workload: string, loss: string) => {
    const network = networks[workload]!;
    const step = trainingStep(network, losses[loss]!);
    const program = await device.compile(step, initialState(network.params, step.optimiser));
    const batch = batchOf(network, network.batch);
    return async (steps: number): Promise<number> => {
      const batches = Array<DeviceBatch>(steps).fill(batch);
      return (await secondsOf(() => program.run(batches))) / steps;
    };
  };
  const sampling = async (workload: string, method: string) => {
    const network = networks[workload]!;
    const forward = await device.forward((params, inputs) => network.score(params, inputs), network.params);
    const score = networkScore(network, forward);
    return async (runs: number): Promise<number> =>
      (await secondsOf(async () => {
        for (let run = 0; run < runs; run++) await samples(method, score, run);
      })) / runs;
  };
  const prepare = (workload: string, loss: string) => {
    const name = `${workload} ${loss}`;
    const known = prepared.get(name) ?? (isSampling(loss) ? sampling : training)(workload, loss);
    prepared.set(name, known);
    return known;
  };
  return {
    name: `${id}: ${device.description}`,
    measure: async (workload, loss, steps) => (await prepare(workload, loss))(steps),
    close: () => device.dispose(),
  };
};

interface Answer {
  readonly peer?: string;
  readonly seconds?: number;
  readonly error?: string;
}

/** A script of `peers/`; undefined where it does not start (the framework is not installed). */
export const pythonPeer = async (
  script: string,
  words: readonly string[],
  threads: number,
): Promise<Timed | undefined> => {
  const path = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  const child: ChildProcess = spawn('python3', [path, '--threads', String(threads), ...words], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) },
  });
  const waiting: ((answer: Answer) => void)[] = [];
  const ended = (): void => {
    for (const answer of waiting.splice(0)) answer({ error: 'the process ended' });
  };
  child.on('error', ended);
  child.on('exit', ended);
  createInterface({ input: child.stdout! }).on('line', (line) => waiting.shift()?.(JSON.parse(line)));
  const next = (): Promise<Answer> => new Promise((resolve) => waiting.push(resolve));
  const { peer } = await next();
  if (peer === undefined) return undefined;
  return {
    name: peer,
    async measure(workload, loss, steps) {
      const answer = next();
      child.stdin!.write(`${JSON.stringify({ workload, loss, steps })}\n`);
      const { seconds, error } = await answer;
      if (seconds === undefined) throw new Error(error ?? 'no answer');
      return seconds;
    },
    close: () => child.stdin!.end(),
  };
};
