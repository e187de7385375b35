/** When a loss has run away, and when it only looks like it. */
import { fillUniform, rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { openExperiment } from '../composition/experiment.js';
import { createLossGuard, type Excess, zeroScoreLoss } from './loss-guard.js';

const steps = 1000;
const uniform = new Float64Array(steps);
fillUniform(rootKey(5), 0, steps, 1, uniform);

/** What the guard says of the losses of steps 1 … 1000. */
function watch(loss: (step: number, u: number) => number, limit: number | 'off' = 1000, least = 1) {
  const guard = createLossGuard(limit, least);
  const found: Excess[] = [];
  for (let step = 1; step <= steps; step++) {
    const excess = guard.add(step, loss(step, uniform[step - 1]!));
    if (excess) found.push(excess);
  }
  return found;
}

describe('losses of healthy trainings', () => {
  test.each<[string, (step: number, u: number) => number]>([
    ['falls to its floor', (step, u) => 1 + 50 / step + 0.1 * u],
    ['of unit weight, large at the start and all along', (_, u) => 1e7 * (1 + u)],
    ['starts at 0 and falls below: implicit losses', (step, u) => -(step - 1) / 50 + u],
    ['to the Fisher information of structure a hundredth of the spread', (step) => -1e4 * (1 - 1 / step)],
    ['heavy tails without a mean: Pareto of index ½', (_, u) => u ** -2],
    ['one batch in three beyond every bound', (step) => (step % 3 === 0 ? 1e30 : 1)],
    ['falls to nothing and rises again a thousandfold', (step) => (step < 500 ? 1e-5 : 1e-2)],
  ])('%s', (_, loss) => {
    expect(watch(loss)).toEqual([]);
  });
});

describe('losses that ran away', () => {
  test.each<[string, (step: number) => number]>([
    ['upwards', (step) => 1.05 ** step],
    ['downwards', (step) => -(1.05 ** step)],
  ])('%s', (_, loss) => {
    const [first] = watch(loss);
    // 1.05^m = 10³ at m = 142 and 10⁶ at 283: medians of steps 101 – 200 and 301 – 400
    expect(first?.before).toBe(loss(1) > 0 ? 100 : 300);
  });

  test('the limit is a multiple of the loss of a score of zero, however large that is', () => {
    const loss = (step: number) => 1e6 * 1.05 ** step;
    expect(watch(loss)[0]?.before).toBe(100);
    expect(watch((step) => 1.05 ** step, 1000, 1e6)[0]?.before).toBe(400); // 10⁹ at m = 425
    expect(watch(loss, 'off')).toEqual([]);
  });

  test('a guard restored from its state says what the unbroken one says', () => {
    const whole = createLossGuard(1000, 1);
    let parted = createLossGuard(1000, 1);
    for (let step = 1; step <= 400; step++) {
      if (step % 30 === 0) parted = createLossGuard(1000, 1, JSON.parse(JSON.stringify(parted.state)));
      expect(parted.add(step, 1.05 ** step)).toEqual(whole.add(step, 1.05 ** step));
    }
  });
});

test('the loss of a score of zero: ½ r w/σ̄² at every time', async () => {
  const weighed = async (id: string) => {
    const { problem, objective, key } = await openExperiment({ process: { id: 'vp', dim: 3 }, weighting: { id } });
    const { scales } = objective.instance.prepare(problem, key);
    return { value: zeroScoreLoss(problem, { scales }, 3), scales };
  };
  expect((await weighed('noise-normalised')).value).toBeCloseTo(1.5, 12);
  const { value, scales } = await weighed('unit');
  const inverse = scales.noise.map((noise) => 1.5 / noise ** 2);
  expect(value).toBeGreaterThan(Math.min(...inverse));
  expect(value).toBeLessThan(Math.max(...inverse));
});
