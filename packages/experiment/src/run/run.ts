/**
 * A run that has been begun: its folder, its experiment, what was prepared, the steps it has checkpoints of.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, type PluginSpec, type Prepared } from '@fokker/core';
import { compose, type Experiment } from '../composition/experiment.js';
import type { LoadedPlugins } from '../composition/plugins.js';
import { pluginsOf } from '../composition/process.js';
import { type ReadConfig, readConfig } from '../config/read.js';
import { checkpointSteps } from './checkpoint.js';
import { type RunPaths, readPrepared, runPaths } from './folder.js';

export interface Run {
  readonly directory: string;
  readonly paths: RunPaths;
  readonly experiment: Experiment;
  readonly prepared: Prepared;
  /** Steps of its checkpoints, ascending; the last is what is used. */
  readonly steps: readonly number[];
}

const notARun = (directory: string, got: string): never =>
  fail('E_RUN', {
    summary: `'${directory}' is not a run`,
    got,
    expected: 'a folder written by training: config.yaml, prepared.json, checkpoints/',
    tryThis: ['fokker train CONFIG --out DIR', 'look at the spelling of the path'],
  });

async function checkFolder(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (found === undefined) notARun(directory, 'no such folder');
  else if (!found.isDirectory()) notARun(directory, 'a file');
  const config = await stat(join(directory, 'config.yaml')).catch(() => undefined);
  if (config === undefined) notARun(directory, 'a folder without config.yaml');
}

/** Plugins that were given as objects leave their names in the record only; they have to be given again. */
function checkPlugins(directory: string, { parsed }: ReadConfig, { versions }: LoadedPlugins): void {
  const missing = Object.keys(parsed.versions ?? {}).filter((name) => versions[name] === undefined);
  if (missing.length === 0) return;
  fail('E_PLUGIN', {
    summary: `the run '${directory}' needs plugins that are not loaded`,
    got: `no ${missing.join(', ')}`,
    expected: 'the plugins it was trained with',
    tryThis: [
      'openRun(directory, { plugins: […] }) where they were given as objects',
      'name their packages or files under plugins: in its config.yaml',
    ],
  });
}

export interface RunOptions {
  readonly plugins?: readonly PluginSpec[] | undefined;
  readonly set?: readonly string[] | undefined;
}

/** Throws E_RUN for what is not a run, or one without a checkpoint; E_PLUGIN where plugins are missing. */
export async function openRun(directory: string, { plugins = [], set }: RunOptions = {}): Promise<Run> {
  await checkFolder(directory);
  const paths = runPaths(directory);
  const read = await readConfig(paths.config, set);
  const loaded = await pluginsOf(read, plugins);
  checkPlugins(directory, read, loaded);
  const experiment = await compose(read, loaded, { plugins });
  const prepared = await readPrepared(paths);
  const steps = await checkpointSteps(paths);
  if (prepared === undefined || steps.length === 0) {
    return fail('E_RUN', {
      summary: `the run '${directory}' has nothing trained yet`,
      got: prepared === undefined ? 'no prepared.json' : 'no checkpoint',
      expected: 'at least one checkpoint',
      tryThis: ['continue it: fokker train CONFIG --out DIR --resume'],
    });
  }
  return { directory, paths, experiment, prepared, steps };
}
