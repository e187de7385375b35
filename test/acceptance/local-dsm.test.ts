/** Rows 26, 27, 31, 54 and 55 of the acceptance table, and the independence of targets from how they are asked for. */
import {
  checkWeighting,
  constantLag,
  createLineariser,
  createRegistry,
  type Dataset,
  defineWeighting,
  denseJacobian,
  kernelTarget,
  type Problem,
  rootKey,
  type Sde,
  scalarNoise,
  type TargetSource,
  transitionKernel,
  zeros,
} from '@fokker/core';
import { assertAllClose, ouA } from '@fokker/core/testing';
import objectives, { localDsm } from '@fokker/objectives';
import { activeSwimmer, benes, ornsteinUhlenbeck } from '@fokker/sde-plugins';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { atoms, gaussianData } from './data.js';
import { leastSquares } from './least-squares.js';

/** Kernels of one lag, seen at one time when `t` is given, else uniformly over the span; weight 1. */
const problemOf = (sde: Sde, data: Dataset, lag: number, t?: number): Problem => ({
  kind: 'process',
  sde,
  data,
  times: { time: (u) => t ?? sde.cutoff.train + u * (sde.span.T - sde.cutoff.train) },
  schedule: { prepare: () => null, restore: () => ({ start: (time) => Math.max(time - lag, 0) }) },
  weighting: () => ({ diagonal: (_, out) => out.fill(1) }),
});

const sourceOf = (problem: Problem, options: Record<string, unknown> = {}): TargetSource => {
  const objective = localDsm.create(localDsm.options.parse(options));
  return objective.source(problem, objective.prepare(problem, rootKey(7)), rootKey(8));
};

/** Rows of `samples` samples: state, target. */
const eachRow = (
  source: TargetSource,
  samples: number,
  visit: (y: Float64Array, yAt: number, g: Float64Array, gAt: number) => void,
) => {
  const chunk = 8192;
  for (let first = 0; first < samples; first += chunk) {
    const { n, arrays } = source.targets({ first, count: Math.min(chunk, samples - first) });
    const [d, r] = [arrays.y.shape[0]!, arrays.target!.shape[0]!];
    for (let i = 0; i < n; i++) visit(arrays.y.data, i * d, arrays.target!.data, i * r);
  }
};

describe('a linear process', () => {
  const { A, G } = ouA;
  const Q = [
    [1, 0.3],
    [0.3, 0.58],
  ] as const;
  const t = 1.2;
  const sde = ornsteinUhlenbeck.create(ornsteinUhlenbeck.parameters.parse({ A, G, horizon: 2 }));
  const data = gaussianData(
    [1, -0.5],
    [
      [0.4, 0.1],
      [0.1, 0.2],
    ],
  );

  test.each([1.2, 0.6, 0.1])('row 26: regression on targets of lag %f finds the precision of p_t', (lag) => {
    const fit = leastSquares(3, 2);
    const features = Float64Array.of(0, 0, 1);
    eachRow(sourceOf(problemOf(sde, data, lag, t)), 4e5, (y, at, g, gAt) => {
      features[0] = y[at]!;
      features[1] = y[at + 1]!;
      fit.add(features, g, gAt);
    });
    const c = fit.solve();
    const K = [-c[0]!, -c[1]!, -c[3]!, -c[4]!];
    // the table's 2 %, about six standard errors of the smallest entry
    assertAllClose('K', K, [1.87224, -0.466645, -0.466645, 2.866063], { rtol: 0.02 });
  });

  test('row 26: the linearised kernel of a linear process is its transition', () => {
    const ys = { data: Float64Array.of(1, -0.5, 0.3, 2), n: 2, d: 2 };
    const [s, to] = [Float64Array.of(0, 1.1), Float64Array.of(0.6, 1.2)];
    const linearised = createLineariser(sde, {}).kernel(ys, s, to);
    const exact = transitionKernel(sde.transition!, ys, s, to);
    const rounding = { atol: 1e-14 }; // two routes to numbers of order one
    assertAllClose('mean', linearised.mean.data, exact.mean.data, rounding);
    assertAllClose('root', linearised.root, exact.root, rounding);
  });

  /** Entries 11, 12, 22 of Σ = L Lᵀ over [s, t], of E = e^{Aτ} and of Σ_t from the data. */
  const kernel = (s: number, to: number) => {
    const unit = { data: Float64Array.of(1, 0, 0, 1, 0, 0), n: 3, d: 2 };
    const times = (value: number) => new Float64Array(3).fill(value);
    const { mean, root } = transitionKernel(sde.transition!, unit, times(s), times(to));
    const [l11, , l21, l22] = root;
    const E = [mean.data[0]!, mean.data[2]!, mean.data[1]!, mean.data[3]!] as const; // c = 0: columns are the images of unit vectors
    return { E, Sigma: [l11! * l11!, l11! * l21!, l21! * l21! + l22! * l22!] as const };
  };
  const tracePrecision = ([a, b, c]: readonly [number, number, number]): number =>
    (Q[0][0] * c - 2 * Q[0][1] * b + Q[1][1] * a) / (a * c - b * b); // tr QΣ⁻¹
  const { E, Sigma } = kernel(0, t);
  const along = (u: readonly [number, number], v: readonly [number, number]): number =>
    0.4 * u[0] * v[0] + 0.1 * (u[0] * v[1] + u[1] * v[0]) + 0.2 * u[1] * v[1];
  const [r1, r2] = [[E[0], E[1]] as const, [E[2], E[3]] as const];
  const law = [Sigma[0] + along(r1, r1), Sigma[1] + along(r1, r2), Sigma[2] + along(r2, r2)] as const;
  const centre = [E[0] - 0.5 * E[1], E[2] - 0.5 * E[3]] as const;

  test.each([
    [0, 0.182445],
    [0.6, 0.910046],
    [1.1, 9.143306],
    [1.19, 99.124776],
  ])('row 27: the loss of the exact score is the floor of start time %f', (s, floor) => {
    const closed = 0.5 * (tracePrecision(kernel(s, t).Sigma) - tracePrecision(law));
    expect(Math.abs(closed - floor)).toBeLessThan(5.1e-7); // the table's digits
    const determinant = law[0] * law[2] - law[1] ** 2;
    let sum = 0;
    let rows = 0;
    eachRow(sourceOf(problemOf(sde, data, t - s, t)), 2e5, (y, at, g, gAt) => {
      const [u, v] = [y[at]! - centre[0], y[at + 1]! - centre[1]];
      const e1 = -(law[2] * u - law[1] * v) / determinant - g[gAt]!;
      const e2 = -(law[0] * v - law[1] * u) / determinant - g[gAt + 1]!;
      sum += 0.5 * (Q[0][0] * e1 * e1 + 2 * Q[0][1] * e1 * e2 + Q[1][1] * e2 * e2);
      rows++;
    });
    expect(Math.abs(sum / rows / closed - 1)).toBeLessThan(0.01); // the table's 1 %, over four standard errors of 2e5 pairs
  });
});

test('row 31: regression on Beneš targets of lag 0.2 finds the score of p_t', () => {
  const sde = benes.create(benes.parameters.parse({}));
  const data = atoms(-1, 0.5);
  const t = 1;
  const centres = Array.from({ length: 15 }, (_, k) => -3.5 + k / 2);
  const features = new Float64Array(centres.length + 3);
  const fill = (y: number): Float64Array => {
    features[0] = 1;
    features[1] = y;
    features[2] = Math.tanh(y);
    for (let k = 0; k < centres.length; k++) features[3 + k] = Math.exp(-0.5 * ((y - centres[k]!) / 0.5) ** 2);
    return features;
  };
  const fit = leastSquares(features.length, 1);
  eachRow(sourceOf(problemOf(sde, data, 0.2, t)), 4e5, (y, at, g, gAt) => fit.add(fill(y[at]!), g, gAt));
  const c = fit.solve();

  const n = 1201;
  const y = { data: Float64Array.from({ length: n }, (_, i) => -6 + i / 100), n, d: 1 };
  const times = new Float64Array(n).fill(t);
  const law = sde.marginal!(data)!;
  const score = zeros(n, 1);
  const logDensity = new Float64Array(n);
  law.score(y, times, score);
  law.logDensity(y, times, logDensity);
  let [error, fisher] = [0, 0];
  for (let i = 0; i < n; i++) {
    const fitted = fill(y.data[i]!).reduce((sum, phi, k) => sum + phi * c[k]!, 0);
    error += Math.exp(logDensity[i]!) * (fitted - score.data[i]!) ** 2;
    fisher += Math.exp(logDensity[i]!) * score.data[i]! ** 2;
  }
  expect(error / fisher).toBeLessThan(0.01); // the table's bound
});

test('row 54: a weight of the size of the kernel would move the minimiser of the double well by 0.219', () => {
  const lag = 0.05;
  const well: Sde = {
    dim: 1,
    span: { t0: 0, T: 1 },
    cutoff: { train: 0.01, sample: 0.01 },
    drift(y, _t, out) {
      for (let i = 0; i < y.n; i++) out.data[i] = y.data[i]! - y.data[i]! ** 3;
    },
    jacobian: denseJacobian(1, (y, at, _t, out, outAt) => {
      out[outAt] = 1 - 3 * y[at]! ** 2;
    }),
    diffusion: scalarNoise(1, 1), // √(2Θ), Θ = ½
  };
  // Minimisers E[w g | y]/E[w | y] by the trapezoidal rule over y_s, on the stationary law p ∝ e^{−(y⁴/4 − y²/2)/Θ}.
  const [n, h] = [1201, 0.005];
  const grid = { data: Float64Array.from({ length: n }, (_, i) => (i - 600) * h), n, d: 1 };
  const p = grid.data.map((y) => Math.exp(y * y - 0.5 * y ** 4));
  const { mean, root } = createLineariser(well).kernel(grid, new Float64Array(n), new Float64Array(n).fill(lag));
  let [mass, squares] = [0, 0];
  for (const y of grid.data) {
    let [even, evenG, sized, sizedG] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const variance = root[i]! ** 2;
      const away = y - mean.data[i]!;
      const q = (p[i]! * Math.exp((-0.5 * away * away) / variance)) / root[i]!;
      even += q;
      evenG -= (q * away) / variance;
      sized += q * variance;
      sizedG -= q * away;
    }
    mass += even;
    squares += even * (sizedG / sized - evenG / even) ** 2;
  }
  // the table's 2 %
  expect(Math.abs(Math.sqrt(squares / mass) / 0.219 - 1)).toBeLessThan(0.02);
});

test('row 54: a weight that reads the start state is refused', () => {
  const starting = defineWeighting({
    id: 'kernel-size',
    options: z.strictObject({}),
    dependsOn: 'start',
    create: () => ({ diagonal: (_, out) => out.fill(1) }),
  });
  const registry = createRegistry([objectives]);
  for (const definition of registry.list('objective')) {
    expect(() => checkWeighting(starting, definition, registry)).toThrow(expect.objectContaining({ code: 'E_WEIGHT' }));
  }
});

describe('swimmer', () => {
  const sde = activeSwimmer.create(activeSwimmer.parameters.parse({}));
  const data = gaussianData(
    [0, 0],
    [
      [1, 0],
      [0, 1],
    ],
  );

  test('row 55: float32 is enough for targets whose kernel was formed in float64', () => {
    const lineariser = createLineariser(sde, {});
    const f = Math.fround;
    for (let k = 0; k < 100; k++) {
      const angle = 0.1 + k / 16;
      const ys = { data: Float64Array.of(1.2 * Math.cos(k), 2 * Math.sin(3 * k)), n: 1, d: 2 };
      const drawn = lineariser.kernel(ys, Float64Array.of(3), Float64Array.of(3.001));
      const zs = Float64Array.of(1.5 * Math.cos(angle), 1.5 * Math.sin(angle));
      const g = zeros(1, 2);
      kernelTarget(drawn, zs, 1, g);
      const [L11, , L21, L22] = Array.from(drawn.root, f);
      const v = f(-f(zs[1]!) / L22!);
      const x = f(f(-f(zs[0]!) - f(L21! * v)) / L11!);
      const length = Math.hypot(g.data[0]!, g.data[1]!);
      expect(Math.hypot(x - g.data[0]!, v - g.data[1]!) / length).toBeLessThan(1e-4); // the table's bound
    }
  });

  test('targets are bit-identical for splits 1 × 64 and 64 × 1', () => {
    const schedule = constantLag.create({ lag: 0.2 });
    const problem = { ...problemOf(sde, data, 0.2), schedule };
    const objective = localDsm.create(localDsm.options.parse({ bank: { paths: 40, refresh: 0.5 } }));
    const prepared = objective.prepare(problem, rootKey(7));
    const whole = objective.source(problem, prepared, rootKey(8)).targets({ first: 0, count: 64 });
    // another worker: restored from JSON, samples asked for last to first
    const other = objective.source(problem, structuredClone(prepared), rootKey(8));
    const rows = objective.rowsPerSample;
    for (let i = 63; i >= 0; i--) {
      const { n, arrays } = other.targets({ first: i, count: 1 });
      expect(n).toBe(rows);
      for (const [name, { data: values, shape }] of Object.entries(whole.arrays)) {
        const width = rows * (shape[0] ?? 1);
        expect(arrays[name]!.data, name).toEqual(values.slice(i * width, (i + 1) * width));
      }
    }
  });
});
