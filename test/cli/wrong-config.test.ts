/** Every section of an experiment file with what does not belong there: exit code 65 (74 for files), the place, and nothing written. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNpy } from '@fokker/experiment';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Failure, failures, freshFolder, put, tiny } from './fokker.js';

const config = inject('config');
const folder = freshFolder(config);
const out = join(folder, 'run');
const train = (file: string, set: readonly string[] = []): string[] => [
  'train',
  file,
  '--out',
  out,
  ...set.flatMap((text) => ['--set', text]),
];
const numbers = (name: string, rows: readonly (readonly number[])[]): string =>
  put(folder, name, encodeNpy({ data: Float64Array.from(rows.flat()), shape: [rows.length, rows[0]?.length ?? 0] }));
const text = (name: string, content: string): string => put(folder, name, content);
const npy = (path: string): string => `data={id: npy, path: ${path}}`;
const csv = (path: string, more = ''): string => `data={id: csv, path: ${path}${more}}`;
const ou = (more: string): string => `process={id: ornstein-uhlenbeck, ${more}}`;

/** One override each (two where a section needs them), and the code it ends in. */
const wrong: readonly (readonly [code: string, ...set: string[]])[] = [
  ['E_CONFIG', 'seed=-1'],
  ['E_CONFIG', 'seed=.nan'],
  ['E_CONFIG', 'seed=one'],
  ['E_CONFIG', 'name='],
  ['E_CONFIG', 'trainng={steps: 3}'],
  ['E_CONFIG', 'plugins=./mine.js'],
  ['E_PLUGIN', 'plugins=[./mine.js]'],
  ['E_PLUGIN', 'plugins=[no-such-package]'],

  ['E_CONFIG', 'process=active-swimmer'],
  ['E_CONFIG', 'process={gamma: 1}'],
  ['E_UNKNOWN_ID', 'process.id=active-swimer'],
  ['E_PARAMETERS', 'process.gama=1'],
  ['E_PARAMETERS', 'process.gamma=much'],
  ['E_PARAMETERS', 'process.gamma=-1'],
  ['E_PARAMETERS', 'process.gamma=.nan'],
  ['E_PARAMETERS', 'process.gamma=.inf'],
  ['E_PARAMETERS', 'process={id: vp, beta0: 3, beta1: 1}'],
  ['E_PARAMETERS', ou('A: [[1, 2], [3]]')],
  ['E_PARAMETERS', ou('A: [[-1, 0]]')],
  ['E_PARAMETERS', ou('A: [-1]')],
  ['E_PARAMETERS', ou('A: [[.nan]]')],
  ['E_PARAMETERS', ou('A: [[-1]], G: [[1], [1]]')],
  ['E_PARAMETERS', ou('A: [[-1]], c: [1, 2]')],

  ['E_UNKNOWN_ID', 'data.id=gausian'],
  ['E_PARAMETERS', 'data={id: gaussian, men: [0, 0]}'],
  ['E_SHAPE', 'data={id: gaussian, mean: [0, 0, 0]}'],
  ['E_INCOMPATIBLE', 'data={id: two-moons}', 'process={id: vp, dim: 3}'],
  ['E_PARAMETERS', 'data={id: npy}'],
  ['E_FILE', npy('nowhere.npy')],
  ['E_FORMAT', npy(text('text.npy', 'hello'))],
  ['E_FORMAT', npy(put(folder, 'cut.npy', encodeNpy({ data: new Float64Array(8), shape: [4, 2] }).subarray(0, 150)))],
  [
    'E_NOT_FINITE',
    npy(
      numbers('nan.npy', [
        [0, 1],
        [Number.NaN, 2],
      ]),
    ),
  ],
  ['E_SHAPE', npy(numbers('wide.npy', [[0, 1, 2]]))],
  ['E_FILE', csv('nowhere.csv')],
  ['E_FORMAT', csv(text('words.csv', 'x,v\n1,2\n3,four\n'))],
  ['E_NOT_FINITE', csv(text('nan.csv', 'x,v\n1,2\n3,nan\n'))],
  ['E_SHAPE', csv(text('ragged.csv', 'x,v\n1,2\n3\n'))],
  ['E_SHAPE', csv(text('empty.csv', ''))],
  ['E_SHAPE', csv(text('narrow.csv', '1\n2\n'))],
  ['E_DATA', csv(text('named.csv', 'x,v\n1,2\n'), ', columns: [x, w]')],

  ['E_UNKNOWN_ID', 'objective.id=local-dms'],
  ['E_CAPABILITY', 'objective={id: dsm}'],
  ['E_PARAMETERS', 'objective.antithetic=perhaps'],
  ['E_PARAMETERS', 'objective.anti=true'],
  ['E_PARAMETERS', 'objective.bank={paths: 0}'],
  ['E_UNKNOWN_ID', 'schedule.id=konstant'],
  ['E_PARAMETERS', 'schedule.lag=-1'],
  ['E_PARAMETERS', 'schedule.lag=.nan'],
  ['E_CAPABILITY', 'schedule={id: clock, lambda: 1}'],
  ['E_UNKNOWN_ID', 'times.id=unifrom'],
  ['E_CAPABILITY', 'times={id: clock-uniform}'],
  ['E_PARAMETERS', 'times={id: power, exponent: 0}'],
  ['E_UNKNOWN_ID', 'weighting.id=none'],
  ['E_PARAMETERS', 'weighting={id: unit, scale: 2}'],
  ['E_UNKNOWN_ID', 'model.id=mpl'],
  ['E_PARAMETERS', 'model.width=0'],
  ['E_PARAMETERS', 'model.activation=sillu'],

  ['E_CONFIG', 'simulation.scheme=rk4'],
  ['E_CONFIG', 'simulation.scheme=exact'],
  ['E_CONFIG', 'simulation.step=0'],
  ['E_CONFIG', 'training.steps=0'],
  ['E_CONFIG', 'training.steps=1.5'],
  ['E_CONFIG', 'training.steps=.inf'],
  ['E_CONFIG', 'training.batch=15'],
  ['E_CONFIG', 'training.heldOut=31'],
  ['E_CONFIG', 'training.workers=9'],
  ['E_CONFIG', 'training.device=12'],
  ['E_DEVICE', 'training.device=abacus'],
  ['E_CONFIG', 'training.optimiser.id=lion'],
  ['E_CONFIG', 'training.optimiser.learningRate=0'],
  ['E_CONFIG', 'training.optimiser.clip=none'],
  ['E_CONFIG', 'training.optimizer={id: sgd}'],
  ['E_CONFIG', 'sampling.n=-1'],
  ['E_CONFIG', 'sampling.start=middle'],
  ['E_UNKNOWN_ID', 'sampling.reverse.id=reverse-huen'],
  ['E_PARAMETERS', 'sampling.reverse={id: reverse-heun, order: 4}'],
  ['E_CONFIG', 'sampling.flow.id=reverse-heun'],
  ['E_CONFIG', 'evaluation.times=[]'],
  ['E_CONFIG', 'evaluation.times=[0.5, 0.5]'],
  ['E_CONFIG', 'evaluation.times=[7]'],
  ['E_CONFIG', 'evaluation.times=[.nan]'],
  ['E_CONFIG', 'evaluation.n=10'],
  ['E_CONFIG', 'evaluation.methods=[forwards]'],
  ['E_UNKNOWN_ID', 'evaluation.metrics=[{id: sliced-w3}]'],
  ['E_PARAMETERS', 'evaluation.metrics=[{id: sliced-w2, directions: 0}]'],
  ['E_CONFIG', 'evaluation.metrics=[{id: fisher-error}]'],
  ['E_CONFIG', 'evaluation.score.id=sliced-w2'],
  ['E_CONFIG', 'evaluation.reference=[{t: 1, fisher: -1}]'],
];

/** Found when the machine is asked, beyond the configuration. */
const late = ['training.device=abacus'];

describe('one wrong value', () => {
  let errors: readonly Failure[] = [];
  beforeAll(async () => {
    errors = await failures(wrong.map(([, ...set]) => train(config, set)));
  });
  test.each(wrong.map(([code, ...set], i) => ({ code, i, set: set.join('  ') })))('$set: $code', ({ code, i, set }) => {
    const error = errors[i];
    expect(error).toMatchObject({ code, got: expect.any(String), expected: expect.any(String) });
    expect(error?.tryThis.length).toBeGreaterThan(0);
    if (!late.includes(set)) expect(error?.where, set).toMatch(/^--set /);
    expect(existsSync(out)).toBe(false);
  });
});

describe('places in a file', () => {
  const files = [
    ['broken.yaml', 'process: { id: vp\ndata: [', 'E_CONFIG', /broken\.yaml:\d+:\d+$/],
    ['tab.yaml', 'process:\n\tid: vp\n', 'E_CONFIG', /tab\.yaml:2:1$/],
    ['twice.yaml', 'process: { id: vp }\nprocess: { id: ve }\n', 'E_CONFIG', /twice\.yaml:2:1$/],
    ['empty.yaml', '', 'E_CONFIG', /empty\.yaml:1:1$/],
    ['list.yaml', '- process\n', 'E_CONFIG', /list\.yaml:1:1$/],
    ['key.yaml', `${tiny}trainig: { steps: 3 }\n`, 'E_CONFIG', /key\.yaml:11:1$/],
    ['nested.yaml', 'process: { id: vp }\ntraining:\n  stps: 3\n', 'E_CONFIG', /nested\.yaml:3:3$/],
    ['value.yaml', 'process: { id: vp }\ntraining:\n  steps: many\n', 'E_CONFIG', /value\.yaml:3:10$/],
    ['id.yaml', 'process: { id: vpp }\n', 'E_UNKNOWN_ID', /id\.yaml:1:16$/],
    ['parameter.yaml', 'process:\n  id: vp\n  dim: two\n', 'E_PARAMETERS', /parameter\.yaml:3:8$/],
    ['option.yaml', 'process: { id: vp }\nmodel: { id: mlp, widht: 3 }\n', 'E_PARAMETERS', /option\.yaml:2:26$/],
    ['clock.yaml', 'process: { id: active-swimmer }\nschedule: { id: clock }\n', 'E_CAPABILITY', /clock\.yaml:2:17$/],
    ['objective.yaml', tiny.replace('local-dsm, bank: { paths: 64 }', 'dsm'), 'E_CAPABILITY', /objective\.yaml:4:18$/],
  ] as const;
  test('each error has line and column', async () => {
    const errors = await failures(files.map(([name, content]) => train(text(name, content))));
    files.forEach(([name, , code, where], i) => {
      expect({ name, code: errors[i]?.code }).toEqual({ name, code });
      expect(errors[i]?.where, name).toMatch(where);
    });
    expect(errors[5]?.tryThis[0]).toBe('did you mean training?');
    expect(existsSync(out)).toBe(false);
  });
});

test('dsm on the swimmer: exit code 65, the capability, the objectives that would do', async () => {
  const [error] = await failures([['train', 'examples/active-swimmer.yaml', '--set', 'objective.id=dsm']], {
    cwd: new URL('../../', import.meta.url).pathname,
  });
  expect(error).toMatchObject({ code: 'E_CAPABILITY', exit: 65, where: '--set objective.id=dsm' });
  expect(error?.summary).toContain("'dsm'");
  expect(error?.expected).toContain("'transition'");
  expect(error?.tryThis).toContainEqual(expect.stringContaining('objective.id: local-dsm'));
});
