/** The objectives that need samples only: the shared contract, what they are shown, densities. */
import {
  type DensityProblem,
  fillNormal,
  type ObjectiveDefinition,
  piecewiseLinear,
  rootKey,
  type Sde,
  type Targets,
} from '@fokker/core';
import { assertAllClose, objectiveContract, problemOf } from '@fokker/core/testing';
import { objectiveBench } from '@fokker/runtime/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { dsm, fdSsm, ism, lcss, localDsm, ssm, ssmVr } from './index.js';
import { smoothingTable } from './smoothing.js';
import { bank, simulated, slanted, well } from './testing/processes.js';

const cases: [string, ObjectiveDefinition, object, Sde][] = [
  ['lcss, exact kernel', lcss, {}, slanted],
  ['lcss, simulated', lcss, { bank }, well],
  ['lcss, σ = g around the mean', lcss, { sigma: 'g', center: 'kernel', antithetic: false }, slanted],
  ['lcss around x0', lcss, { center: 'x0' }, slanted],
  ['ssm', ssm, { bank, projections: 2, directions: 'sphere' }, simulated],
  ['ssm-vr', ssmVr, { bank }, well],
  ['fd-ssm', fdSsm, { bank, projections: 2 }, simulated],
  ['fd-ssm of an energy', fdSsm, { bank, form: 'energy', epsilon: 0.1 }, well],
  ['ism', ism, { bank }, simulated],
  ['ism, hutchinson', ism, { bank, trace: 'hutchinson', directions: 'gaussian' }, well],
];
describe.each(cases)('%s', (_name, definition, options, sde) => {
  test.each(objectiveContract(definition, sde, { ...options }, { bench: objectiveBench() }))('$name', ({ run }) =>
    run(),
  );
});

const targetsOf = (definition: ObjectiveDefinition, options: object, sde: Sde, count: number): Targets => {
  const objective = definition.create(definition.options.parse(options));
  const problem = problemOf(sde);
  return objective.source(problem, objective.prepare(problem, rootKey(1)), rootKey(2)).targets({ first: 0, count });
};

test('lcss on the exact kernel draws what dsm draws', () => {
  const [a, b] = [lcss, dsm].map((definition) => targetsOf(definition, { antithetic: true }, slanted, 40));
  expect(a!.arrays).toEqual(b!.arrays);
});

test('where noise reaches one direction, lcss smooths that direction alone', () => {
  const { arrays } = targetsOf(lcss, { bank, sigma: 0.25 }, simulated, 20);
  for (let i = 0; i < 40; i += 2) {
    const [dx, dy] = [0, 1].map((j) => arrays.y.data[2 * i + j]! - arrays.y.data[2 * i + 2 + j]!);
    expect(dx).toBeCloseTo(dy!, 12); // along (1, 1)
    // y⁺ − y⁻ = 2σ B z, Bᵀg = −z/σ
    expect(Math.abs(arrays.target!.data[i]!)).toBeCloseTo(Math.hypot(dx!, dy!) / (2 * 0.25 ** 2), 9);
  }
});

test('a fraction of the narrowest direction: the standard deviation of the well’s law', () => {
  const objective = lcss.create(lcss.options.parse({ bank, sigma: { fraction: 0.5 } }));
  const { recipe } = objective.prepare(problemOf(well), rootKey(1));
  const { sigma } = z.object({ sigma: smoothingTable }).parse(recipe);
  // N(0, 1) at first: its standard deviation to four standard errors of 2048 samples
  expect(Math.abs(2 * piecewiseLinear(sigma.t, sigma.values)(well.cutoff.train) - 1)).toBeLessThan(
    4 / Math.sqrt(2 * 2048) + 0.01,
  );
});

test('the directions of ism are those of the noise, weighed by √w', () => {
  const { directions, arrays } = targetsOf(ism, { bank }, simulated, 5);
  expect(directions).toHaveLength(1);
  assertAllClose('√w', directions![0]!.data, arrays.weight!.data.map(Math.sqrt));
});

const density: DensityProblem = {
  kind: 'density',
  data: { dim: 2, draw: (key, first, out) => fillNormal(key, first, out.n, 2, out.data) },
  weighting: () => ({ diagonal: (_, out) => out.fill(1) }),
};
describe('a density', () => {
  test.each([dsm, lcss, ssm, ssmVr, fdSsm, ism])('is learnt by $id at t = 0', (definition: ObjectiveDefinition) => {
    const objective = definition.create(definition.options.parse({}));
    const prepared = objective.prepare(density, rootKey(1));
    const { n, arrays } = objective
      .source(density, JSON.parse(JSON.stringify(prepared)), rootKey(2))
      .targets({ first: 3, count: 4 });
    expect(n).toBe(4 * objective.rowsPerSample);
    expect(Array.from(arrays.t.data)).toEqual(new Array(n).fill(0));
    expect(arrays.y.shape).toEqual([2]);
  });

  test('is refused by local-dsm, and has no other center and no g', () => {
    const prepare = (definition: ObjectiveDefinition, options: object) => () =>
      definition.create(definition.options.parse(options)).prepare(density, rootKey(1));
    expect(prepare(localDsm, {})).toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
    expect(prepare(lcss, { center: 'x0' })).toThrow(expect.objectContaining({ code: 'E_INCOMPATIBLE' }));
    expect(prepare(lcss, { sigma: 'g' })).toThrow(expect.objectContaining({ code: 'E_INCOMPATIBLE' }));
  });
});
