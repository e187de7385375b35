/** The contract of the traced half, held against losses with one fault each: the check that names it catches it. */
import { defineObjective, type Objective, type ObjectiveDefinition } from '@fokker/core';
import { objectiveContract, processFor, runContract } from '@fokker/core/testing';
import { mean, mul, sub, sum, type Tensor1D } from '@fokker/ops';
import { objectiveBench } from '@fokker/runtime/testing';
import { expect, test } from 'vitest';
import { dsm, ism } from './index.js';

const options = { antithetic: true };
const honest = dsm.create(dsm.options.parse(options));

const failures = async (definition: ObjectiveDefinition, given = {}) => {
  const contract = objectiveContract(definition, processFor(dsm), given, { bench: objectiveBench() });
  const results = await runContract(contract.filter(({ name }) => name.startsWith('loss')));
  return results.flatMap(({ name, outcome }) => (outcome === 'failed' ? [name] : []));
};

/** DSM with another loss. */
const flawed = (perSample: Objective['perSample']): ObjectiveDefinition =>
  defineObjective({ ...dsm, create: (given) => ({ ...dsm.create(given), perSample }) });

let calls = 0;
const faults: readonly (readonly [string, RegExp, Objective['perSample']])[] = [
  [
    'a loss that is centred over the batch',
    /whatever stands beside/,
    (model, tensors) => {
      const loss = honest.perSample(model, tensors);
      return sub(loss, mean(loss));
    },
  ],
  [
    'a loss that knows how often it was called',
    /compiled/,
    (model, tensors) => {
      calls += 1;
      return mul(calls, honest.perSample(model, tensors));
    },
  ],
  [
    'a loss beyond the finite numbers',
    /finite/,
    (model, tensors) => mul(1e38, mul(1e38, honest.perSample(model, tensors))),
  ],
  ['a loss without the network', /slope/, (_, { target }) => sum<Tensor1D>(target!, 1)],
];

test.each(faults)('%s', async (_, name, perSample) => {
  expect((await failures(flawed(perSample), options)).some((failed) => name.test(failed))).toBe(true);
});

test('derivatives of the score that are not declared', async () => {
  expect(await failures(ism)).toEqual([]);
  expect(await failures({ ...ism, derivatives: 1 })).toEqual([
    'loss: reads no derivatives of the score in y, as declared',
  ]);
});
