/**
 * Objectives × processes × seeds: every cell trained and measured alike, or refused with the reason, in one table. What is not compared (model, optimiser, schedule, weight, steps,
 * metrics) is that of the configuration; an objective or process that it names keeps its options there, others have their defaults.
 *
 * Runs are kept under `out` and used again: a comparison that was stopped goes on where it was.
 */
import { join } from 'node:path';
import { fail, type PluginSpec } from '@fokker/core';
import { type Experiment, openExperiment } from '../composition/experiment.js';
import { readConfig } from '../config/read.js';
import { writeFileAtomic } from '../formats/atomic.js';
import { type Progress, silent } from '../progress.js';
import { type Outcome, runCell, type Trial } from './cell.js';
import { figuresOf } from './figures.js';
import { comparisonMarkdown, comparisonPage } from './page.js';
import { type Cell, type Comparison, type Divergence, refusalOf } from './summary.js';

export interface CompareOptions {
  readonly objectives: readonly string[];
  /** By default that of the configuration. */
  readonly processes?: readonly string[] | undefined;
  readonly seeds?: readonly number[] | undefined;
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

interface Names {
  readonly process: string | undefined;
  readonly objective: string;
}

/** What the configuration itself names, by opening it as far as its parts are read. */
async function ownParts(config: string | object, set: readonly string[]) {
  const { parsed } = await readConfig(config, set);
  return { process: parsed.process.id, objective: parsed.objective.id, training: parsed.training };
}

export async function compare(config: string | object, options: CompareOptions): Promise<Comparison> {
  const { objectives, seeds = [1, 2, 3], set = [], plugins, out, progress = silent } = options;
  if (objectives.length === 0 || seeds.length === 0) {
    fail('E_USAGE', {
      summary: 'nothing to compare',
      got: `${objectives.length} objectives, ${seeds.length} seeds`,
      expected: 'at least one of each',
      tryThis: ['--objectives local-dsm,lcss,ism --seeds 1,2,3'],
    });
  }
  const own = await ownParts(config, set);
  const open = ({ process, objective }: Names, seed: number): Promise<Experiment> =>
    openExperiment(config, {
      plugins,
      set: [
        ...set,
        ...(process === undefined ? [] : chosen('process', process, own.process)),
        ...chosen('objective', objective, own.objective),
        `seed=${seed}`,
      ],
    });

  const cells: Cell[] = [];
  let device = '';
  for (const process of options.processes ?? [own.process]) {
    let pace: readonly number[] | undefined;
    for (const objective of objectives) {
      const trials: Trial[] = [];
      const divergences: Divergence[] = [];
      try {
        for (const seed of seeds) {
          progress({ kind: 'notice', text: `${process} × ${objective}, seed ${seed}` });
          const experiment = await open({ process, objective }, seed);
          const folder = join(out, `${process}-${objective}-${seed}`);
          const outcome: Outcome = await runCell({ ...options, experiment, out: folder, progress });
          if ('trial' in outcome) trials.push(outcome.trial);
          else divergences.push({ seed, text: `${outcome.diverged.message}; ${outcome.diverged.got}` });
        }
      } catch (error) {
        cells.push({ process, objective, refusal: refusalOf(error) });
        continue;
      }
      device = trials[0]?.device ?? device;
      pace ??= trials.length > 0 ? trials.map(({ msPerStep }) => msPerStep) : undefined;
      cells.push({ process, objective, figures: figuresOf(trials, divergences, pace ?? []) });
    }
  }
  const files = ['compare.json', 'compare.md', 'compare.html'].map((name) => join(out, name));
  const comparison: Comparison = { seeds, steps: own.training.steps, device, cells, files };
  await writeFileAtomic(files[0]!, `${JSON.stringify(comparison, undefined, 2)}\n`);
  await writeFileAtomic(files[1]!, comparisonMarkdown(comparison));
  await writeFileAtomic(files[2]!, comparisonPage(comparison));
  return comparison;
}
