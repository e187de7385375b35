/** Folders that are taken, are no runs, or are damaged; whatever is refused leaves the folder as it was. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { answer, failures, freshFolder, put } from './fokker.js';

const run = inject('run');
const config = inject('config');
const folder = freshFolder(config);

let copies = 0;
/** A copy of the run, damaged. */
function damaged(damage: (path: (...names: string[]) => string) => void): string {
  const copy = join(folder, `run-${++copies}`);
  cpSync(run, copy, { recursive: true });
  damage((...names) => join(copy, ...names));
  return copy;
}
const last = ['checkpoints', '000040'] as const;
/** All files with their content. */
const content = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path, readFileSync(path, 'base64')]),
  );

test('a folder that is taken is not trained into', async () => {
  const full = join(folder, 'full');
  mkdirSync(full);
  put(full, 'notes.txt', 'mine');
  const before = content(run);
  const errors = await failures([
    ['train', config, '--out', run],
    ['train', config, '--out', full],
    ['train', config, '--out', run, '--resume', '--set', 'process.gamma=0.3'],
  ]);
  expect(errors.map(({ code }) => code)).toEqual(['E_RUN', 'E_RUN', 'E_RUN']);
  expect(errors[0]?.tryThis).toContain('continue it with --resume');
  expect(errors[2]?.got).toBe('process.gamma: 0.3');
  expect(content(run)).toEqual(before);
  expect(readdirSync(full)).toEqual(['notes.txt']);
});

test('a folder that is not a run', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const errors = await failures(['sample', 'evaluate', 'report', 'export'].map((command) => [command, empty]));
  expect(errors.map(({ code }) => code)).toEqual(['E_RUN', 'E_RUN', 'E_RUN', 'E_RUN']);
  expect(readdirSync(empty)).toEqual([]);
});

const damages: readonly (readonly [title: string, code: string, damage: Parameters<typeof damaged>[0]])[] = [
  ['no checkpoint', 'E_RUN', (path) => rmSync(path('checkpoints'), { recursive: true })],
  ['no prepared.json', 'E_RUN', (path) => rmSync(path('prepared.json'))],
  ['prepared.json cut', 'E_FORMAT', (path) => truncateSync(path('prepared.json'), 20)],
  ['average cut', 'E_FORMAT', (path) => truncateSync(path(...last, 'ema.safetensors'), 60)],
  ['average empty', 'E_FORMAT', (path) => truncateSync(path(...last, 'ema.safetensors'), 0)],
  ['average missing', 'E_FILE', (path) => rmSync(path(...last, 'ema.safetensors'))],
  ['optimiser cut', 'E_FORMAT', (path) => truncateSync(path(...last, 'optimiser.safetensors'), 100)],
  ['state cut', 'E_FORMAT', (path) => truncateSync(path(...last, 'state.json'), 10)],
  ['config.yaml broken', 'E_CONFIG', (path) => writeFileSync(path('config.yaml'), 'process: {')],
  ['config.yaml of another network', 'E_RUN', (path) => replace(path('config.yaml'), 'width: 8', 'width: 9')],
  ['a plugin that has gone', 'E_PLUGIN', (path) => replace(path('config.yaml'), 'plugins: []', 'plugins: [./gone.js]')],
];

const replace = (path: string, from: string, to: string): void => {
  const before = readFileSync(path, 'utf8');
  expect(before).toContain(from);
  writeFileSync(path, before.replace(from, to));
};

test('a damaged run is refused by every command that reads it, and left alone', async () => {
  const copies = damages.map(([, , damage]) => damaged(damage));
  const before = copies.map(content);
  for (const command of ['sample', 'evaluate', 'report']) {
    const errors = await failures(copies.map((copy) => [command, copy]));
    expect(errors.map(({ code }, i) => [damages[i]?.[0], code])).toEqual(damages.map(([title, code]) => [title, code]));
  }
  expect(copies.map(content)).toEqual(before);
});

test('a damaged checkpoint is not resumed from; without it, the one before is', async () => {
  const copy = damaged((path) => truncateSync(path(...last, 'model.safetensors'), 100));
  const [error] = await failures([['train', config, '--out', copy, '--resume']]);
  expect(error).toMatchObject({ code: 'E_FORMAT', summary: expect.stringContaining('000040') });
  rmSync(join(copy, ...last), { recursive: true });
  expect(await answer(['train', config, '--out', copy, '--resume'])).toMatchObject({ step: 40 });
  const model = (of: string) => readFileSync(join(of, ...last, 'model.safetensors'));
  expect(model(copy).equals(model(run))).toBe(true);
});

test('a report without an evaluation has what there is; a broken evaluation is refused', async () => {
  const bare = damaged((path) => {
    rmSync(path('evaluation.json'));
    rmSync(path('samples'), { recursive: true });
  });
  await answer(['report', bare]);
  expect(readdirSync(join(bare, 'report'))).toEqual(expect.arrayContaining(['report.html', 'loss.svg']));
  expect(readdirSync(join(bare, 'report'))).not.toContain('distances.svg');
  const broken = damaged((path) => truncateSync(path('evaluation.json'), 40));
  const [error] = await failures([['report', broken]]);
  expect(error?.code).toBe('E_FORMAT');
});
