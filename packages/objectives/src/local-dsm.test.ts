import { denseNoise, type Objective, parseOptions, rootKey } from '@fokker/core';
import { problemOf } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { localDsm } from './local-dsm.js';
import { bank, well } from './testing/processes.js';

const objective: Objective = localDsm.create(localDsm.options.parse({ bank }));

describe('local-dsm', () => {
  test('refuses noise that depends on the state', () => {
    const stateNoise = denseNoise(1, 1, (_t, out, y, at) => out.fill(1 + (y?.[at ?? 0] ?? 0) ** 2, 0, 1), 'state');
    const schedule = { prepare: () => null, restore: () => ({ start: (t: number) => t / 2 }) };
    const problem = { ...problemOf({ ...well, diffusion: stateNoise }), schedule };
    expect(() => objective.prepare(problem, rootKey(1))).toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
  });

  test.each([{ schedule: null }, { schedule: {}, paths: {} }])('refuses the recipe %j', (recipe) => {
    const problem = problemOf(well);
    const prepared = objective.prepare(problem, rootKey(1));
    expect(() => objective.source(problem, { ...prepared, recipe }, rootKey(2))).toThrow(
      expect.objectContaining({ code: 'E_FORMAT' }),
    );
  });

  test.each([{ lag: 0.1 }, { form: 'ism' }, { bank: { paths: 0 } }])('refuses the options %j', (options) => {
    expect(() => parseOptions('objective', localDsm, options)).toThrow(
      expect.objectContaining({ code: 'E_PARAMETERS' }),
    );
  });
});
