/**
 * How a training begins: a new folder, or the last checkpoint of one that was stopped.
 */
import { fail, isFokkerError, type Prepared, parametrise } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import type { ExperimentConfig } from '../config/schema.js';
import { sourceFromText } from '../config/source.js';
import { readText, removeDrafts } from '../formats/atomic.js';
import { readLines, writeLines } from '../formats/jsonl.js';
import { linearisationText } from '../reporting/linearisation-text.js';
import { type Checkpoint, checkpointSteps, readCheckpoint } from '../run/checkpoint.js';
import { asPrepared, type RunPaths, readPrepared, refuseTaken, writeConfig, writePrepared } from '../run/folder.js';
import { type Network, networkOf } from './network.js';

export interface Start {
  readonly prepared: Prepared;
  readonly network: Network;
  /** Absent: from the initial parameters. */
  readonly checkpoint?: Checkpoint | undefined;
  /** What is worth saying before it goes on. */
  readonly notices: readonly string[];
}

/** Sections that say nothing about what is trained. */
const free = ['name', 'evaluation', 'sampling', 'directory', 'directoryFromHere', 'versions'];
/** Keys of training that a resumed run may change: where and how long, not what. */
const freeTraining = [
  'steps',
  'device',
  'threads',
  'workers',
  'ahead',
  'keep',
  'checkpointEvery',
  'logEvery',
  'heldOut',
  'divergence',
];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** First path at which two values differ. */
function difference(a: unknown, b: unknown, path: readonly string[] = []): readonly string[] | undefined {
  if (isRecord(a) && isRecord(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    for (const key of keys) {
      const found = difference(a[key], b[key], [...path, key]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return JSON.stringify(a) === JSON.stringify(b) ? undefined : path;
}

const compared = (config: unknown): unknown => {
  if (!isRecord(config)) return config;
  const training = isRecord(config.training) ? config.training : {};
  return {
    ...Object.fromEntries(Object.entries(config).filter(([key]) => !free.includes(key))),
    training: Object.fromEntries(Object.entries(training).filter(([key]) => !freeTraining.includes(key))),
  };
};

function refuseOther(recorded: unknown, config: ExperimentConfig, directory: string): void {
  const path = difference(compared(recorded), compared(JSON.parse(JSON.stringify(config))));
  if (path === undefined) return;
  const at = (value: unknown): string =>
    JSON.stringify(path.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value)) ??
    'nothing';
  fail('E_RUN', {
    summary: `the run '${directory}' was begun with another configuration`,
    got: `${path.join('.')}: ${at(config)}`,
    expected: `${path.join('.')}: ${at(recorded)}, as in its config.yaml`,
    tryThis: [
      'train into another folder with --out',
      `resume it as it was begun: fokker train ${directory}/config.yaml --out ${directory} --resume`,
    ],
  });
}

/** Plugins that have changed since the run was begun: the same names may mean other numbers now. */
function otherVersions(recorded: unknown, { versions = {} }: ExperimentConfig): string[] {
  const before = isRecord(recorded) && isRecord(recorded.versions) ? recorded.versions : {};
  return Object.entries(versions).flatMap(([name, now]) =>
    before[name] === undefined || before[name] === now
      ? []
      : [
          `plugin ${name} was ${before[name]} when the run was begun and is ${now} now: it may not go on as it would have`,
        ],
  );
}

/** Computed once, then as it will be read back from the folder. */
export function prepare({ objective, problem, key, sde, config }: Experiment): Prepared {
  const chosen = objective.instance.prepare(problem, key.at('prepare'));
  const prepared = { ...chosen, scales: parametrise(sde, chosen.scales, config.parametrisation) };
  return asPrepared(JSON.parse(JSON.stringify(prepared)), 'the preparation of the objective');
}

const linearisationNotice = ({ linearisation }: Prepared): string[] =>
  linearisation === undefined ? [] : [`linearisation: ${linearisationText(linearisation)}`];

async function begin(experiment: Experiment, paths: RunPaths): Promise<Start> {
  await refuseTaken(paths.directory);
  const prepared = prepare(experiment);
  const network = networkOf(experiment, prepared);
  await removeDrafts(paths.directory);
  await writeConfig(paths, experiment.config);
  await writePrepared(paths, prepared);
  await writeLines(paths.metrics, []);
  return { prepared, network, notices: linearisationNotice(prepared) };
}

/** Lines written after the checkpoint belong to steps that will be taken again. */
async function cutMetrics(paths: RunPaths, step: number): Promise<void> {
  const lines = await readLines(paths.metrics).catch((error: unknown) => {
    if (isFokkerError(error) && error.code === 'E_FILE') return [];
    throw error;
  });
  await writeLines(
    paths.metrics,
    lines.filter((line) => isRecord(line) && typeof line.step === 'number' && line.step <= step),
  );
}

async function resume(experiment: Experiment, paths: RunPaths): Promise<Start> {
  const recorded = sourceFromText(await readText(paths.config), paths.config).value;
  refuseOther(recorded, experiment.config, paths.directory);
  const prepared = (await readPrepared(paths)) ?? prepare(experiment);
  const network = networkOf(experiment, prepared);
  const last = (await checkpointSteps(paths)).at(-1);
  const { layout } = network.model.init(experiment.key.at('init'));
  const checkpoint = last === undefined ? undefined : await readCheckpoint(paths, last, layout);
  for (const directory of [paths.directory, paths.checkpoints]) await removeDrafts(directory);
  await writeConfig(paths, experiment.config);
  await writePrepared(paths, prepared);
  await cutMetrics(paths, last ?? 0);
  return { prepared, network, checkpoint, notices: otherVersions(recorded, experiment.config) };
}

/** Throws E_RUN where a folder is taken, or holds another experiment. A resume of nothing begins. */
export async function startTraining(experiment: Experiment, paths: RunPaths, resuming: boolean): Promise<Start> {
  if (!resuming) return begin(experiment, paths);
  const known = await readText(paths.config).then(
    () => true,
    () => false,
  );
  return known ? resume(experiment, paths) : begin(experiment, paths);
}
