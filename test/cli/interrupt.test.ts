/** Stopped by Ctrl-C, SIGTERM or SIGKILL: exit code 130 after saving where there is something to save, no half of anything, and a resume equals the unbroken run bit for bit. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { answer, errorOf, freshFolder, type Running, start } from './fokker.js';

const run = inject('run');
const config = inject('config');
const folder = freshFolder(config);

const steps = 1000;
const train = (out: string, ...more: string[]): string[] => [
  ...['train', config, '--out', out, '--set', `training.steps=${steps}`, '--set', 'training.workers=1'],
  ...['--set', 'training.logEvery=70', '--set', 'training.checkpointEvery=100', '--json', ...more],
];

const files = ['ema.safetensors', 'model.safetensors', 'optimiser.safetensors', 'state.json'];
const checkpoints = (out: string): string[] => readdirSync(join(out, 'checkpoints')).sort();

/** All that training leaves, without the clock. */
function outcome(out: string) {
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return {
    names: readdirSync(out).sort(),
    checkpoints: checkpoints(out),
    files: files.map((name) => readFileSync(join(out, 'checkpoints', `00${steps}`, name), 'base64')),
    lines: lines.map((line) => ({ ...JSON.parse(line), stepsPerSecond: 0 })),
  };
}

async function until(condition: () => boolean, running: Running): Promise<void> {
  while (!condition()) {
    if (running.child.exitCode !== null) throw new Error(`ended too early: ${JSON.stringify(await running.outcome)}`);
    await wait(5);
  }
}
const trainedFor = (out: string, count: number) => () =>
  existsSync(join(out, 'checkpoints')) && checkpoints(out).some((name) => Number(name) >= count);

describe.skipIf(process.platform === 'win32')('training', () => {
  let whole: ReturnType<typeof outcome>;
  beforeAll(async () => {
    await answer(train(join(folder, 'whole')));
    whole = outcome(join(folder, 'whole'));
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s saves and exits with 130', async (signal) => {
    const out = join(folder, signal);
    const running = start(train(out));
    await until(trainedFor(out, 100), running);
    running.child.kill(signal);
    const error = errorOf(await running.outcome);
    expect(error).toMatchObject({ code: 'E_INTERRUPTED', exit: 130 });
    expect(error.got).toContain(join(out, 'checkpoints', checkpoints(out).at(-1)!));
    expect(Number(checkpoints(out).at(-1))).toBeLessThan(steps);
  });

  test('interrupted and resumed, it is the unbroken run', async () => {
    const out = join(folder, 'SIGINT');
    expect(await answer(train(out, '--resume'))).toMatchObject({ step: steps });
    expect(outcome(out)).toEqual(whole);
  });

  test('SIGKILL leaves whole checkpoints only, and the resumed run is the unbroken one', async () => {
    const out = join(folder, 'killed');
    for (const stop of [100, 400]) {
      const running = start(train(out, '--resume'));
      await until(trainedFor(out, stop), running);
      running.child.kill('SIGKILL');
      await running.outcome;
      for (const name of checkpoints(out).filter((each) => !each.startsWith('.'))) {
        expect(readdirSync(join(out, 'checkpoints', name)).sort()).toEqual(files);
      }
    }
    mkdirSync(join(out, 'checkpoints', '.000500.draft.tmp')); // what a kill in the middle of a checkpoint leaves
    await answer(train(out, '--resume'));
    expect(outcome(out)).toEqual(whole);
  });
});

/** A command that has opened what it works on and has long not finished. */
async function atWork(words: readonly string[]): Promise<Running> {
  const running = start([...words, '--plugin', new URL('fixtures/loaded.mjs', import.meta.url).pathname]);
  await running.says('plugin loaded');
  await wait(500);
  expect(running.child.exitCode).toBe(null);
  return running;
}

describe.skipIf(process.platform === 'win32')('other commands', () => {
  const stopped = async (words: readonly string[]) => {
    const running = await atWork([...words, '--json']);
    running.child.kill('SIGINT');
    return errorOf(await running.outcome);
  };
  test('simulate, sample and evaluate write nothing', async () => {
    const out = join(folder, 'states.npy');
    const before = readFileSync(join(run, 'evaluation.json'), 'utf8');
    const errors = await Promise.all([
      stopped(['simulate', config, '--n', '1000000', '--steps', '2000', '--out', out]),
      stopped(['sample', run, '--n', '10000', '--steps', '20000', '--out', out]),
      stopped(['evaluate', run, '--n', '300000']),
    ]);
    for (const error of errors) expect(error).toMatchObject({ code: 'E_INTERRUPTED', exit: 130 });
    expect(readdirSync(folder).filter((name) => name.includes('states'))).toEqual([]);
    expect(readFileSync(join(run, 'evaluation.json'), 'utf8')).toBe(before);
  });
  test('a second Ctrl-C ends at once', async () => {
    const out = join(folder, 'at-once.npy');
    const running = await atWork(['simulate', config, '--n', '1000000', '--steps', '2000', '--out', out]);
    running.child.kill('SIGINT');
    await running.says('once more');
    running.child.kill('SIGINT');
    expect((await running.outcome).code).toBe(130);
    expect(readdirSync(folder).filter((name) => name.includes('at-once'))).toEqual([]);
  });
});
