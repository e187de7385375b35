import { describe, expect, test } from 'vitest';
import { type Batch, zeros } from '../contracts/index.js';
import '../testing/vitest.js';
import { gaussianDistribution, standardNormal } from './distributions.js';
import { rootKey } from './random.js';

const key = rootKey(5);
const mean = [1, -0.5];
const covariance = [
  [0.4, 0.1],
  [0.1, 0.2],
];

describe('Gaussian laws', () => {
  test('density and score in closed form', () => {
    const law = gaussianDistribution(mean, covariance);
    const y: Batch = { data: Float64Array.of(0.3, 0.1), n: 1, d: 2 };
    const det = 0.4 * 0.2 - 0.01;
    const [u, v] = [0.3 - 1, 0.1 + 0.5];
    const precision = [(0.2 * u - 0.1 * v) / det, (0.4 * v - 0.1 * u) / det];
    const density = new Float64Array(1);
    law.logDensity!(y, density);
    expect(density).toBeAllClose(
      [-0.5 * (u * precision[0]! + v * precision[1]!) - Math.log(2 * Math.PI) - 0.5 * Math.log(det)],
      { rtol: 1e-14 },
    );
    const score = zeros(1, 2);
    law.score!(y, score);
    expect(score.data).toBeAllClose(
      precision.map((x) => -x),
      { rtol: 1e-14 },
    );
  });

  test('samples have its moments and belong to their index', () => {
    const law = gaussianDistribution(mean, covariance);
    const n = 1e5;
    const y = zeros(n, 2);
    law.sample(key, 0, y);
    const average = (of: (x: number, v: number) => number): number => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += of(y.data[2 * i]! - 1, y.data[2 * i + 1]! + 0.5);
      return sum / n;
    };
    const error = 5 / Math.sqrt(n);
    expect([average((x) => x), average((_, v) => v)]).toBeAllClose([0, 0], { atol: error });
    expect([average((x) => x * x), average((x, v) => x * v), average((_, v) => v * v)]).toBeAllClose([0.4, 0.1, 0.2], {
      atol: 0.6 * error,
    });
    const one = zeros(1, 2);
    law.sample(key, 17, one);
    expect([...one.data]).toEqual([...y.data.subarray(34, 36)]);
  });

  test('the standard normal is the Gaussian law of the unit matrix', () => {
    const [a, b] = [
      standardNormal(2),
      gaussianDistribution(
        [0, 0],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    ];
    const [x, y] = [zeros(3, 2), zeros(3, 2)];
    a.sample(key, 4, x);
    b.sample(key, 4, y);
    expect([...x.data]).toEqual([...y.data]);
    for (const law of [a, b]) expect(law.dim).toBe(2);
    const [p, q] = [new Float64Array(3), new Float64Array(3)];
    a.logDensity!(x, p);
    b.logDensity!(x, q);
    expect(p).toBeAllClose(q, { rtol: 1e-15 });
    const [s, r] = [zeros(3, 2), zeros(3, 2)];
    a.score!(x, s);
    b.score!(x, r);
    expect(s.data).toBeAllClose(r.data, { rtol: 1e-15 });
  });

  test('a covariance must be positive definite', () => {
    for (const bad of [
      [
        [1, 2],
        [2, 1],
      ],
      [
        [0, 0],
        [0, 1],
      ],
      [
        [1, 0],
        [0, 0],
      ],
      [
        [-1, 0],
        [0, 1],
      ],
      [
        [1, 0.5],
        [0.4, 1],
      ],
    ]) {
      expect(() => gaussianDistribution([0, 0], bad)).toThrow(expect.objectContaining({ code: 'E_COVARIANCE' }));
    }
    expect(() => gaussianDistribution([0, 0], [[1]])).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
  });
});
