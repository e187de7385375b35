import { rootKey } from '@fokker/core';
import { modelContract } from '@fokker/core/testing';
import { modelBench } from '@fokker/runtime/testing';
import { describe, expect, test } from 'vitest';
import { myModel } from './my-model.js';

describe('my-model', () => {
  test.each(modelContract(myModel, {}, { bench: modelBench() }))('$name', ({ run }) => run());

  test('three coefficients a component: of the state and of one', () => {
    const model = myModel.create({ spread: 0 }, { dim: 4, featureDim: 0, outputDim: 2 });
    const { data } = model.init(rootKey(1));
    expect(data).toHaveLength(15 * 2);
    expect(data.every((weight) => weight === 0)).toBe(true);
  });
});
