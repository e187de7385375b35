import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from './read.js';
import { parseOverride, sourceFromText } from './source.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fokker-config-'));
});

const text = `# comment
process: { id: active-swimmer, gamma: 0.2 }
training:
  steps: 10
  optimiser: { learningRate: 1e-2 }
evaluation:
  times: [1, 2]
`;
const read = async (content: string, set: readonly string[] = []) => {
  const file = join(folder, 'config.yaml');
  await writeFile(file, content);
  return readConfig(file, set);
};
const refusal = (code: string, fields: object = {}) => expect.objectContaining({ code, ...fields });
const at = (place: string) => ({ where: expect.stringMatching(new RegExp(`config\\.yaml:${place}$`)) });

describe('reading a configuration', () => {
  test('defaults are filled in, options of parts are left alone', async () => {
    const { parsed, directory } = await read(text);
    expect(parsed.process).toEqual({ id: 'active-swimmer', gamma: 0.2 });
    expect(parsed.training).toMatchObject({ steps: 10, batch: 512, optimiser: { learningRate: 0.01, ema: 0.999 } });
    expect(parsed.objective).toEqual({ id: 'local-dsm' });
    expect(directory).toBe(folder);
  });

  test('the same as an object, which is not changed', async () => {
    const config = { process: { id: 'vp', dim: 2 } };
    const { parsed } = await readConfig(config, ['process.dim=3', 'training.steps=7']);
    expect(parsed.process).toEqual({ id: 'vp', dim: 3 });
    expect(parsed.training.steps).toBe(7);
    expect(config).toEqual({ process: { id: 'vp', dim: 2 } });
  });

  test('unknown keys are refused with the nearest one and their place', async () => {
    await expect(read(`${text}trainin: {}\n`)).rejects.toThrow(refusal('E_CONFIG', at('8:1')));
    const wrong = read(text.replace('learningRate', 'learninRate'));
    const suggestion = expect.arrayContaining(['did you mean training.optimiser.learningRate?']);
    await expect(wrong).rejects.toThrow(refusal('E_CONFIG', { ...at('5:16'), tryThis: suggestion }));
    await expect(read(text.replace('process', 'proces'))).rejects.toThrow(refusal('E_CONFIG'));
  });

  test('values of the wrong type or size are refused at their place', async () => {
    await expect(read(text.replace('10', 'ten'))).rejects.toThrow(refusal('E_CONFIG', at('4:10')));
    await expect(read(text.replace('10', '-1'))).rejects.toThrow(refusal('E_CONFIG', at('4:10')));
    await expect(read(text.replace('10', '.nan'))).rejects.toThrow(refusal('E_CONFIG', at('4:10')));
    await expect(read(text.replace('[1, 2]', '[1, x]'))).rejects.toThrow(refusal('E_CONFIG', at('7:14')));
    await expect(read(text.replace('[1, 2]', '[1, 1]'))).rejects.toThrow(refusal('E_CONFIG', at('7:10')));
    await expect(read('process: active-swimmer\n')).rejects.toThrow(refusal('E_CONFIG', at('1:10')));
    for (const nothing of ['', 'seed: 1\n']) {
      await expect(read(nothing)).rejects.toThrow(refusal('E_CONFIG', at('1:1')));
    }
  });

  test('a process without an id is typed as formulas; without the section the data are a density', async () => {
    const { parsed } = await read('process: { state: x, drift: -x, diffusion: 1 }\n');
    expect(parsed.process).toEqual({ id: 'formula', state: 'x', drift: '-x', diffusion: 1 });
    expect((await read('data: { id: two-moons }\n')).parsed.process).toEqual({ id: 'density' });
  });

  test('text that is not YAML is refused at its place; a missing file is E_FILE', async () => {
    await expect(read('process: { id: vp\nseed: 1\n')).rejects.toThrow(refusal('E_CONFIG', at('2:\\d+')));
    await expect(read('seed: 1\nseed: 2\n')).rejects.toThrow(refusal('E_CONFIG', at('2:1')));
    await expect(readConfig(join(folder, 'absent.yaml'))).rejects.toThrow(refusal('E_FILE'));
  });

  test('a file that is no table, or holds more than plain data, is refused', async () => {
    const bomb = ['a', 'b', 'c', 'd'].map((name, i, names) => {
      const inner = i === 0 ? 'x' : `*${names[i - 1]}`;
      return `${name}: &${name} [${new Array(10).fill(inner)}]\n`;
    });
    const hostile = {
      list: '- a\n- b\n',
      text: 'hello\n',
      'two documents': `${text}---\n${text}`,
      tabs: 'process:\n\tid: vp\n',
      'alias bomb': `${bomb.join('')}process: { id: vp, x: *d }\n`,
      'alias of nothing': 'process: *nothing\n',
      'a list within itself': 'process: { id: vp }\nx: &x [*x]\n',
      'a table within itself': 'process: &p { id: vp, self: *p }\n',
      'a level too many': `process: ${'['.repeat(5000)}${']'.repeat(5000)}\n`,
      'prototype of a part': 'process: { id: vp, __proto__: { dim: 2 } }\n',
      'prototype of all': 'process: { id: vp }\n__proto__: { polluted: 1 }\n',
      'inherited key': 'process: { id: vp }\nconstructor: { prototype: { polluted: 1 } }\n',
      'bytes of an image': 'process: { id: vp, x: !!binary aGVsbG8= }\n',
    };
    for (const [name, content] of Object.entries(hostile)) {
      await expect(read(content), name).rejects.toThrow(refusal('E_CONFIG'));
    }
    expect({}).not.toHaveProperty('polluted');
  });

  test('a byte order mark and the line ends of other systems are read', async () => {
    expect((await read(`\uFEFF${text.replaceAll('\n', '\r\n')}`)).parsed.training.steps).toBe(10);
  });

  test('numbers beyond any array of ours are refused where they stand', async () => {
    for (const key of ['training.batch', 'training.heldOut', 'sampling.n', 'sampling.steps', 'evaluation.n']) {
      await expect(read(text, [`${key}=1e15`]), key).rejects.toThrow(
        refusal('E_CONFIG', { where: `--set ${key}=1e15` }),
      );
    }
  });

  test('an object holds plain data only', async () => {
    const within: { id: string; self?: unknown } = { id: 'vp' };
    within.self = within;
    const values = [within, { id: 'vp', dim: () => 2 }, { id: 'vp', dim: 3n }, { id: 'vp', at: new Date(0) }];
    for (const process of values) await expect(readConfig({ process })).rejects.toThrow(refusal('E_CONFIG'));
    await expect(readConfig(new Map())).rejects.toThrow(refusal('E_CONFIG'));
    await expect(readConfig({ process: within }, ['x=&a [*a]'])).rejects.toThrow(refusal('E_CONFIG'));
  });

  test('--set lays values over the file and is named in errors', async () => {
    const { parsed } = await read(text, [
      'objective.id=dsm',
      'evaluation.times.1=3',
      'name=a b',
      'training.optimiser.clip=off',
    ]);
    expect(parsed.objective.id).toBe('dsm');
    expect(parsed.evaluation.times).toEqual([1, 3]);
    expect(parsed.name).toBe('a b');
    expect(parsed.training.optimiser.clip).toBe('off');
    await expect(read(text, ['training.steps=0'])).rejects.toThrow(
      refusal('E_CONFIG', { where: '--set training.steps=0' }),
    );
  });

  test('a part that has a default need not be named to change its options', async () => {
    const { parsed } = await read('process: { id: vp }\ndata: { mean: [1] }\n', ['model.width=64']);
    expect(parsed.data).toEqual({ id: 'gaussian', mean: [1] });
    expect(parsed.model).toEqual({ id: 'mlp', width: 64 });
  });

  test('--set that cannot be applied is E_USAGE', async () => {
    for (const wrong of [
      'steps',
      '=3',
      'a..b=1',
      'training.steps.more=1',
      'evaluation.times.9=1',
      'a=[1',
      '__proto__.x=1',
      'process.__proto__.x=1',
    ]) {
      await expect(read(text, [wrong]), wrong).rejects.toThrow(refusal('E_USAGE'));
    }
    const inherited = { where: '--set constructor.prototype.x=1' };
    await expect(read(text, ['constructor.prototype.x=1'])).rejects.toThrow(refusal('E_CONFIG', inherited));
    const entry = { where: '--set sampling.times.0=1' };
    await expect(read(text, ['sampling.times.0=1'])).rejects.toThrow(refusal('E_CONFIG', entry));
    expect(parseOverride('a.b=[1, {c: 2}]')).toMatchObject({ path: ['a', 'b'], value: [1, { c: 2 }] });
  });

  test('a place that does not exist is that of the nearest key around it', () => {
    const source = sourceFromText(text, 'f.yaml', []);
    expect(source.where(['training', 'batch'])).toBe('f.yaml:4:3');
    expect(source.where(['evaluation', 'times', 1])).toBe('f.yaml:7:14');
    expect(source.where(['training', 'steps'], 'key')).toBe('f.yaml:4:3');
  });
});
