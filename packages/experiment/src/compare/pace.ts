/**
 * What a step costs beside a step of another objective: making its batch and taking it, one after the other in one thread, in turns, so that whatever else the machine does meets all alike.
 *
 *     pace of b = median over rounds of (time of b's steps / time of a's steps)
 *
 * At equal time an objective gets the steps of the first one over its pace.
 */
import type { Device, Program } from '@fokker/core';
import { initialState } from '@fokker/runtime';
import { z } from 'zod';
import type { Experiment } from '../composition/experiment.js';
import { readText, writeFileAtomic } from '../formats/atomic.js';
import { median } from '../numbers.js';
import { type Progress, silent } from '../progress.js';
import { ifPresent } from '../reporting/stored.js';
import { openConfigured } from '../run/device.js';
import { parseJson } from '../run/folder.js';
import { createBatches, networkOf, trainingStep } from '../training/network.js';
import { prepare } from '../training/start.js';
import { refusalOf } from './summary.js';

const rounds = 15;
const steps = 6;

/** Takes steps from the beginning, over and over. */
interface Runner {
  /** Milliseconds of some steps. */
  time(): Promise<number>;
  close(): void;
}

async function createRunner(experiment: Experiment, device: Device): Promise<Runner> {
  const prepared = prepare(experiment);
  const network = networkOf(experiment, prepared);
  const initial = network.model.init(experiment.key.at('init'));
  const step = trainingStep(experiment, network, initial.layout);
  const program: Program = await device.compile(step, initialState(initial, step.optimiser));
  const make = createBatches(experiment, prepared, experiment.key.at('pace'));
  let next = 0;
  const time = async (): Promise<number> => {
    const begun = performance.now();
    for (let k = 0; k < steps; k++) await program.run([make(next++)]);
    return performance.now() - begun;
  };
  await time(); // compiles, and fills caches
  return { time, close: () => program.dispose() };
}

/** The pace of each experiment, 1 of the first. */
async function measurePaces(experiments: readonly Experiment[], device: Device): Promise<number[]> {
  const runners: Runner[] = [];
  try {
    for (const experiment of experiments) runners.push(await createRunner(experiment, device));
    const ratios = runners.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      const times: number[] = [];
      for (const runner of runners) times.push(await runner.time());
      for (const [k, time] of times.entries()) ratios[k]!.push(time / times[0]!);
    }
    return ratios.map(median);
  } finally {
    for (const runner of runners) runner.close();
  }
}

const kept = z.record(z.string(), z.number().positive());

interface Opening {
  readonly device?: string | undefined;
  readonly progress?: Progress | undefined;
}

/** Those that fit; the others are refused where their cell is tried. */
async function opened(objectives: readonly string[], open: (objective: string) => Promise<Experiment>) {
  const found = new Map<string, Experiment>();
  for (const objective of objectives) {
    try {
      found.set(objective, await open(objective));
    } catch (error) {
      refusalOf(error);
    }
  }
  return found;
}

/** The pace of each objective beside the first one that fits, from the file where it has been measured, else measured and written there. */
export async function keptPaces(
  path: string,
  objectives: readonly string[],
  open: (objective: string) => Promise<Experiment>,
  { device: id, progress = silent }: Opening,
): Promise<Map<string, number>> {
  const experiments = await opened(objectives, open);
  const text = await ifPresent(readText(path));
  const known = text === undefined ? undefined : kept.safeParse(parseJson(text, path)).data;
  if (known !== undefined && [...experiments.keys()].every((objective) => objective in known)) {
    return new Map(Object.entries(known));
  }
  const [first] = experiments.values();
  if (first === undefined) return new Map();
  progress({ kind: 'notice', text: `time of a step: ${[...experiments.keys()].join(', ')}` });
  const device = await openConfigured(first, id, progress);
  try {
    const paces = await measurePaces([...experiments.values()], device);
    const found = new Map([...experiments.keys()].map((objective, k) => [objective, paces[k]!]));
    await writeFileAtomic(path, `${JSON.stringify(Object.fromEntries(found))}\n`);
    return found;
  } finally {
    device.dispose();
  }
}
