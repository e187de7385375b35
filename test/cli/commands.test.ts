/** Each command as it is meant to be used: its text, its JSON document, what it leaves on the disk. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decodeNpy, readCsv } from '@fokker/experiment';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { answer, errorOf, fokker, freshFolder, many, put, start } from './fokker.js';

const run = inject('run');
const config = inject('config');
const examples = new URL('../../examples/', import.meta.url).pathname;
let folder = '';
beforeAll(() => {
  folder = freshFolder(config);
});

const names = [
  'train',
  'sample',
  'simulate',
  'evaluate',
  'likelihood',
  'physics',
  'report',
  'export',
  'list',
  'describe',
  'check',
  'doctor',
];

describe('help', () => {
  test('--help, help and no words list the commands; --version', async () => {
    const outcomes = await many([['--help'], ['help'], [], ['--version']]);
    expect(outcomes.pop()?.stdout).toMatch(/\/\d+\.\d+\.\d+ /);
    for (const { code, stdout, stderr } of [...outcomes, await fokker(['--help'])]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const name of names) expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
  });
  test('every command has usage, --json and an example in its help', async () => {
    const outcomes = await many(names.map((name) => [name, '--help']));
    outcomes.forEach(({ code, stdout }, i) => {
      expect(code).toBe(0);
      expect(stdout).toContain(`$ fokker ${names[i]}`);
      expect(stdout).toContain('--json');
      expect(stdout).toContain('EXAMPLES');
    });
  });
});

describe('list and describe', () => {
  test('list: a line a part, of all kinds or one', async () => {
    const [all, some] = await many([['list'], ['list', 'process', '--json']]);
    expect(all?.code).toBe(0);
    for (const id of ['active-swimmer', 'local-dsm', 'reverse-heun', 'mlp', 'two-moons'])
      expect(all?.stdout).toContain(id);
    expect(JSON.parse(some?.stdout ?? '')).toContainEqual(
      expect.objectContaining({
        kind: 'sde',
        section: 'process',
        id: 'vp',
        plugin: '@fokker/sde-plugins',
        version: expect.any(String),
      }),
    );
  });
  test('describe active-swimmer: equations, parameters, capabilities own and derived, fitting objectives', async () => {
    const [words, document, objective] = await many([
      ['describe', 'active-swimmer'],
      ['describe', 'active-swimmer', '--json'],
      ['describe', 'local-dsm', '--json'],
    ]);
    expect(JSON.parse(objective?.stdout ?? '')).toMatchObject({ kind: 'objective', needs: ['jacobian'] });
    expect(JSON.parse(document?.stdout ?? '')).toMatchObject({
      kind: 'sde',
      equations: { drift: ['-x^3 + v', expect.any(String)] },
      parameters: expect.arrayContaining([expect.objectContaining({ name: 'gamma', default: 0.1 })]),
      process: {
        dim: 2,
        capabilities: expect.arrayContaining([
          expect.objectContaining({ name: 'jacobian', derived: false }),
          expect.objectContaining({ name: 'features', derived: true }),
        ]),
        objectives: expect.arrayContaining(['local-dsm']),
      },
    });
    for (const word of ['-x^3 + v', 'gamma', 'noiseRange', 'own', 'derived', 'local-dsm']) {
      expect(words?.stdout).toContain(word);
    }
  });
  test('a plugin by path, from where the command is called', async () => {
    const parts = await answer(['list', 'process', '--plugin', './double-well.mjs'], {
      cwd: new URL('fixtures/', import.meta.url).pathname,
    });
    expect(parts).toContainEqual(expect.objectContaining({ id: 'my-well', plugin: 'fixture' }));
  });
});

test('describe an experiment: its parts, lag and linearisation error over time; exact kernels cost nothing', async () => {
  const exact = ['process={id: vp}', 'objective={id: dsm}'].flatMap((text) => ['--set', text]);
  const [words, document, affine] = await many([
    ['describe', config],
    ['describe', config, '--json'],
    ['describe', config, ...exact],
  ]);
  for (const word of ['sampling.reverse', 'derived', 'lag t − s', '●', '○']) expect(words?.stdout).toContain(word);
  const { parts, linearisation } = JSON.parse(document?.stdout ?? '');
  expect(parts).toContainEqual(expect.objectContaining({ section: 'schedule', id: 'constant', options: { lag: 0.2 } }));
  expect(linearisation).toMatchObject({ mean: expect.any(Number), kl: { none: expect.any(String) } });
  expect(linearisation.times).toHaveLength(16);
  expect(affine?.stdout).toContain('none: the kernels');
});

test('new plugin: files and what to do next; a name that cannot be one', async () => {
  const [words, refused] = await many(
    [
      ['new', 'plugin', 'tide', '--kind', 'sde'],
      ['new', 'plugin', 'Tide', '--json'],
    ],
    { cwd: folder },
  );
  expect(words).toMatchObject({ code: 0, stderr: '' });
  for (const line of ['cd tide', 'npm test', 'fokker check ./src/index.ts', 'fokker train examples/tide.yaml'])
    expect(words?.stdout).toContain(line);
  expect(existsSync(join(folder, 'tide', 'src', 'tide.test.ts'))).toBe(true);
  expect(JSON.parse(refused?.stdout ?? '')).toMatchObject({ error: { code: 'E_USAGE', exit: 2 } });
});

describe('check', () => {
  test('a process: every check with what it measured beside its limit', async () => {
    const [words, document] = await many([
      ['check', 'active-swimmer'],
      ['check', 'vp', '--set', 'beta0=1', '--json'],
    ]);
    expect(words).toMatchObject({ code: 0 });
    expect(words?.stdout).toMatch(/✓ row 56: jacobian equals the differences of the drift +[\d.e-]+ ≤ 1e-8/);
    expect(words?.stdout).toMatch(/\d+ kept, 0 broken, 0 told/);
    expect(JSON.parse(document?.stdout ?? '')).toMatchObject({
      target: 'vp',
      failed: 0,
      told: 1,
      subjects: [{ subject: 'process vp', plugin: '@fokker/sde-plugins' }],
    });
  });
  test('an experiment: its parts one by one; one that does not fit is a broken check and exit code 65', async () => {
    const [whole, unfit] = await many([
      ['check', config, '--json'],
      ['check', config, '--set', 'objective.id=dsm', '--set', 'objective.bank=', '--json'],
    ]);
    const report = JSON.parse(whole?.stdout ?? '');
    expect(report).toMatchObject({ failed: 0 });
    expect(report.subjects.map(({ subject }: { subject: string }) => subject.split(' ')[0])).toEqual([
      'experiment',
      'data',
      'process',
      'objective',
      'model',
      'sampler',
      'sampler',
    ]);
    expect(unfit?.code).toBe(65);
    expect(JSON.parse(unfit?.stdout ?? '')).toMatchObject({
      failed: 1,
      subjects: [{ cases: [{ outcome: 'failed', error: { code: 'E_CAPABILITY' } }] }],
    });
  });
  test('a plugin that breaks its contract, and words that name nothing', async () => {
    const fixtures = new URL('fixtures/', import.meta.url).pathname;
    const [broken, nothing] = await many(
      [
        ['check', './broken.mjs'],
        ['check', 'vpp', '--json'],
      ],
      { cwd: fixtures },
    );
    expect(broken?.code).toBe(65);
    expect(broken?.stdout).toMatch(/✗ row 56/);
    expect(broken?.stdout).toMatch(/model needy: not checked/);
    expect(broken?.stdout).toContain('E_CONTRACT');
    expect(JSON.parse(nothing?.stdout ?? '')).toMatchObject({ error: { code: 'E_UNKNOWN_ID', exit: 65 } });
  });
});

test('doctor: Node, devices, plugins', async () => {
  const [words, document] = await many([['doctor'], ['doctor', '--json']]);
  expect(JSON.parse(document?.stdout ?? '')).toMatchObject({
    node: { version: process.version, supported: true },
    devices: expect.arrayContaining([expect.objectContaining({ id: 'cpu', available: true })]),
    plugins: { '@fokker/core': expect.any(String) },
    folder: { writable: true },
  });
  expect(words?.stdout).toContain('wasm');
});

describe('simulate', () => {
  test('by id, with parameters, moments as text', async () => {
    const { code, stdout } = await fokker(['simulate', 'vp', '--n', '50', '--set', 'dim=3', '--times', '0.5,1']);
    expect(code).toBe(0);
    expect(stdout.match(/^0\.5 +y3/m)).not.toBeNull();
  });
  test('to .npy and .csv, the same numbers for the same seed', async () => {
    const words = ['simulate', config, '--n', '20', '--times', '0.5,1', '--seed', '7', '--out'];
    const [npy, csv] = [join(folder, 'states.npy'), join(folder, 'states.csv')];
    for (const { code } of await many([
      [...words, npy],
      [...words, csv],
    ]))
      expect(code).toBe(0);
    const array = decodeNpy(readFileSync(npy));
    expect(array.shape).toEqual([2, 20, 2]);
    const table = await readCsv(csv, { columns: ['x', 'v'] });
    expect([...table.data]).toEqual([...array.data]);
  });
});

describe('train, sample, evaluate, report', () => {
  test('train: the loss and the next step in words, no progress on stdout', async () => {
    const out = join(folder, 'text');
    const { code, stdout } = await fokker(['train', config, '--set', 'training.steps=3', '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/trained to step 3, loss [\d.]+ \([\d.]+ on held-out paths\)/);
    expect(stdout).toContain(`fokker evaluate ${out}`);
    expect(stdout.trim().split('\n')).toHaveLength(2);
  });

  test('train takes overrides before or after its file, and records the plugins it was given', async () => {
    const out = join(folder, 'plugin');
    const plugin = new URL('fixtures/double-well.mjs', import.meta.url).pathname;
    const set = ['process={id: my-well}', 'training.steps=2', 'evaluation.times=[0.5]'].flatMap((text) => [
      '--set',
      text,
    ]);
    const trained = await answer(['train', ...set, config, '--out', out, '--plugin', plugin]);
    expect(trained).toMatchObject({ run: out, step: 2, metrics: { step: 2, loss: expect.any(Number) } });
    expect(await answer(['sample', out, '--n', '10'])).toMatchObject({ n: 10 });
  });

  test('sample: moments, lost paths, a file', async () => {
    const out = join(folder, 'samples.npy');
    const words = ['sample', run, '--n', '30', '--steps', '10', '--times', '0.5', '--sampler', 'probability-flow'];
    expect(await answer([...words, '--out', out])).toMatchObject({
      sampler: 'probability-flow',
      n: 30,
      step: 40,
      lost: { of: 30 },
      moments: [{ t: 0.5, mean: [expect.any(Number), expect.any(Number)] }],
      out,
    });
    expect(decodeNpy(readFileSync(out)).shape).toEqual([30, 2]);
    const { stdout } = await fokker(words);
    expect(stdout).toContain('of 30 paths lost');
    expect(stdout).toMatch(/0\.5 +x .+\n.* v /); // the coordinates of the process by their names
  });

  test('sample: options of the sampler, a start of choice', async () => {
    const words = ['sample', run, '--n', '20', '--steps', '10', '--times', '0.5'];
    const [adaptive, local, wrong] = await many([
      [...words, '--json', '--sampler', 'probability-flow-adaptive', '--set', 'rtol=1e-3', '--start', 'simulated'],
      [...words, '--json', '--sampler', 'reverse-local-linear', '--set', 'grid=quadratic', '--set', 'denoise=true'],
      [...words, '--json', '--sampler', 'predictor-corrector'],
    ]);
    expect(JSON.parse(adaptive?.stdout ?? '')).toMatchObject({ sampler: 'probability-flow-adaptive', n: 20 });
    expect(JSON.parse(local?.stdout ?? '')).toMatchObject({ sampler: 'reverse-local-linear', n: 20 });
    // Noise on one coordinate of two: no whole score to correct with.
    expect(errorOf(wrong!)).toMatchObject({ code: 'E_CAPABILITY', exit: 65 });
  });

  test('likelihood: nats, bits, rows, a file; an end that is not known is not made up', async () => {
    const [data, out] = [join(folder, 'rows.csv'), join(folder, 'log-p.npy')];
    put(folder, 'rows.csv', 'x,v\n0.1,0.2\n-0.4,1\n1,-0.3\n');
    const words = ['likelihood', run, '--data', data, '--json'];
    const [unknown, flow, bound] = await many([
      words,
      [...words, '--terminal', 'gaussian', '--from', '0.25', '--out', out],
      [...words, '--terminal', 'gaussian', '--from', '0.25', '--method', 'elbo', '--set', 'paths=3', '--n', '2'],
    ]);
    expect(errorOf(unknown!)).toMatchObject({ code: 'E_CAPABILITY', exit: 65 });
    const interval = { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) };
    const common = { terminal: 'gaussian', from: 0.25, nats: interval, bitsPerDim: interval, step: 40 };
    const measured = JSON.parse(flow?.stdout ?? '');
    expect(measured).toMatchObject({
      ...common,
      method: 'flow',
      kind: 'density',
      n: 3,
      lost: { count: 0, of: 3 },
      out,
    });
    expect(measured.rows).toHaveLength(3);
    expect(measured.bitsPerDim.value).toBeCloseTo(-measured.nats.value / (2 * Math.LN2), 10);
    expect(decodeNpy(readFileSync(out)).shape).toEqual([3, 3]);
    expect(JSON.parse(bound?.stdout ?? '')).toMatchObject({ ...common, method: 'elbo', kind: 'bound', n: 2 });
  });

  test('evaluate: what --json returns is evaluation.json, each distance beside its floor', async () => {
    const copy = join(folder, 'evaluated');
    cpSync(run, copy, { recursive: true });
    const [words, document] = await many([
      ['evaluate', copy],
      ['evaluate', copy, '--json'],
    ]);
    const evaluation = JSON.parse(document?.stdout ?? '');
    expect(evaluation).toEqual(JSON.parse(readFileSync(join(copy, 'evaluation.json'), 'utf8')));
    expect(evaluation).toMatchObject({
      samples: ['reverse', 'forward-flow', 'control-unreversed', 'control-gaussian'].map((method) => ({
        method,
        lost: { count: expect.any(Number), of: 100 },
        times: [0.5, 0.25].map((t) => ({
          t,
          metrics: { slicedW2: { value: expect.any(Number), floor: expect.any(Number) } },
        })),
      })),
    });
    expect(evaluation.linearisation).toMatchObject({ mean: expect.any(Number), worst: { t: expect.any(Number) } });
    for (const word of ['t = 0.25', '(floor)', 'control-gaussian', 'LOST PATHS', 'targets are off by'])
      expect(words?.stdout).toContain(word);
  });

  test('physics: of a run into its folder, of a process with its exact score; a table, a document, files', async () => {
    const copy = join(folder, 'physics-run');
    cpSync(run, copy, { recursive: true });
    const [words, document, refused] = await many([
      ['physics', copy, '--quantity', 'fisher,current', '--n', '100', '--times', '0.5', '--device', 'cpu'],
      ['physics', 'rotation-ou', '--quantity', 'fisher', '--n', '100', '--times', '1', '--json'],
      ['physics', copy, '--quantity', 'entropy-production', '--n', '100', '--device', 'cpu', '--json'],
    ]);
    expect(words).toMatchObject({ code: 0 });
    for (const word of ['FISHER', 'CURRENT', 'learnt score', 'mean speed']) expect(words?.stdout).toContain(word);
    expect(readdirSync(join(copy, 'physics'))).toEqual(
      expect.arrayContaining(['fisher.json', 'current-velocity.npy', 'current.svg', 'phase-portrait.png']),
    );
    expect(decodeNpy(readFileSync(join(copy, 'physics', 'current-velocity.npy'))).shape).toEqual([1, 20, 20, 2]);
    expect(JSON.parse(document?.stdout ?? '')).toMatchObject([
      { quantity: 'fisher', score: 'exact', rows: [{ t: 1, '−2E div f': { value: 4 } }], written: [] },
    ]);
    expect(refused && errorOf(refused)).toMatchObject({ code: 'E_PARITY', exit: 65 });
  });

  test('report: a page and each picture twice', async () => {
    const copy = join(folder, 'reported');
    cpSync(run, copy, { recursive: true });
    const reported = (await answer(['report', copy])) as { page: string; pictures: string[] };
    expect(basename(reported.page)).toBe('report.html');
    expect(reported.pictures.every((path) => existsSync(path))).toBe(true);
    expect(readdirSync(join(copy, 'report'))).toEqual(
      expect.arrayContaining(['loss.svg', 'loss.png', 'distances.svg', 'linearisation.png']),
    );
  });

  test('a reader that leaves is no failure', async () => {
    const { child, outcome } = start(['list']);
    child.stdout?.destroy();
    expect(await outcome).toMatchObject({ code: 0, stderr: '' });
  });
});

test('export: a file in either format, its arrays and what it says of itself', async () => {
  const [graph, weights] = [join(folder, 'score.onnx'), join(folder, 'score.safetensors')];
  const [words, document] = await many([
    ['export', run, '--out', graph],
    ['export', run, '--out', weights, '--format', 'safetensors', '--json'],
  ]);
  expect(words).toMatchObject({ code: 0, stderr: '' });
  expect(words?.stdout).toContain(`written: ${graph}`);
  expect(words?.stdout).toContain('features: the drift');
  expect(JSON.parse(document?.stdout ?? '')).toMatchObject({
    out: weights,
    format: 'safetensors',
    metadata: { process: 'active-swimmer', weights: 'moving average' },
    arrays: { 'output.bias': [1] },
  });
  for (const file of [graph, weights]) expect(readFileSync(file).length).toBeGreaterThan(100);
});

test('the examples open: every file parses and its parts fit', async () => {
  const files = readdirSync(examples).filter((name) => name.endsWith('.yaml'));
  expect(files.length).toBeGreaterThan(0);
  const outcomes = await many(files.map((file) => ['simulate', join(examples, file), '--n', '2', '--steps', '200']));
  for (const { code, stderr } of outcomes) expect(code, stderr).toBe(0);
});
