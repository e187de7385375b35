/** What DSM and local-DSM share, on every route to a kernel: pairs, weights, the basis of the noise range. */
import {
  type ObjectiveDefinition,
  piecewiseLinear,
  rootKey,
  type Sde,
  type Targets,
  transitionKernel,
} from '@fokker/core';
import { assertAllClose, objectiveContract, problemOf } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { dsm, localDsm } from './index.js';
import { bank, simulated, slanted, well } from './testing/processes.js';

const cases: [string, ObjectiveDefinition, object, Sde][] = [
  ['dsm', dsm, {}, slanted],
  ['dsm, antithetic', dsm, { antithetic: true }, slanted],
  ['local-dsm, exact', localDsm, {}, slanted],
  ['local-dsm, simulated', localDsm, { bank }, simulated],
  ['local-dsm, nonlinear', localDsm, { bank }, well],
  ['local-dsm, one-sided and Itô-corrected', localDsm, { bank, antithetic: false, ito: true }, well],
];

describe.each(cases)('%s', (_name, definition, options, sde) => {
  test.each(objectiveContract(definition, sde, { ...options }))('$name', ({ run }) => run());

  const objective = definition.create(definition.options.parse(options));
  const problem = problemOf(sde);
  const prepared = objective.prepare(problem, rootKey(1));
  const targets = (count: number): Targets =>
    objective.source(problem, prepared, rootKey(2)).targets({ first: 0, count });

  test('targets and weights have an entry a direction of the noise', () => {
    const { target, weight } = targets(3).arrays;
    expect(target!.shape).toEqual([1]);
    expect(weight!.shape).toEqual([1]);
  });

  test('pairs share their time and weight and have opposite targets', () => {
    const { n, arrays } = targets(40);
    for (let i = 0; objective.rowsPerSample === 2 && i < n; i += 2) {
      for (const name of ['t', 'weight']) expect(arrays[name]!.data[i]).toBe(arrays[name]!.data[i + 1]);
      expect(arrays.target!.data[i]).toBe(-arrays.target!.data[i + 1]!);
    }
  });

  test('the weight is a function of t: σ̄(t)², and weighted targets are of order one', () => {
    const { n, arrays } = targets(2000);
    const noise = piecewiseLinear(prepared.scales.t, prepared.scales.noise);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      expect(arrays.weight!.data[i]).toBe(noise(arrays.t.data[i]!) ** 2);
      sum += arrays.weight!.data[i]! * arrays.target!.data[i]! ** 2;
    }
    // E w g² = σ̄² tr(Bᵀ Σ⁻¹ B)/r: 1 for uncoupled noise, up to 4 where noise is once integrated
    expect(sum / n).toBeGreaterThan(0.8);
    expect(sum / n).toBeLessThan(5);
  });
});

test('dsm and local-dsm learn Bᵀ s in the basis of the noise range', () => {
  const key = rootKey(9);
  const t = 0.6;
  const problem = { ...problemOf(slanted), times: { time: () => t } };
  const kernel = transitionKernel(slanted.transition!, unit(), new Float64Array(2), new Float64Array(2).fill(t));
  const [a, b] = [kernel.mean.data.subarray(0, 2), kernel.mean.data.subarray(2, 4)]; // images of the unit vectors
  const [l11, , l21, l22] = kernel.root;
  const Sigma = [
    a[0]! ** 2 + b[0]! ** 2 + l11! ** 2,
    a[0]! * a[1]! + b[0]! * b[1]! + l11! * l21!,
    a[1]! ** 2 + b[1]! ** 2 + l21! ** 2 + l22! ** 2,
  ];
  const determinant = Sigma[0]! * Sigma[2]! - Sigma[1]! ** 2;
  const expected = [Sigma[1]! - Sigma[2]!, Sigma[1]! - Sigma[0]!].map((x) => x / determinant / Math.SQRT2); // −Bᵀ Σ⁻¹
  for (const objective of [
    dsm.create(dsm.options.parse({ antithetic: true })),
    localDsm.create(localDsm.options.parse({})),
  ]) {
    const prepared = objective.prepare(problem, rootKey(1));
    const { n, arrays } = objective.source(problem, prepared, key).targets({ first: 0, count: 200_000 });
    const [y, g] = [arrays.y.data, arrays.target!.data];
    let [xx, xv, vv, gx, gv] = [0, 0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const [x, v] = [y[2 * i]!, y[2 * i + 1]!];
      xx += x * x;
      xv += x * v;
      vv += v * v;
      gx += g[i]! * x;
      gv += g[i]! * v;
    }
    const det = xx * vv - xv * xv;
    const fit = [(gx * vv - gv * xv) / det, (gv * xx - gx * xv) / det];
    // the sign of a basis vector is free; 2e5 pairs: four standard errors are below 2 %
    const sign = Math.sign(fit[0]! * expected[0]!);
    assertAllClose(
      'Bᵀ s',
      fit.map((x) => sign * x),
      expected,
      { rtol: 0.02 },
    );
  }
});
const unit = () => ({ data: Float64Array.of(1, 0, 0, 1), n: 2, d: 2 });
