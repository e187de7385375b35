/** What a run folder holds beside its network, read back for the report: metrics, the evaluation, samples. */
import { fail, isFokkerError } from '@fokker/core';
import { z } from 'zod';
import type { Evaluation } from '../evaluation/evaluate.js';
import { readText } from '../formats/atomic.js';
import { readLines } from '../formats/jsonl.js';
import { readNpy } from '../formats/npy.js';
import { parseJson, type RunPaths, samplePath } from '../run/folder.js';
import type { StateFrame } from '../simulation/paths.js';
import type { MetricsLine } from '../training/metrics-log.js';

/** The value, or undefined for a file that is not there. */
export async function ifPresent<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (isFokkerError(error) && error.code === 'E_FILE') return undefined;
    throw error;
  });
}

const line = z.object({
  step: z.number(),
  loss: z.number(),
  bands: z.array(z.object({ from: z.number(), to: z.number() })),
});
const isLine = (value: unknown): value is MetricsLine => line.safeParse(value).success;

export const readMetrics = async ({ metrics }: RunPaths): Promise<readonly MetricsLine[]> =>
  ((await ifPresent(readLines(metrics))) ?? []).filter(isLine);

const measured = z.object({ value: z.number(), floor: z.number(), closer: z.literal('larger').optional() });
const evaluation = z.object({
  step: z.number(),
  samples: z.array(
    z.object({
      method: z.string(),
      lost: z.object({
        count: z.number(),
        of: z.number(),
        paths: z.array(z.object({ path: z.number(), t: z.number() })),
      }),
      acceptance: z.object({ proposed: z.number(), accepted: z.number() }).optional(),
      times: z.array(z.object({ t: z.number(), metrics: z.record(z.string(), measured) })),
    }),
  ),
  score: z.object({ relative: z.array(z.string()), times: z.array(z.looseObject({ t: z.number() })) }),
});
export const isEvaluation = (value: unknown): value is Evaluation => evaluation.safeParse(value).success;

/** Undefined for a run that was not evaluated; E_FORMAT for a file that is something else. */
export async function readEvaluation(paths: RunPaths): Promise<Evaluation | undefined> {
  const text = await ifPresent(readText(paths.evaluation));
  if (text === undefined) return undefined;
  const value = parseJson(text, paths.evaluation);
  if (isEvaluation(value)) return value;
  return fail('E_FORMAT', {
    summary: `'${paths.evaluation}' is not an evaluation`,
    got: text.slice(0, 60),
    expected: '{ step, samples, score } as fokker evaluate writes it',
    tryThis: ['evaluate the run again: fokker evaluate RUN'],
  });
}

/** The frames that are there. */
export async function readFrames(paths: RunPaths, name: string, times: readonly number[]): Promise<StateFrame[]> {
  const frames: StateFrame[] = [];
  for (const t of times) {
    const y = await ifPresent(readNpy(samplePath(paths, name, t)));
    if (y !== undefined) frames.push({ t, y });
  }
  return frames;
}
