/** What DSM and local-DSM owe alike: shapes, keyed determinism, pairs, refusals; then what is particular to each. */
import {
  constantJacobian,
  constantLag,
  constantNoise,
  type Dataset,
  denseNoise,
  fillNormal,
  linearTransition,
  type NamedArray,
  noiseNormalisedWeighting,
  type Objective,
  type OptimiserSpec,
  type Prepared,
  type Problem,
  parseOptions,
  piecewiseLinear,
  rootKey,
  type Sde,
  scalarNoise,
  type Targets,
  transitionKernel,
  uniformTimes,
} from '@fokker/core';
import { assertAllClose, float32RoundOff } from '@fokker/core/testing';
import { matMul, reshape } from '@fokker/ops';
import { initialState, openDevice } from '@fokker/runtime';
import { describe, expect, test } from 'vitest';
import { dsm, localDsm } from './index.js';

const A = [
  [-1, 0.5],
  [-0.5, -1],
];
/** Noise along (1, 1) only: a range that no coordinates span. */
const G = [[0.6], [0.6]];
const diagonalNoise: Sde = {
  dim: 2,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-2, sample: 1e-2 },
  affine: true,
  drift(y, _t, out) {
    for (let k = 0; k < 2 * y.n; k += 2) {
      out.data[k] = -y.data[k]! + 0.5 * y.data[k + 1]!;
      out.data[k + 1] = -0.5 * y.data[k]! - y.data[k + 1]!;
    }
  },
  diffusion: constantNoise(G),
  jacobian: constantJacobian(A),
  transition: linearTransition(A, [0, 0], G),
};
const { transition: _, ...simulated } = diagonalNoise;
const well: Sde = {
  dim: 1,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-2, sample: 1e-2 },
  drift(y, _t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = y.data[i]! - y.data[i]! ** 3;
  },
  diffusion: scalarNoise(1, 1),
};

const normalData = (dim: number): Dataset => ({
  dim,
  draw: (key, first, out) => fillNormal(key, first, out.n, dim, out.data),
});
const problemOf = (sde: Sde): Problem => ({
  kind: 'process',
  sde,
  data: normalData(sde.dim),
  times: uniformTimes.create({}, sde),
  schedule: constantLag.create({ lag: 0.1 }),
  weighting: (noise) => noiseNormalisedWeighting.create({}, { sde, noise }),
});
const prepare = (objective: Objective, problem: Problem): Prepared => objective.prepare(problem, rootKey(1));
const create = (definition: typeof dsm | typeof localDsm, options: object = {}): Objective =>
  definition === dsm ? dsm.create(dsm.options.parse(options)) : localDsm.create(localDsm.options.parse(options));

const bank = { paths: 24, refresh: 0.5, step: 0.01 };
describe.each<[string, Objective, Sde]>([
  ['dsm', create(dsm), diagonalNoise],
  ['dsm, antithetic', create(dsm, { antithetic: true }), diagonalNoise],
  ['local-dsm, exact', create(localDsm), diagonalNoise],
  ['local-dsm, simulated', create(localDsm, { bank }), simulated],
  ['local-dsm, nonlinear', create(localDsm, { bank }), well],
  ['local-dsm, one-sided and Itô-corrected', create(localDsm, { bank, antithetic: false, ito: true }), well],
])('%s', (_name, objective, sde) => {
  const problem = problemOf(sde);
  const prepared = prepare(objective, problem);
  const rows = objective.rowsPerSample;
  const targets = (first: number, count: number, seed = 2): Targets =>
    objective.source(problem, structuredClone(prepared), rootKey(seed)).targets({ first, count });

  test('arrays have the shapes of the process and its noise range, all numbers finite', () => {
    const { n, arrays } = targets(0, 50);
    const rank = sde.dim === 2 ? 1 : sde.dim;
    expect(n).toBe(50 * rows);
    expect(Object.fromEntries(Object.entries(arrays).map(([name, { shape }]) => [name, shape]))).toEqual({
      y: [sde.dim],
      t: [],
      target: [rank],
      weight: [rank],
    });
    for (const { data, shape } of Object.values(arrays)) {
      expect(data.length).toBe(n * (shape[0] ?? 1));
      expect(data.every(Number.isFinite)).toBe(true);
    }
  });

  test('sample i is a pure function of (prepared, key, i)', () => {
    const whole = targets(0, 60);
    const source = objective.source(problem, prepared, rootKey(2));
    for (const [first, count] of [
      [48, 12],
      [47, 1],
      [0, 30],
      [59, 1],
      [30, 17],
    ] as const) {
      const part = source.targets({ first, count });
      for (const [name, { data, shape }] of Object.entries(part.arrays)) {
        const width = rows * (shape[0] ?? 1);
        expect(data, name).toEqual(whole.arrays[name]!.data.slice(first * width, (first + count) * width));
      }
    }
    expect(targets(0, 60, 3).arrays.y.data).not.toEqual(whole.arrays.y.data);
  });

  test('preparation is a pure function of its key, and plain JSON', () => {
    expect(prepare(objective, problem)).toEqual(prepared);
    expect(JSON.parse(JSON.stringify(prepared))).toEqual(prepared);
  });

  test('pairs share their time and weight and have opposite targets', () => {
    const { n, arrays } = targets(0, 40);
    for (let i = 0; rows === 2 && i < n; i += 2) {
      for (const name of ['t', 'weight']) expect(arrays[name]!.data[i]).toBe(arrays[name]!.data[i + 1]);
      expect(arrays.target!.data[i]).toBe(-arrays.target!.data[i + 1]!);
    }
  });

  test('the weight is a function of t: σ̄(t)², and weighted targets are of order one', () => {
    const { n, arrays } = targets(0, 2000);
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
  const problem = { ...problemOf(diagonalNoise), times: { time: () => t } };
  const kernel = transitionKernel(diagonalNoise.transition!, unit(), new Float64Array(2), new Float64Array(2).fill(t));
  const [a, b] = [kernel.mean.data.subarray(0, 2), kernel.mean.data.subarray(2, 4)]; // images of the unit vectors
  const [l11, , l21, l22] = kernel.root;
  const Sigma = [
    a[0]! ** 2 + b[0]! ** 2 + l11! ** 2,
    a[0]! * a[1]! + b[0]! * b[1]! + l11! * l21!,
    a[1]! ** 2 + b[1]! ** 2 + l21! ** 2 + l22! ** 2,
  ];
  const determinant = Sigma[0]! * Sigma[2]! - Sigma[1]! ** 2;
  const expected = [Sigma[1]! - Sigma[2]!, Sigma[1]! - Sigma[0]!].map((x) => x / determinant / Math.SQRT2); // −Bᵀ Σ⁻¹
  for (const objective of [create(dsm, { antithetic: true }), create(localDsm)]) {
    const { n, arrays } = objective
      .source(problem, prepare(objective, problem), key)
      .targets({ first: 0, count: 200_000 });
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

describe('refusals', () => {
  test('dsm needs a transition', () => {
    expect(() => prepare(create(dsm), problemOf(simulated))).toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
  });

  test('local-dsm refuses noise that depends on the state', () => {
    const stateNoise = denseNoise(1, 1, (_t, out, y, at) => out.fill(1 + (y?.[at ?? 0] ?? 0) ** 2, 0, 1), 'state');
    const schedule = { prepare: () => null, restore: () => ({ start: (t: number) => t / 2 }) };
    const problem = { ...problemOf({ ...well, diffusion: stateNoise }), schedule };
    expect(() => prepare(create(localDsm, { bank }), problem)).toThrow(
      expect.objectContaining({ code: 'E_CAPABILITY' }),
    );
  });

  test('a recipe that is none is refused', () => {
    const objective = create(localDsm, { bank });
    const prepared = prepare(objective, problemOf(well));
    for (const recipe of [null, { schedule: null }, { schedule: {}, paths: {} }]) {
      expect(() => objective.source(problemOf(well), { ...prepared, recipe }, rootKey(2))).toThrow(
        expect.objectContaining({ code: 'E_FORMAT' }),
      );
    }
  });

  test('options of other names or ranges are refused', () => {
    for (const options of [{ lag: 0.1 }, { form: 'ism' }, { bank: { paths: 0 } }]) {
      expect(() => parseOptions('objective', localDsm, options)).toThrow(
        expect.objectContaining({ code: 'E_PARAMETERS' }),
      );
    }
    expect(() => parseOptions('objective', dsm, { form: 'lcss' })).toThrow(
      expect.objectContaining({ code: 'E_PARAMETERS' }),
    );
  });
});

describe('the traced half', () => {
  const n = 7;
  const wave = (length: number, phase: number): Float64Array =>
    Float64Array.from({ length }, (_, i) => Math.sin(2.3 * i + phase));
  const arrays: Record<string, NamedArray> = {
    y: { data: wave(2 * n, 0), shape: [2] },
    target: { data: wave(2 * n, 1), shape: [2] },
    weight: { data: wave(2 * n, 2).map((x) => 1.5 + x), shape: [2] },
  };
  const slope = Float32Array.of(0.5, -0.25, 0.75, 1);
  const sgd: OptimiserSpec = {
    id: 'sgd',
    learningRate: 1,
    beta1: 0,
    beta2: 0,
    epsilon: 0,
    momentum: 0,
    clip: Number.POSITIVE_INFINITY,
    warmup: 0,
    decay: 'none',
    floor: 0,
    steps: 1,
    ema: 0,
  };
  /** Losses of the rows and the mean gradient for s = y K. */
  const evaluate = async (objective: Objective) => {
    const device = await openDevice('cpu');
    const layout = [{ name: 'K', shape: [2, 2], offset: 0 }];
    const step = {
      layout,
      optimiser: sgd,
      loss: (params: Parameters<Parameters<typeof device.compile>[0]['loss']>[0], batch: typeof params) =>
        objective.perSample({ score: ({ y }) => matMul(reshape(y!, [n, 2]), params.K!) }, batch),
    };
    const program = await device.compile(step, initialState({ layout, data: slope }, sgd));
    const [report] = await program.run([{ n, arrays }]);
    const gradient = (await program.state()).slots.velocity!;
    device.dispose();
    return { losses: report!.perSample, gradient };
  };
  const expected = (constant: boolean): number[] =>
    Array.from({ length: n }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < 2; j++) {
        const s = arrays.y!.data[2 * i]! * slope[j]! + arrays.y!.data[2 * i + 1]! * slope[2 + j]!;
        const g = arrays.target!.data[2 * i + j]!;
        sum += 0.5 * arrays.weight!.data[2 * i + j]! * ((s - g) ** 2 - (constant ? 0 : g * g));
      }
      return sum;
    });
  const rounding = { atol: 8 * float32RoundOff(8) }; // about eight float32 operations on numbers up to 8

  test('form dsm: ½ Σ w (s − g)², and dsm computes the same', async () => {
    const local = await evaluate(create(localDsm));
    assertAllClose('losses', local.losses, expected(true), rounding);
    expect((await evaluate(create(dsm))).losses).toEqual(local.losses);
  });

  test('form lcss: the same less ½ Σ w g², with equal gradients', async () => {
    const [local, stein] = [await evaluate(create(localDsm)), await evaluate(create(localDsm, { form: 'lcss' }))];
    assertAllClose('losses', stein.losses, expected(false), rounding);
    assertAllClose('gradients', stein.gradient, local.gradient, rounding);
  });
});
