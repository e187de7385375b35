/**
 * Objectives × processes × seeds: every cell trained and measured alike, or refused with the reason, in one table. What is not compared (model, optimiser, schedule, weight, steps,
 * metrics) is that of the configuration; an objective or process that it names keeps its options there, others have their defaults.
 *
 *     learning rates   each objective is trained at every rate of one grid and stands in the table with its best
 *     equal: time      an objective gets the steps that take as long as those of the first one (pace.ts), measured once and kept in pace-PROCESS.json
 *
 * Figures of an objective are also given less those of the first one, seed by seed. Runs are kept under `out` and used again: a comparison that was stopped goes on where it was.
 */
import { join } from 'node:path';
import { fail, noiseRangeOf, type PluginSpec } from '@fokker/core';
import { type Experiment, openExperiment } from '../composition/experiment.js';
import { readConfig } from '../config/read.js';
import { type Progress, silent } from '../progress.js';
import { runCell } from './cell.js';
import { differencesOf, figuresOf, paceOf, rankOf, type Seeded } from './figures.js';
import { keptPaces } from './pace.js';
import { writeComparison } from './page.js';
import { type Budget, type Cell, type Comparison, type Figures, refusalOf } from './summary.js';

export interface CompareOptions {
  readonly objectives: readonly string[];
  /** By default that of the configuration. */
  readonly processes?: readonly string[] | undefined;
  readonly seeds?: readonly number[] | undefined;
  /** By default that of the configuration. */
  readonly learningRates?: readonly number[] | undefined;
  readonly equal?: Budget | undefined;
  readonly set?: readonly string[] | undefined;
  readonly plugins?: readonly PluginSpec[] | undefined;
  /** Folder of the runs and the table. */
  readonly out: string;
  readonly device?: string | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

const chosen = (section: string, id: string, own: string | undefined): string[] =>
  id === own ? [] : [`${section}={ id: ${JSON.stringify(id)} }`];

/** What a cell is of; what is absent is the configuration's. */
interface Choice {
  readonly process: string;
  readonly objective: string;
  readonly seed: number;
  readonly steps?: number | undefined;
  readonly learningRate?: number | undefined;
}

/** Noise directions beyond which the divergence of a score is not taken at every sample. */
const fewDirections = 16;

/** With the implicit loss among its figures, the one that compares scores of which nothing is known. */
const withImplicitLoss = (experiment: Experiment): Experiment => {
  const { config, sde } = experiment;
  const { score } = config.evaluation;
  if (score.some(({ id }) => id === 'implicit-loss') || noiseRangeOf(sde).rank > fewDirections) return experiment;
  const evaluation = { ...config.evaluation, score: [...score, { id: 'implicit-loss' }] };
  return { ...experiment, config: { ...config, evaluation } };
};

/** Opens cells of a configuration. */
async function createOpener(config: string | object, { set = [], plugins }: CompareOptions) {
  const { parsed } = await readConfig(config, set);
  const open = async ({ process, objective, seed, steps, learningRate }: Choice): Promise<Experiment> =>
    withImplicitLoss(
      await openExperiment(config, {
        plugins,
        set: [
          ...set,
          ...chosen('process', process, parsed.process.id),
          ...chosen('objective', objective, parsed.objective.id),
          ...(steps === undefined ? [] : [`training.steps=${steps}`]),
          ...(learningRate === undefined ? [] : [`training.optimiser.learningRate=${learningRate}`]),
          `seed=${seed}`,
        ],
      }),
    );
  return { open, process: parsed.process.id, steps: parsed.training.steps };
}
type Opener = Awaited<ReturnType<typeof createOpener>>;

function checkOptions({ objectives, seeds = [1], learningRates = [1] }: CompareOptions): void {
  if (objectives.length === 0 || seeds.length === 0 || learningRates.length === 0) {
    fail('E_USAGE', {
      summary: 'nothing to compare',
      got: `${objectives.length} objectives, ${seeds.length} seeds, ${learningRates.length} learning rates`,
      expected: 'at least one of each',
      tryThis: ['--objectives local-dsm,lcss,ism --seeds 1,2,3'],
    });
  }
  const wrong = learningRates.find((rate) => !(rate > 0 && Number.isFinite(rate)));
  if (wrong === undefined) return;
  fail('E_USAGE', {
    summary: 'a learning rate that is none',
    got: String(wrong),
    expected: 'positive numbers',
    tryThis: ['--learning-rates 1e-2,3e-3,1e-3'],
  });
}

const nameOf = ({ process, objective, learningRate, steps, seed }: Choice): string =>
  [process, objective, learningRate, steps === undefined ? undefined : `${steps}-steps`, seed]
    .filter((word) => word !== undefined)
    .join('-');

/** One cell at one learning rate, seed by seed. */
async function runSeeds(
  { open }: Opener,
  choice: Omit<Choice, 'seed'>,
  { seeds, ...options }: CompareOptions & { readonly seeds: readonly number[]; readonly progress: Progress },
): Promise<Seeded[]> {
  const found: Seeded[] = [];
  for (const seed of seeds) {
    const { process, objective, learningRate } = choice;
    const rate = learningRate === undefined ? '' : `, learning rate ${learningRate}`;
    options.progress({ kind: 'notice', text: `${process} × ${objective}${rate}, seed ${seed}` });
    const experiment = await open({ ...choice, seed });
    const out = join(options.out, nameOf({ ...choice, seed }));
    found.push({ seed, outcome: await runCell({ ...options, experiment, out }) });
  }
  return found;
}

interface Tried {
  readonly learningRate: number | undefined;
  readonly found: readonly Seeded[];
}

/** The best rate last said, and all of them. */
function cellOf(
  choice: Omit<Choice, 'seed'>,
  steps: number,
  tried: readonly Tried[],
  first: Figures | undefined,
): Cell {
  const pace = first === undefined ? undefined : paceOf(first);
  const rates = tried.map(({ learningRate, found }) => ({ learningRate, figures: figuresOf(found, pace) }));
  const best = rates.reduce((a, b) => (rankOf(b.figures) < rankOf(a.figures) ? b : a));
  const known = rates.flatMap(({ learningRate, figures }) =>
    learningRate === undefined ? [] : [{ learningRate, figures }],
  );
  return {
    process: choice.process,
    objective: choice.objective,
    steps,
    learningRate: best.learningRate,
    figures: best.figures,
    ...(first !== undefined && { differences: differencesOf(best.figures, first) }),
    ...(known.length > 0 && { rates: known }),
  };
}

/** A misspelt id ends the comparison before its first training; what does not fit is refused in its cell. */
async function checkIds({ open }: Opener, processes: readonly string[], objectives: readonly string[]): Promise<void> {
  for (const process of processes) {
    for (const objective of objectives) await open({ process, objective, seed: 0 }).catch(refusalOf);
  }
}

/** Throws E_USAGE, E_UNKNOWN_ID, E_FILE, E_RUN, E_INTERRUPTED. */
export async function compare(config: string | object, options: CompareOptions): Promise<Comparison> {
  checkOptions(options);
  const { objectives, seeds = [1, 2, 3], learningRates, equal = 'steps', out, progress = silent } = options;
  const opener = await createOpener(config, options);
  const processes = options.processes ?? [opener.process];
  await checkIds(opener, processes, objectives);
  const cells: Cell[] = [];
  let device = '';
  for (const process of processes) {
    const ofSeed = (objective: string) => opener.open({ process, objective, seed: seeds[0]! });
    const paces =
      equal === 'time' ? await keptPaces(join(out, `pace-${process}.json`), objectives, ofSeed, options) : undefined;
    let first: Figures | undefined;
    for (const objective of objectives) {
      const pace = paces?.get(objective) ?? 1;
      const steps = pace === 1 ? undefined : Math.max(1, Math.round(opener.steps / pace));
      const choice = { process, objective, steps };
      try {
        const tried: Tried[] = [];
        for (const learningRate of learningRates ?? [undefined]) {
          const found = await runSeeds(opener, { ...choice, learningRate }, { ...options, seeds, progress });
          tried.push({ learningRate, found });
          for (const { outcome } of found) if ('trial' in outcome && device === '') device = outcome.trial.device;
        }
        const cell = cellOf(choice, steps ?? opener.steps, tried, first);
        cells.push(cell);
        first ??= cell.figures;
      } catch (error) {
        cells.push({ process, objective, refusal: refusalOf(error) });
      }
    }
  }
  const comparison = { seeds, steps: opener.steps, equal, device, cells };
  return { ...comparison, files: await writeComparison(comparison, out) };
}
