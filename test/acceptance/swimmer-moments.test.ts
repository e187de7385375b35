/**
 * Rows 46 and 47 of the acceptance table: moments of the active swimmer by simulation.
 *
 * v stays N(0, 1) exactly, so the Hermite polynomials He₂(v), He₄(v), He₆(v) have mean zero and serve as control variates: a moment is the intercept
 * of its regression on them.
 */
import { type Batch, fillNormal, rootKey, simulate, zeros } from '@fokker/core';
import { activeSwimmer } from '@fokker/sde-plugins';
import { expect, test } from 'vitest';
import { leastSquares } from './least-squares.js';

const paths = 1e5;
const names = ['x²', 'x⁴', 'x⁶', 'x v', 'x³ v', 'x⁶ + γ x⁴'];
const reference = [
  { t: 1, moments: [0.51876, 0.48385, 0.56081, 0.58157, 0.63362] },
  { t: 3, moments: [0.71363, 0.74572, 0.91023, 0.75703, 0.91623] },
  { t: 5, moments: [0.72748, 0.75963, 0.92432, 0.75988, 0.92442] },
];
const gamma = 0.1;

/** Estimates of `names` from a frame of paths (x, v). */
const momentsOf = ({ data, n }: Batch): number[] => {
  const features = new Float64Array(4);
  const values = new Float64Array(names.length);
  const fit = leastSquares(features.length, names.length);
  for (let i = 0; i < n; i++) {
    const [x, v] = [data[2 * i]!, data[2 * i + 1]!];
    const [xx, w] = [x * x, v * v];
    features.set([1, w - 1, (w - 6) * w + 3, ((w - 15) * w + 45) * w - 15]);
    values.set([xx, xx ** 2, xx ** 3, x * v, xx * x * v, xx ** 3 + gamma * xx ** 2]);
    fit.add(features, values, 0);
  }
  const c = fit.solve();
  return names.map((_, j) => c[j * features.length]!);
};

test('rows 46 and 47: swimmer moments at t = 1, 3, 5 and the stationary identity', () => {
  const sde = activeSwimmer.create(activeSwimmer.parameters.parse({ gamma }));
  const key = rootKey(46);
  const start = zeros(paths, 2);
  fillNormal(key.at('start'), 0, paths, 2, start.data);
  const times = reference.map(({ t }) => t);
  const options = { scheme: 'heun', step: 0.01, key: key.at('noise') } as const;
  const frames = simulate(sde, start, times, options);

  for (const [k, { t, moments }] of reference.entries()) {
    const estimates = momentsOf(frames[k]!.y);
    for (const [j, moment] of moments.entries()) {
      // the table's .01; four standard errors of x⁶, the widest, are .0073 with the control variates
      expect(Math.abs(estimates[j]! - moment), `${names[j]} at ${t}`).toBeLessThan(0.01);
    }
  }

  // a tenth of the paths, carried on to a stationary time: the table's .02 is more than five standard errors
  const some = { data: frames[2]!.y.data.slice(0, paths / 5), n: paths / 10, d: 2 };
  const [later] = simulate(sde, some, [8], { ...options, from: 5, key: key.at('later') });
  expect(Math.abs(momentsOf(later!.y)[5]! - 1)).toBeLessThan(0.02);
});
