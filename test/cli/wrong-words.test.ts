/** Wrong words for every command: exit code 2, what was meant, nothing on stdout but the document. */
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { errorOf, failures, freshFolder, many, type Outcome, put } from './fokker.js';

const run = inject('run');
const config = inject('config');

/** Words, and what the error has to try or got. */
const wrong: readonly (readonly [words: readonly string[], says: string])[] = [
  [['lsit'], 'did you mean fokker list?'],
  [['lsit', '--help'], 'did you mean fokker list?'],
  [['nonsense'], 'fokker --help'],
  [['train'], 'no CONFIG'],
  [['train', config, 'more'], "'more' as well"],
  [['train', config, '--sett', 'a=1'], 'did you mean --set?'],
  [['train', config, '--device', 'gpu'], 'auto, onnx, onnx-wasm'],
  [['train', config, '--set'], '--set'],
  [['train', config, '--set', 'training.steps'], 'no path before an equals sign'],
  [['train', config, '--set', 'training.steps=[1'], 'not YAML'],
  [['train', config, '--set', 'seed.deep=1'], "no key 'deep'"],
  [['sample'], 'no RUN'],
  [['sample', run, '--n', 'many'], '--n'],
  [['sample', run, '--n', '0'], '--n'],
  [['sample', run, '--n', '99999999'], 'n = 99999999'],
  [['sample', run, '--steps', '1.5'], '--steps'],
  [['sample', run, '--workers', '0'], '--workers'],
  [['sample', run, '--workers', '1.5'], '--workers'],
  [['simulate', 'vp', '--workers', 'abc'], '--workers'],
  [['simulate', 'vp', '--workers', '-1'], '--workers'],
  [['sample', run, '--times', '1,b'], "'b' is not a number"],
  [['sample', run, '--times', 'NaN'], "'NaN' is not a number"],
  [['sample', run, '--seed', '-1'], '--seed'],
  [['sample', run, '--out', 'samples.txt'], 'samples.txt.npy'],
  [['sample', run, '--set', 'clustering'], 'no path before an equals sign'],
  [['likelihood', run], 'flag data'],
  [['likelihood', run, '--data', 'rows.txt'], 'numpy.save'],
  [['likelihood', run, '--data', 'rows.npy', '--range', '0,b'], "'b' is not a number"],
  [['likelihood', run, '--data', 'rows.npy', '--out', 'log-p'], 'log-p.npy'],
  [['simulate'], 'no PROCESS'],
  [['simulate', 'vp', '--n', '-4'], '--n'],
  [['simulate', 'vp', '--out', 'states'], 'states.npy'],
  [['evaluate'], 'no RUN'],
  [['evaluate', run, '--n', '10'], '--n'],
  [['evaluate', run, '--times', ''], '--times'],
  [['physics'], 'no RUN'],
  [['physics', run, '--quantity', 'fisher', '--n', '0'], '--n'],
  [['physics', 'vp', '--option', 'cells'], 'name=value'],
  [['report'], 'no RUN'],
  [['report', run, '--open'], '--open'],
  [['list', 'prcess'], 'did you mean process?'],
  [['list', 'process', 'more'], "'more' as well"],
  [['describe'], 'no ID'],
  [['describe', 'vp', '--plugin'], '--plugin'],
  [['doctor', 'more'], "'more' as well"],
];

describe('wrong words', () => {
  let outcomes: readonly Outcome[] = [];
  beforeAll(async () => {
    outcomes = await many(wrong.flatMap(([words]) => [[...words, '--json'], words]));
  });
  test.each(wrong.map(([words, says], i) => ({ i, says, line: `fokker ${words.join(' ')}` })))(
    '$line',
    ({ i, says }) => {
      const document = outcomes[2 * i];
      const error = document && errorOf(document);
      expect(error).toMatchObject({ code: 'E_USAGE', exit: 2 });
      expect([error?.got, error?.expected, ...(error?.tryThis ?? [])].join('\n')).toContain(says);
      const text = outcomes[2 * i + 1];
      expect(text).toMatchObject({ code: 2, stdout: '' });
      expect(text?.stderr).toMatch(/^E_USAGE {2}.+\n {2}got {7}.+\n {2}expected {2}.+\n {2}try {7}/);
    },
  );
});

describe('words that name nothing there is', () => {
  const missing = [
    [['describe', 'swimmer'], 'E_UNKNOWN_ID'],
    [['simulate', 'active-swimer'], 'E_UNKNOWN_ID'],
    [['sample', run, '--sampler', 'reverse-huen'], 'E_UNKNOWN_ID'],
    [['sample', run, '--set', 'clusterin=2'], 'E_PARAMETERS'],
    [['sample', run, '--sampler', 'mala'], 'E_CAPABILITY'],
    [['likelihood', run, '--data', 'nowhere.npy'], 'E_FILE'],
    [['likelihood', run, '--data', 'nowhere.npy', '--method', 'flw'], 'E_UNKNOWN_ID'],
    [['likelihood', 'nowhere', '--data', 'nowhere.npy'], 'E_RUN'],
    [['simulate', 'vp', '--set', 'bta0=1'], 'E_PARAMETERS'],
    [['simulate', 'vp', '--set', 'process.beta0=.nan'], 'E_PARAMETERS'],
    [['simulate', 'vp', '--times', '0.5,2'], 'E_TIME'],
    [['sample', run, '--times', '1'], 'E_TIME'],
    [['sample', run, '--times', '-1'], 'E_TIME'],
    [['evaluate', run, '--times', '7'], 'E_TIME'],
    [['list', '--plugin', './nowhere.js'], 'E_PLUGIN'],
    [['train', 'nowhere.yaml'], 'E_FILE'],
    [['simulate', './nowhere.yaml'], 'E_FILE'],
    [['sample', 'nowhere'], 'E_RUN'],
    [['evaluate', 'nowhere'], 'E_RUN'],
    [['report', 'nowhere'], 'E_RUN'],
    [['sample', config], 'E_RUN'],
    [['train', run], 'E_FILE'],
  ] as const;
  test('each has its code', async () => {
    const errors = await failures(missing.map(([words]) => words));
    expect(errors.map(({ code }, i) => [missing[i]?.[0], code])).toEqual(missing);
    expect(errors[0]?.tryThis[0]).toBe('did you mean active-swimmer?');
    expect(errors[1]?.tryThis[0]).toContain('active-swimmer');
    expect(errors[2]?.tryThis[0]).toContain('reverse-heun');
    const where = (words: readonly string[]) => errors[missing.findIndex(([each]) => each === words)]?.where;
    expect(missing.slice(2, 5).map(([words]) => where(words))).toEqual([
      '--sampler reverse-huen',
      '--set clusterin=2',
      '--sampler mala',
    ]);
  });
});

test('plugins that cannot be used are named with their cause', async () => {
  const folder = freshFolder(config);
  const plugin = (name: string, text: string): readonly string[] => ['list', '--plugin', put(folder, name, text)];
  const calls = [
    plugin('throws.mjs', "throw new Error('out of paper');"),
    plugin('syntax.mjs', 'export default {'),
    plugin('nothing.mjs', 'export const a = 1;'),
    plugin('number.mjs', 'export default 4;'),
    plugin('future.mjs', "export default { name: 'future', apiVersion: 99, parts: {} };"),
    plugin('kind.mjs', "export default { name: 'kind', apiVersion: 1, parts: { wheel: [] } };"),
    ['list', '--plugin', 'no-such-package'],
    ['list', '--plugin', '@fokker/models', '--plugin', '@fokker/models'],
  ];
  const errors = await failures(calls);
  expect(errors.map(({ code }) => code)).toEqual([
    ...['E_PLUGIN', 'E_PLUGIN', 'E_PLUGIN', 'E_PLUGIN', 'E_PLUGIN_VERSION', 'E_PLUGIN', 'E_PLUGIN', 'E_DUPLICATE_ID'],
  ]);
  expect(errors[0]?.got).toContain('out of paper');
  expect(errors[0]?.summary).toContain('throws.mjs');
});
