import { rootKey } from '@fokker/core';
import { objectiveContract, problemOf, processFor } from '@fokker/core/testing';
import { objectiveBench } from '@fokker/runtime/testing';
import { describe, expect, test } from 'vitest';
import { myObjective } from './my-objective.js';

const process = processFor(myObjective);

describe('my-objective', () => {
  test.each(objectiveContract(myObjective, process, {}, { bench: objectiveBench() }))('$name', ({ run }) => run());

  test('targets vary like the inverse of their kernels', () => {
    const objective = myObjective.create({});
    const problem = problemOf(process);
    const source = objective.source(problem, objective.prepare(problem, rootKey(1)), rootKey(2));
    const { target, weight } = source.targets({ first: 0, count: 4000 }).arrays;
    // w = σ(t)², g ~ N(0, 1/σ(t)²): the mean of w g² is 1, to 4 · √(2/8000) of itself
    const mean = target!.data.reduce((sum, g, k) => sum + weight!.data[k]! * g * g, 0) / target!.data.length;
    expect(Math.abs(mean - 1)).toBeLessThan(0.07);
  });
});
