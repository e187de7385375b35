/**
 * Whole training steps, compiled, beside the same functions on the plain JavaScript backend.
 *
 * Tolerance 2e-6 of the largest number: float32 round-off through some forty operations. A finite difference divides by its step, ten times that.
 */
import { activations } from '@fokker/ops';
import { describe, expect, test } from 'vitest';
import { runEagerly, runTraced, worstDifference } from '../testing/compare.js';
import { losses, trainingCase } from '../testing/losses.js';

/** Activations with the derivatives that an objective of this order takes. */
const smoothFor = (order: number): string[] =>
  Object.keys(activations).filter((id) => activations[id]!.continuousDerivatives + 1 >= order);
const tolerance = (loss: string): number => (loss === 'fd-ssm' ? 2e-5 : 2e-6);

describe.each(Object.keys(losses))('%s', (loss) => {
  const order = loss === 'ssm' ? 2 : 1;
  test.each(smoothFor(order))('perceptron with %s: loss and gradients', async (activation) => {
    const { f, arrays } = trainingCase('mlp', loss, activation);
    const difference = worstDifference(await runEagerly(f, arrays), await runTraced(f, arrays));
    expect(difference).toBeLessThan(tolerance(loss));
  });

  test.each(smoothFor(order + 1))('energy network with %s: loss and gradients', async (activation) => {
    const { f, arrays } = trainingCase('energy', loss, activation);
    const difference = worstDifference(await runEagerly(f, arrays), await runTraced(f, arrays));
    expect(difference).toBeLessThan(tolerance(loss));
  });
});

test('two runs are bit for bit the same', async () => {
  const { f, arrays } = trainingCase('energy', 'ssm', 'silu');
  expect(await runTraced(f, arrays)).toEqual(await runTraced(f, arrays));
});
