import { rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { batch, mapped, normals } from '../testing/samples.js';
import { createCoverage, createDensity, createPrecision, createRecall } from './neighbourhoods.js';

const key = rootKey(1);
const metrics = {
  precision: createPrecision({ k: 1, points: 100 }),
  recall: createRecall({ k: 1, points: 100 }),
  density: createDensity({ k: 1, points: 100 }),
  coverage: createCoverage({ k: 1, points: 100 }),
};

describe('neighbourhoods', () => {
  test('of points on a line, counted by hand', () => {
    // reference 0, 1, 3 with k = 1: radii 1, 1, 2, so balls [−1, 1], [0, 2], [1, 5]; samples 0.5, 6, 7 with radii 5.5, 1, 1: [−5, 6], [5, 7], [6, 8]
    const [a, b] = [batch(1, 0.5, 6, 7), batch(1, 0, 1, 3)];
    const value = (name: keyof typeof metrics) => metrics[name].distance(a, b, key);
    expect(value('precision')).toBeCloseTo(1 / 3, 15);
    expect(value('recall')).toBe(1);
    expect(value('density')).toBeCloseTo(2 / 3, 15);
    expect(value('coverage')).toBeCloseTo(2 / 3, 15);
  });

  test('of equal laws: coverage is 1 − Π (m − l)/(m + n − l), density is 1, in the mean', () => {
    const k = 3;
    const [n, m] = [80, 60];
    let expected = 1;
    for (let l = 1; l <= k; l++) expected *= (m - l) / (m + n - l);
    const trials = 60;
    const mean = (metric: ReturnType<typeof createCoverage>): number => {
      let sum = 0;
      for (let trial = 0; trial < trials; trial++) {
        sum += metric.distance(normals(key.at('a', trial), n, 2), normals(key.at('b', trial), m, 2), key) / trials;
      }
      return sum;
    };
    // the share of 60 points scatters by .04 a trial at most, the density by about .2: four standard errors of 60 trials
    expect(Math.abs(mean(createCoverage({ k, points: 100 })) - (1 - expected))).toBeLessThan(0.021);
    expect(Math.abs(mean(createDensity({ k, points: 100 })) - 1)).toBeLessThan(0.1);
  });

  test('a sample that misses a mode has recall and coverage of the rest; one with an extra mode, precision', () => {
    const one = normals(rootKey(2), 200, 2);
    const both = mapped(normals(rootKey(3), 400, 2), (value) => value);
    for (let k = 0; k < both.data.length / 2; k += 2) both.data[k]! += 50;
    const options = { k: 5, points: 400 };
    expect(createPrecision(options).distance(one, both, key)).toBeGreaterThan(0.95);
    expect(createRecall(options).distance(one, both, key)).toBeLessThan(0.51);
    expect(createCoverage(options).distance(one, both, key)).toBeLessThan(0.51);
    expect(createPrecision(options).distance(both, one, key)).toBeLessThan(0.51);
    expect(createRecall(options).distance(both, one, key)).toBeGreaterThan(0.95);
  });

  test('refuses fewer rows than neighbours', () => {
    expect(() => createCoverage({ k: 3, points: 100 }).distance(batch(1, 1, 2, 3), batch(1, 1, 2, 3), key)).toThrow(
      expect.objectContaining({ code: 'E_SHAPE' }),
    );
  });
});
