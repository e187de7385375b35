/** The suite itself: a sampler that keeps the contract passes every check, one fault at a time is caught by the check that names it. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { zeros } from '../contracts/batch.js';
import type { Frame, SamplerDefinition, SamplingJob } from '../contracts/sampler.js';
import { fillNormal } from '../numerics/random.js';
import { samplerContract } from './sampler-contract.js';

type Walk = (job: SamplingJob) => AsyncGenerator<Frame>;

const samplerOf = (walk: Walk): SamplerDefinition => ({
  id: 'toy',
  options: z.strictObject({}),
  direction: 'both',
  create: () => ({ id: 'toy', sample: walk }),
});
const failures = async (walk: Walk): Promise<string[]> => {
  const failed: string[] = [];
  for (const { name, run } of samplerContract(samplerOf(walk))) {
    try {
      await run();
    } catch {
      failed.push(name);
    }
  }
  return failed;
};

/** Stands still and kicks every row once at each frame. */
async function* still({ start, times, from, to, key, first = 0, steps, onStep }: SamplingJob): AsyncGenerator<Frame> {
  const y = { ...start, data: start.data.slice() };
  const noise = zeros(y.n, y.d);
  const backwards = to < from;
  const stops = [...new Set([...times, to])].sort((a, b) => (backwards ? b - a : a - b));
  for (let k = 1; k <= steps; k++) onStep?.(k, steps);
  for (const t of stops) {
    if (t !== from) {
      fillNormal(key.at('kick', String(t)), first, y.n, y.d, noise.data);
      for (let k = 0; k < y.data.length; k++) y.data[k]! += noise.data[k]!;
    }
    yield { t, y: { ...y, data: y.data.slice() }, lost: [] };
  }
}

describe('samplerContract', () => {
  test('what a journey without guards lacks is named, and nothing else', async () => {
    const failed = await failures(still);
    expect(failed.filter((name) => !name.startsWith('refuses'))).toEqual([
      'a lost path is frozen, counted and named, and disturbs no other',
      'stops when its signal says so',
    ]);
    expect(failed.filter((name) => name.startsWith('refuses'))).toHaveLength(9);
  });

  test.each<[string, Walk, string]>([
    [
      'noise of the position in the batch',
      (job) => still({ ...job, first: 0 }),
      'row i depends on row i of the start and on (key, first + i) alone',
    ],
    [
      'a start that is changed',
      async function* (job) {
        job.start.data.fill(0);
        yield* still(job);
      },
      'repeats itself and leaves the start alone',
    ],
    [
      'frames in another order',
      (job) => still({ ...job, to: job.from, from: job.to, times: [...job.times, job.to] }),
      'frames: the times asked in the order of travel, the start if asked, always the end',
    ],
    ['silence', ({ onStep: _, ...job }) => still(job), 'onStep: tells every step'],
  ])('%s is caught', async (_, walk, name) => {
    expect(await failures(walk)).toContain(name);
  });
});
