/** The suite itself: an objective that keeps the contract passes every check, one fault at a time is caught by the check that names it. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { zeros } from '../contracts/batch.js';
import type { Objective, ObjectiveDefinition, Targets } from '../contracts/objective.js';
import { fillNormal, rootKey } from '../numerics/random.js';
import { readPrepared } from '../training/read-prepared.js';
import { objectiveContract } from './objective-contract.js';
import { runContract } from './run-contract.js';
import { toyOu } from './toy-processes.js';

const scales = { t: [0, 2], noise: [1, 1], state: [[1], [1]] };

/** States N(0, 1) at t = 1. */
const honest: Omit<Objective, 'perSample'> = {
  rowsPerSample: 1,
  prepare: () => ({ recipe: {}, scales }),
  source: (_problem, { recipe }, key) => {
    readPrepared(z.strictObject({}), recipe, 'toy recipe');
    return {
      targets({ first, count }) {
        const y = zeros(count, 1);
        fillNormal(key, first, count, 1, y.data);
        const t = new Float64Array(count).fill(1);
        return { n: count, arrays: { y: { data: y.data, shape: [1] }, t: { data: t, shape: [] } } };
      },
    };
  },
};

/** The honest one with its targets spoilt. */
const spoilt = (spoil: (targets: Targets, first: number) => Targets): Partial<Objective> => ({
  source: (...question) => {
    const { targets } = honest.source(...question);
    return { targets: (range) => spoil(targets(range), range.first) };
  },
});

const failures = async (
  changes: Partial<Objective> = {},
  options: ObjectiveDefinition['options'] = z.strictObject({}),
) => {
  const perSample: Objective['perSample'] = () => expect.fail('the traced half is not asked');
  const definition: ObjectiveDefinition = {
    id: 'toy',
    options,
    needs: [],
    weights: 'time',
    derivatives: 1,
    create: () => ({ ...honest, perSample, ...changes }),
  };
  const results = await runContract(objectiveContract(definition, toyOu(1)));
  return results.flatMap(({ name, outcome }) => (outcome === 'failed' ? [name] : []));
};

let calls = 0;
describe('objectiveContract', () => {
  test('an honest objective passes', async () => {
    expect(await failures()).toEqual([]);
  });

  test.each<[string, Partial<Objective>, RegExp]>([
    ['rows that are missing', { rowsPerSample: 2 }, /every array filled/],
    [
      'a state that is not a number',
      spoilt((targets) => {
        targets.arrays.y.data[0] = Number.NaN;
        return targets;
      }),
      /every array filled/,
    ],
    [
      'times beyond the horizon',
      spoilt((targets) => {
        targets.arrays.t.data.fill(3);
        return targets;
      }),
      /times in/,
    ],
    [
      'samples that know their place in the batch',
      spoilt((targets, first) => {
        targets.arrays.y.data[0]! += first;
        return targets;
      }),
      /pure function of \(prepared, key, i\)/,
    ],
    ['a preparation that counts', { prepare: () => ({ recipe: calls++, scales }) }, /pure function of its key/],
    [
      'a key that is not used',
      { source: (problem, prepared) => honest.source(problem, prepared, rootKey(1)) },
      /another key/,
    ],
    [
      'any recipe',
      { source: (problem, prepared, key) => honest.source(problem, { ...prepared, recipe: {} }, key) },
      /a recipe that is none/,
    ],
  ])('%s is caught', async (_, changes, name) => {
    expect((await failures(changes)).some((failed) => name.test(failed))).toBe(true);
  });

  test('options that take anything are caught', async () => {
    expect(await failures({}, z.looseObject({}))).toEqual(['options of other names are refused']);
  });
});
