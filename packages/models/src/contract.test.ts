/** Our networks keep the contract of models, and networks that break it are caught. */
import { type ModelDefinition, rootKey, type ScoreModel } from '@fokker/core';
import { modelContract, runContract } from '@fokker/core/testing';
import { add, mul } from '@fokker/ops';
import { modelBench } from '@fokker/runtime/testing';
import { describe, expect, test } from 'vitest';
import { energy, mlp, unet } from './index.js';

const bench = modelBench();

describe.each([
  ['mlp', mlp, { width: 16 }],
  ['mlp, elu', mlp, { width: 16, activation: 'elu' }],
  ['energy', energy, { width: 16 }],
] as const)('%s', (_, definition, options) => {
  test.each(modelContract(definition, options, { bench }))('$name', ({ run }) => run());
});

describe('unet', () => {
  const context = { dim: 16, featureDim: 0, outputDim: 16 };
  const options = { size: 4, channels: 4, groups: 2 };
  test.each(modelContract(unet, options, { bench, context }))('$name', ({ run }) => run());
});

const base: ModelDefinition = mlp;
/** The perceptron with a part of its network exchanged. */
const altered = (change: (model: ScoreModel) => Partial<ScoreModel>): ModelDefinition => ({
  ...base,
  create(options, context) {
    const model = base.create(options, context);
    return { ...model, ...change(model) };
  },
});

describe('a broken network is caught', () => {
  const flawed: readonly (readonly [string, RegExp, ModelDefinition])[] = [
    ['a kink called smooth', /slope of the score/, { ...base, smoothness: () => 1 }],
    ['half a derivative', /a count of/, { ...base, smoothness: () => 0.5 }],
    ['one start for all keys', /of its key/, altered(({ init }) => ({ init: () => init(rootKey(1)) }))],
    [
      'an output beside the gain',
      /gain/,
      altered(({ apply }) => ({ apply: (params, inputs) => add(apply(params, inputs), 1) })),
    ],
    [
      'rows that know how many they are',
      /row i is the same/,
      altered(({ apply }) => ({ apply: (params, inputs) => mul(apply(params, inputs), inputs.y!.shape[0]!) })),
    ],
  ];
  test.each(flawed)('%s', async (_, name, definition) => {
    const results = await runContract(modelContract(definition, { width: 8, activation: 'relu' }, { bench }));
    const failed = results.filter(({ outcome }) => outcome === 'failed');
    expect(failed.some((each) => name.test(each.name))).toBe(true);
    for (const { error } of failed) expect(error?.code).toBe('E_CONTRACT');
  });
});
