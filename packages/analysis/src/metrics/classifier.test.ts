import { rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { batch, erf, mapped, normals } from '../testing/samples.js';
import { classifierTest, createClassifierTest } from './classifier.js';
import { wilson } from './interval.js';
import { fitLogistic } from './logistic.js';

const key = rootKey(1);
const make = (options: object) => createClassifierTest(classifierTest.options.parse(options));

describe('logistic', () => {
  test('on one binary feature is the logit of the shares', () => {
    // feature 1: three of four have label 1; feature 0: one of four
    const phi = Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0);
    const w = fitLogistic(phi, Uint8Array.of(1, 1, 1, 0, 1, 0, 0, 0), 2, 1e-12);
    expect(w[0]).toBeCloseTo(Math.log(1 / 3), 8);
    expect(w[1]).toBeCloseTo(2 * Math.log(3), 8);
  });
});

describe('wilson', () => {
  test('is the interval of score tests: p̂ is z standard deviations from its ends', () => {
    const { value, low, high } = wilson(30, 100);
    for (const end of [low, high])
      expect(Math.abs(value - end) / Math.sqrt((end * (1 - end)) / 100)).toBeCloseTo(1.959963984540054, 10);
    expect(wilson(0, 10).low).toBe(0);
  });
});

describe('classifier', () => {
  test.each(['logistic', 'nearest-neighbours'])(
    '%s reaches the best accuracy Φ(μ/2) on N(0, 1) and N(μ, 1)',
    (classifier) => {
      const mu = 1.5;
      const best = 0.5 * (1 + erf(mu / 2 / Math.SQRT2));
      const metric = make({ classifier, points: 4000 });
      const a = normals(rootKey(2), 4000, 1);
      const b = mapped(normals(rootKey(3), 4000, 1), (x) => x + mu);
      // held-out share of 4000: four standard errors are .027; neighbours give up some accuracy besides
      const accuracy = metric.distance(a, b, key);
      expect(accuracy).toBeLessThan(best + 0.027);
      expect(accuracy).toBeGreaterThan(best - (classifier === 'logistic' ? 0.027 : 0.05));
    },
  );

  test.each(['logistic', 'nearest-neighbours'])('%s cannot tell equal laws apart', (classifier) => {
    const { value, low, high } = make({ classifier }).estimate!(
      normals(rootKey(4), 2000, 3),
      normals(rootKey(5), 2000, 3),
      key,
    );
    expect(Math.abs(value - 0.5)).toBeLessThan((4 * (high - low)) / 2 / 1.96);
  });

  test('logistic sees a correlation, through its products', () => {
    const a = normals(rootKey(6), 2000, 2);
    const b = normals(rootKey(7), 2000, 2);
    for (let i = 0; i < b.n; i++) b.data[2 * i + 1] = 0.9 * b.data[2 * i]! + Math.sqrt(0.19) * b.data[2 * i + 1]!;
    expect(make({ classifier: 'logistic' }).distance(a, b, key)).toBeGreaterThan(0.7);
  });

  test('refuses too few rows', () => {
    expect(() => make({}).distance(batch(1, 1, 2), batch(1, 1, 2), key)).toThrow(
      expect.objectContaining({ code: 'E_SHAPE' }),
    );
  });
});
