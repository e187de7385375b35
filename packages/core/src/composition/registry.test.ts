import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { ObjectiveDefinition } from '../contracts/objective.js';
import type { Plugin } from '../contracts/plugin.js';
import type { SdeDefinition } from '../contracts/sde.js';
import { defineModel, defineObjective, definePlugin, defineSde, defineWeighting } from '../define.js';
import { isFokkerError } from '../errors.js';
import { constantNoise, denseNoise, scalarNoise } from '../numerics/noise.js';
import { toyOu, toySwimmer } from '../testing/toy-processes.js';
import { capabilityMeanings, capabilityNames } from './capability-names.js';
import { checkModel } from './check-model.js';
import { checkObjective, checkWeighting, fittingObjectives } from './check-objective.js';
import { completeSde } from './complete-sde.js';
import { kindWords, partKinds } from './kinds.js';
import { parseOptions, parsePart } from './parse-part.js';
import { createRegistry } from './registry.js';

const swimmer = defineSde({
  id: 'active-swimmer',
  parameters: z.object({
    gamma: z.number().positive().default(0.1).describe('relaxation rate'),
    D: z.number().positive().default(1),
    scheme: z.enum(['a', 'b']).default('a'),
  }),
  create: ({ gamma }) => toySwimmer(gamma),
});
const ou = defineSde({ id: 'ornstein-uhlenbeck', parameters: z.object({}), create: () => toyOu(2) });

const objective = (id: string, needs: readonly ('transition' | 'jacobian')[], summary?: string) =>
  defineObjective({
    id,
    ...(summary === undefined ? {} : { summary }),
    options: z.object({}),
    needs,
    weights: 'time',
    derivatives: 1,
    create: () => {
      throw new Error('not made here');
    },
  });
const weighting = (id: string, dependsOn: 'time' | 'state' | 'start') =>
  defineWeighting({
    id,
    options: z.object({}),
    dependsOn,
    create: () => ({ diagonal: (_t, out) => void out.fill(1) }),
  });

const dsm = objective('dsm', ['transition']);
const localDsm = objective('local-dsm', ['jacobian'], 'linearises the drift; needs nothing more');
const byStart = weighting('by-start', 'start');
const plugin = definePlugin({
  name: 'toys',
  apiVersion: 1,
  parts: { sde: [swimmer, ou], objective: [dsm, localDsm], weighting: [byStart, weighting('unit', 'time')] },
});
const registry = createRegistry([plugin]);

/** The whole message of what `run` throws. */
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (isFokkerError(error)) return error.toString();
    throw error;
  }
  throw new Error('nothing was thrown');
};

test('the vocabularies are complete', () => {
  expect([...capabilityNames].sort()).toEqual(Object.keys(capabilityMeanings).sort());
  expect([...partKinds].sort()).toEqual(Object.keys(kindWords).sort());
});

describe('registry', () => {
  test('gives parts by kind and id, in order, with their plugin', () => {
    expect(registry.get('sde', 'active-swimmer')).toBe(swimmer);
    expectTypeOf(registry.get('sde', 'active-swimmer')).toEqualTypeOf<SdeDefinition>();
    expectTypeOf(registry.list('objective')).toEqualTypeOf<readonly ObjectiveDefinition[]>();
    expect(registry.list('objective')).toEqual([dsm, localDsm]);
    expect(registry.list('sampler')).toEqual([]);
    expect(registry.origin('objective', 'dsm')).toBe(plugin);
    expect([registry.has('sde', 'dsm'), registry.has('objective', 'dsm')]).toEqual([false, true]);
  });

  test('an unknown id lists what there is, nearest first', () => {
    expect(messageOf(() => registry.get('sde', 'active-swimer'))).toContain(
      'one of active-swimmer, ornstein-uhlenbeck',
    );
    expect(() => registry.get('sampler', 'heun')).toThrow(expect.objectContaining({ code: 'E_UNKNOWN_ID' }));
  });

  test('the same part twice is refused, naming both plugins', () => {
    const other: Plugin = { name: 'more-toys', apiVersion: 1, parts: { sde: [swimmer] } };
    expect(() => createRegistry([plugin, other])).toThrow(expect.objectContaining({ code: 'E_DUPLICATE_ID' }));
    expect(messageOf(() => createRegistry([plugin, other]))).toMatch(/'toys' and 'more-toys'/);
    expect(messageOf(() => createRegistry([{ ...other, parts: { sde: [ou, ou] } }]))).toMatch(
      /two definitions in plugin/,
    );
  });

  test('two kinds may share an id', () => {
    expect(() =>
      createRegistry([plugin, { name: 'p', apiVersion: 1, parts: { sde: [{ ...ou, id: 'dsm' }] } }]),
    ).not.toThrow();
  });
});

describe('parsePart', () => {
  test('writes out every default', () => {
    expect(parsePart(registry, 'sde', { id: 'active-swimmer', gamma: 0.2 })).toEqual({
      definition: swimmer,
      options: { gamma: 0.2, D: 1, scheme: 'a' },
    });
  });

  test.each([
    [{ gamma: Number.NaN }, /got\s+gamma: NaN\n\s+expected\s+gamma: number > 0/],
    [{ gamma: Number.POSITIVE_INFINITY }, /gamma: Infinity/],
    [{ gamma: -1, D: 'x' }, /gamma: -1; D: the string 'x'/],
    [{ gamma: null }, /gamma: null/],
    [{ scheme: 'c' }, /scheme: 'a' \| 'b', default "a"/],
  ])('refuses %j', (options, text) => {
    const run = () => parsePart(registry, 'sde', { id: 'active-swimmer', ...options });
    expect(run).toThrow(expect.objectContaining({ code: 'E_PARAMETERS' }));
    expect(messageOf(run)).toMatch(text);
  });

  test('a misspelt parameter is refused with the one that was meant, and its place', () => {
    const text = messageOf(() =>
      parsePart(
        registry,
        'sde',
        { id: 'active-swimmer', gama: 0.3 },
        { locate: (path) => `a.yaml:3:${path.join('.')}` },
      ),
    );
    expect(text).toMatch(/has no parameter 'gama'/);
    expect(text).toMatch(/try\s+gamma: 0.3/);
    expect(text).toMatch(/config\s+a.yaml:3:gama/);
  });

  test('a part without parameters takes none; an open schema takes others', () => {
    expect(messageOf(() => parsePart(registry, 'sde', { id: 'ornstein-uhlenbeck', dim: 2 }))).toMatch(
      /expected\s+no parameters/,
    );
    const open = { ...ou, parameters: z.looseObject({ dim: z.number().default(1) }) };
    expect(parseOptions('sde', open, { other: 3 })).toEqual({ dim: 1, other: 3 });
    expect(parseOptions('sde', { ...ou, parameters: z.record(z.string(), z.number()) }, { a: 3 })).toEqual({ a: 3 });
  });

  test('the place of a bad value is asked for by its path', () => {
    const text = messageOf(() =>
      parsePart(registry, 'sde', { id: 'active-swimmer', D: -1 }, { locate: (path) => path.join('/') }),
    );
    expect(text).toMatch(/config\s+D$/);
  });
});

describe('checkObjective', () => {
  const sde = completeSde(toySwimmer());

  test('refuses by capability, naming what there is and what would do', () => {
    expect(
      messageOf(() => checkObjective(dsm, sde, registry, { process: 'active-swimmer', where: 'a.yaml:7:7' })),
    ).toBe(
      [
        "E_CAPABILITY  objective 'dsm' cannot train on process 'active-swimmer'",
        '  got       a nonlinear drift: it provides drift and noise alone; derived: jacobian, divergence, driftTime, itoTerm, noiseDivergence, noiseRange, features',
        "  expected  'transition', an exact Gaussian kernel q(y_t | y_s), which only affine processes have",
        '  try       objective.id: local-dsm (linearises the drift; needs nothing more)',
        '  config    a.yaml:7:7',
      ].join('\n'),
    );
  });

  test('passes what fits', () => {
    expect(() => checkObjective(localDsm, sde, registry)).not.toThrow();
    expect(fittingObjectives(registry, sde)).toEqual([localDsm]);
    expect(fittingObjectives(registry, completeSde(toyOu(1)))).toEqual([dsm, localDsm]);
  });

  test('noise that reads more than the objective admits', () => {
    const frozen = { ...localDsm, noise: 'time' as const };
    const both = createRegistry([
      { name: 'p', apiVersion: 1, parts: { objective: [frozen, { ...localDsm, id: 'samples' }] } },
    ]);
    const multiplicative = completeSde({
      ...toySwimmer(),
      diffusion: denseNoise(2, 1, (_t, out) => out.set([0, 1]), 'state'),
    });
    expect(fittingObjectives(both, multiplicative).map(({ id }) => id)).toEqual(['samples']);
    expect(fittingObjectives(both, sde).map(({ id }) => id)).toEqual(['local-dsm', 'samples']);
    const text = messageOf(() => checkObjective(frozen, multiplicative, both));
    expect(text).toMatch(/^E_CAPABILITY .*\n\s+got\s+a nonlinear drift and noise that depends on the state: /);
    expect(text).toMatch(/expected\s+noise that depends on time at most\n\s+try\s+objective.id: samples/);
    const none = { ...frozen, noise: 'none' as const };
    expect(
      fittingObjectives(createRegistry([{ name: 'p', apiVersion: 1, parts: { objective: [none] } }]), sde),
    ).toEqual([none]);
  });

  test('no objective fits a process without noise', () => {
    for (const diffusion of [scalarNoise(2, 0), constantNoise([[0], [0]])]) {
      const still = completeSde({ ...toySwimmer(), diffusion });
      expect(fittingObjectives(registry, still)).toEqual([]);
      expect(messageOf(() => checkObjective(localDsm, still, registry))).toMatch(/expected\s+noise: without any/);
    }
  });

  test('without an alternative it says what to add', () => {
    const lonely = createRegistry([{ name: 'p', apiVersion: 1, parts: { objective: [dsm] } }]);
    expect(messageOf(() => checkObjective(dsm, sde, lonely))).toMatch(
      /expected\s+'transition'.*\n\s+try\s+give the process what is expected/,
    );
  });
});

describe('checkWeighting', () => {
  test('row 54: a weight that reads the start state is refused', () => {
    const run = () => checkWeighting(byStart, localDsm, registry);
    expect(run).toThrow(expect.objectContaining({ code: 'E_WEIGHT' }));
    expect(messageOf(run)).toMatch(/try\s+weighting.id: unit$/);
  });

  test('weights that read no more than the objective allows pass', () => {
    expect(() => checkWeighting(weighting('w', 'time'), dsm, registry)).not.toThrow();
    expect(() => checkWeighting(weighting('w', 'state'), dsm, registry)).toThrow(
      expect.objectContaining({ code: 'E_WEIGHT' }),
    );
    expect(() => checkWeighting(weighting('w', 'state'), { ...dsm, weights: 'state' }, registry)).not.toThrow();
  });
});

describe('checkModel', () => {
  const model = (smoothness: number) =>
    defineModel({
      id: 'net',
      options: z.object({}),
      smoothness: () => smoothness,
      create: () => {
        throw new Error('not made here');
      },
    });
  const second = { ...dsm, derivatives: 2 as const };

  test('a network with a kink serves a loss that reads its output alone', () => {
    expect(() => checkModel(model(0), {}, dsm)).not.toThrow();
    expect(() => checkModel(model(1), {}, second)).not.toThrow();
    expect(() => checkModel(model(Number.POSITIVE_INFINITY), {}, second)).not.toThrow();
    const run = () => checkModel(model(0), {}, second, { where: 'a.yaml:9:3' });
    expect(run).toThrow(expect.objectContaining({ code: 'E_ACTIVATION', where: 'a.yaml:9:3' }));
  });
});
