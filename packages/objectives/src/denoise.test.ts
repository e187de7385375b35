/** What DSM and local-DSM share, on every route to a kernel: pairs, weights, the basis of the noise range. */
import {
  constantJacobian,
  constantNoise,
  linearTransition,
  type ObjectiveDefinition,
  type ProcessProblem,
  piecewiseLinear,
  regionWeighting,
  rootKey,
  type Sde,
  type Targets,
  transitionKernel,
} from '@fokker/core';
import { assertAllClose, objectiveContract, problemOf } from '@fokker/core/testing';
import { objectiveBench } from '@fokker/runtime/testing';
import { describe, expect, test } from 'vitest';
import { dsm, lcss, localDsm } from './index.js';
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
  test.each(objectiveContract(definition, sde, { ...options }, { bench: objectiveBench() }))('$name', ({ run }) =>
    run(),
  );

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

describe('a weight that reads y_t', () => {
  /** dY = −½Y dt + dW, stationary at N(0, 1), where problems start: ∇log p_t = −y. */
  const still: Sde = {
    ...slanted,
    dim: 1,
    drift(y, _t, out) {
      for (let i = 0; i < y.n; i++) out.data[i] = -0.5 * y.data[i]!;
    },
    diffusion: constantNoise([[1]]),
    jacobian: constantJacobian([[-0.5]]),
    transition: linearTransition([[-0.5]], [0], [[1]]),
  };
  const region = { centre: [1], width: 0.5, floor: 0.1 };
  const problem: ProcessProblem = {
    ...problemOf(still),
    weighting: (noise) => regionWeighting.create(region, { sde: still, noise }),
  };
  const n = 40_000;
  test.each<[string, ObjectiveDefinition]>([
    ['dsm', dsm],
    ['local-dsm', localDsm],
    ['lcss', lcss],
  ])('%s: each row has that of its own state, and the minimiser is still the score', (_, definition) => {
    const objective = definition.create(definition.options.parse({ antithetic: false }));
    const prepared = objective.prepare(problem, rootKey(1));
    const { arrays } = objective.source(problem, prepared, rootKey(2)).targets({ first: 0, count: n });
    const [y, w, g] = [arrays.y.data, arrays.weight!.data, arrays.target!.data];
    const noise = piecewiseLinear(prepared.scales.t, prepared.scales.noise);
    for (let i = 0; i < 40; i++) {
      const factor = 0.1 + 0.9 * Math.exp(-2 * (y[i]! - 1) ** 2);
      expect(w[i]).toBeCloseTo(factor * noise(arrays.t.data[i]!) ** 2, 14);
    }
    // E[w h(y) (g + y)] = 0 for every h where −y minimises the loss: four standard errors
    for (const h of [() => 1, (x: number) => x, (x: number) => Math.tanh(3 * x)]) {
      const terms = Float64Array.from({ length: n }, (_, i) => w[i]! * h(y[i]!) * (g[i]! + y[i]!));
      const mean = terms.reduce((a, b) => a + b, 0) / n;
      const error = Math.sqrt(terms.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / n;
      expect(Math.abs(mean)).toBeLessThan(4 * error);
    }
  });
});
