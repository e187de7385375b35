/**
 * Euler–Maruyama of the swimmer, 10,000 paths of 1000 steps, noise generation included, in float64: the process typed as formulas against a loop written by hand for it (one
 * thread, the same noise, the same states), and on all cores against a PyTorch loop and a JAX scan where these are installed.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { race } from '../measure.js';
import { together, typedPaths, writtenPaths } from '../paths.js';

const paths = 10_000;
const steps = 1000;
const here = (name) => new URL(name, import.meta.url);

/** All cores: a worker each, which takes the next paths when it is done with those it has. */
const openTeam = (threads) => {
  const workers = Array.from({ length: threads }, () => new Worker(here('../paths.js')));
  const ask = (worker, range) =>
    new Promise((resolve) => {
      worker.once('message', resolve);
      worker.postMessage(range);
    });
  return {
    async run() {
      let next = 0;
      const parts = [];
      const work = async (worker) => {
        while (next < paths) {
          const first = next;
          next += together;
          parts.push(await ask(worker, { first, count: Math.min(together, paths - first), steps }));
        }
      };
      await Promise.all(workers.map(work));
      return parts;
    },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
};

/** A framework in a process of its own; undefined where it does not start. */
const openPeer = async (framework, threads) => {
  const script = here('../peers/simulate.py').pathname;
  const child = spawn('python3', [script, framework, '--threads', `${threads}`], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    return done ? {} : JSON.parse(value);
  };
  const { peer } = await read();
  if (peer === undefined) return undefined;
  return {
    name: peer,
    async run() {
      child.stdin.write(`${JSON.stringify({ paths, steps })}\n`);
      const { seconds, error } = await read();
      if (seconds === undefined) throw new Error(`${peer}: ${error ?? 'no answer'}`);
    },
    close: () => child.kill(),
  };
};

/** Largest relative distance of two lists of states: the loop by hand adds in another order. */
const distance = (a, b) => a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k])), 0);

export async function simulate() {
  const threads = availableParallelism();
  const few = [0, 100, steps];
  const apart = distance(typedPaths(...few), writtenPaths(...few));
  if (!(apart < 1e-9)) throw new Error(`typed and written paths differ by ${apart}`);
  const results = [];
  const common = { device: 'float64', workload: 'simulate the swimmer' };
  const one = { ours: () => typedPaths(0, paths, steps), peer: () => writtenPaths(0, paths, steps) };
  results.push({ ...common, threads: 1, peer: 'written by hand', ...(await race({ ...one, rounds: 7 })) });
  const team = openTeam(threads);
  try {
    for (const framework of ['torch', 'jax']) {
      const peer = await openPeer(framework, threads);
      if (peer === undefined) continue;
      const result = await race({ ours: () => team.run(), peer: () => peer.run(), rounds: 7 });
      results.push({ ...common, threads, peer: peer.name, ...result });
      peer.close();
    }
  } finally {
    await team.close();
  }
  return results;
}
