/**
 * A run is a folder:
 *
 *     config.yaml          resolved: every default written out, plugins with versions, seed
 *     prepared.json        what the objective chose once before training
 *     metrics.jsonl        one line a log interval
 *     checkpoints/NNNNNN/  the state after step NNNNNN
 *     samples/*.npy   evaluation.json   physics/   report/
 *     .lock                while a training works in it
 */
import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fail, isFokkerError, type Json, type LinearisationError, type Prepared } from '@fokker/core';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { ExperimentConfig } from '../config/schema.js';
import { fileError, isDraft, readText, writeFileAtomic } from '../formats/atomic.js';
import { lockName } from './hold.js';

export interface RunPaths {
  readonly directory: string;
  readonly config: string;
  readonly prepared: string;
  readonly metrics: string;
  readonly checkpoints: string;
  readonly samples: string;
  readonly evaluation: string;
  readonly physics: string;
  readonly report: string;
}

export const runPaths = (directory: string): RunPaths => ({
  directory,
  config: join(directory, 'config.yaml'),
  prepared: join(directory, 'prepared.json'),
  metrics: join(directory, 'metrics.jsonl'),
  checkpoints: join(directory, 'checkpoints'),
  samples: join(directory, 'samples'),
  evaluation: join(directory, 'evaluation.json'),
  physics: join(directory, 'physics'),
  report: join(directory, 'report'),
});

/** Samples of a method, or of the simulation, at a time. */
export const samplePath = ({ samples }: RunPaths, name: string, t: number): string =>
  join(samples, `${name}-t${t}.npy`);

/** Names in a folder; nothing where there is none. E_FILE where it cannot be read. */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    return fileError(error, 'read', directory);
  }
}

/** Throws E_RUN for a folder that already holds something: a run is not overwritten. */
export async function refuseTaken(directory: string): Promise<void> {
  const names = (await namesIn(directory)).filter((name) => !isDraft(name) && name !== lockName);
  if (names.length === 0) return;
  const isRun = names.includes('config.yaml');
  fail('E_RUN', {
    summary: isRun ? `'${directory}' already holds a run` : `'${directory}' is not empty`,
    got: names.slice(0, 5).join(', '),
    expected: 'a folder that does not exist yet, or is empty',
    tryThis: [
      ...(isRun ? ['continue it with --resume'] : []),
      'choose another folder with --out',
      'remove the folder if it is not needed',
    ],
  });
}

export const writeConfig = (paths: RunPaths, config: ExperimentConfig): Promise<void> => {
  const directoryFromHere = relative(resolve(paths.directory), config.directory) || '.';
  return writeFileAtomic(paths.config, stringify({ ...config, directoryFromHere }, { lineWidth: 0 }));
};

const json: z.ZodType<Json> = z.json();
const linearisationSchema: z.ZodType<LinearisationError> = z.object({
  times: z.array(
    z.object({ t: z.number(), s: z.number(), mean: z.number(), high: z.number(), kl: z.number().optional() }),
  ),
  mean: z.number(),
  high: z.number(),
  worst: z.object({ t: z.number(), mean: z.number() }),
  states: z.int().positive().optional(),
  kl: z.union([z.object({ most: z.number() }), z.object({ none: z.string() })]),
});
const preparedSchema = z.object({
  scales: z.object({
    t: z.array(z.number()),
    noise: z.array(z.number()),
    output: z.array(z.number()).optional(),
    baseline: z.literal('prior').optional(),
    state: z.array(z.array(z.number())),
    features: z.array(z.number()).optional(),
  }),
  recipe: json,
  linearisation: linearisationSchema.optional(),
});

/** As it will be read back: what JSON cannot hold is refused here. */
export function asPrepared(value: unknown, what: string): Prepared {
  const result = preparedSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    return fail('E_FORMAT', {
      summary: `${what} is not what an objective prepares`,
      got: `${issue?.path.join('.')}: ${issue?.message}`,
      expected: '{ scales, recipe } of finite numbers',
      tryThis: ['train again into a new folder'],
    });
  }
  const { scales, recipe, linearisation } = result.data;
  const { features, ...rest } = scales;
  return {
    scales: features === undefined ? rest : { ...rest, features },
    recipe,
    ...(linearisation !== undefined && { linearisation }),
  };
}

/** Parses JSON text; E_FORMAT naming the file where it is none. */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    return fail('E_FORMAT', {
      summary: `'${path}' is not JSON`,
      got: cause instanceof Error ? cause.message : 'text',
      expected: 'the file as Fokker wrote it',
      tryThis: ['restore the file, or train again into a new folder'],
      cause,
    });
  }
}

export const writePrepared = (paths: RunPaths, prepared: Prepared): Promise<void> =>
  writeFileAtomic(paths.prepared, `${JSON.stringify(prepared)}\n`);

export async function readPrepared(paths: RunPaths): Promise<Prepared | undefined> {
  const text = await readText(paths.prepared).catch((error: unknown) => {
    if (isFokkerError(error) && error.code === 'E_FILE') return undefined;
    throw error;
  });
  return text === undefined ? undefined : asPrepared(parseJson(text, paths.prepared), paths.prepared);
}
