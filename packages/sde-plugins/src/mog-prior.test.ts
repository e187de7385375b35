import {
  type Batch,
  completeSde,
  createLineariser,
  type Dataset,
  type Distribution,
  drawFromKernel,
  type GaussianKernel,
  jacobianLength,
  kernelTarget,
  matrixOperators,
  rootKey,
  type Sde,
  type VectorField,
  zeros,
} from '@fokker/core';
import { kernelCovariance, processContract } from '@fokker/core/testing';
import '@fokker/core/testing/vitest';
import { describe, expect, test } from 'vitest';
import { independentNormal } from './independent-normal.js';
import { mogPrior } from './mog-prior.js';

type Given = Record<string, unknown>;
const create = (given: Given = {}): Sde => mogPrior.create(mogPrior.parameters.parse(given));
const row = (...values: number[]): Batch => ({ data: Float64Array.from(values), n: 1, d: values.length });

/** The mixture of the acceptance table. */
const golden = {
  components: [
    {
      weight: 0.3,
      mean: [-1, 0.5],
      covariance: [
        [0.5, 0.1],
        [0.1, 0.3],
      ],
    },
    {
      weight: 0.7,
      mean: [1.5, -0.5],
      covariance: [
        [0.4, -0.2],
        [-0.2, 0.6],
      ],
    },
  ],
};
/** Means that span a plane of R^6, spreads alike or not. */
const spanning = (stds: readonly number[]) => ({
  components: stds.map((std, k) => ({
    weight: 1 + k,
    mean: Array.from({ length: 6 }, (_, j) => Math.sin(1 + 2 * k + (1 + k) * j)),
    std,
  })),
});
const inFull = ({ components }: ReturnType<typeof spanning>) => ({
  components: components.map(({ weight, mean, std }) => ({
    weight,
    mean,
    covariance: mean.map((_, i) => mean.map((__, j) => (i === j ? std ** 2 : 0))),
  })),
});

describe.each<[string, Given]>([
  ['defaults', {}],
  ['full covariances', golden],
  ['round, alike: low rank', spanning([0.8, 0.8, 0.8])],
  ['round, of different widths: a basis a row', spanning([0.6, 0.8, 1])],
  ['one component', { dim: 3, components: [{ mean: 0.5 }] }],
  [
    'a scale mixture about one point',
    {
      dim: 3,
      components: [
        { mean: 0, std: 0.5 },
        { mean: 0, std: 1.5 },
      ],
    },
  ],
])('%s', (_name, given) => {
  test.each(processContract(mogPrior, given))('$name', ({ run }) => run());
});

test('structures are those of the components', () => {
  expect(create().jacobian?.structure).toBe('dense');
  expect(create(golden).jacobian?.structure).toBe('dense');
  expect(create(spanning([0.8, 0.8, 0.8])).jacobian).toMatchObject({ structure: 'low-rank', rank: 2 });
  expect(create(spanning([0.6, 0.8, 1])).jacobian).toMatchObject({ structure: 'low-rank', rank: 3 });
  expect(create({ dim: 3, components: [{ mean: 0.5 }] }).jacobian?.structure).toBe('scalar');
});

test('row 15: score and Hessian at (.2, .4)', () => {
  const { stationary, timeChange } = create(golden);
  const y = row(0.2, 0.4);
  const [logDensity, score, J] = [new Float64Array(1), zeros(1, 2), new Float64Array(4)];
  stationary!.logDensity!(y, logDensity);
  stationary!.score!(y, score);
  timeChange!.base.jacobian!.entries(y, new Float64Array(1), J);
  // the digits of the table
  expect(logDensity).toBeAllClose([-2.939418741495812], { atol: 1e-14 });
  expect(score.data).toBeAllClose([0.376295500107, 0.297074784777], { atol: 1e-9 });
  const hessian = J.map((entry) => 2 * entry);
  expect(hessian).toBeAllClose([5.319901767597, -2.609415658324, -2.609415658324, -1.999566181813], { atol: 1e-9 });
  const h = 1e-4;
  const differences = [0, 1].map((j) => {
    const [up, down] = [zeros(1, 2), zeros(1, 2)];
    stationary!.score!(row(0.2 + (j === 0 ? h : 0), 0.4 + (j === 1 ? h : 0)), up);
    stationary!.score!(row(0.2 - (j === 0 ? h : 0), 0.4 - (j === 1 ? h : 0)), down);
    return up.data.map((value, i) => (value - down.data[i]!) / (2 * h));
  });
  expect([0, 1].map((i) => [0, 1].map((j) => differences[j]![i]!))).toBeAllClose(
    [
      [hessian[0]!, hessian[1]!],
      [hessian[2]!, hessian[3]!],
    ],
    { atol: 1e-6 }, // of the table: h²/6 of a third derivative of order 100
  );
});

const over = (sde: Sde, lag: number): [Float64Array, Float64Array] => {
  const { clock } = sde.timeChange!;
  return [Float64Array.of(clock.inverse(1)), Float64Array.of(clock.inverse(1 + lag))];
};

test('the linearised kernel of MATH §9 at an effective lag of .1', () => {
  const sde = create(golden);
  const kernel = createLineariser(sde).kernel(row(0.2, 0.4), ...over(sde, 0.1));
  expect(kernel.mean.data).toBeAllClose([0.220585525198, 0.412875326584], { atol: 1e-11 }); // its digits
  expect(kernelCovariance(kernel)).toBeAllClose([0.133444859715, -0.01483777967, -0.01483777967, 0.091824563466], {
    atol: 1e-11,
  });
});

describe.each([
  ['alike', spanning([0.8, 0.8, 0.8])],
  ['of different widths', spanning([0.6, 0.8, 1])],
])('row 17: low-rank against dense, d = 6, K = 3, components %s', (_name, given) => {
  const [thin, full] = [create(given), create(inFull(given))];
  const n = 16;
  const y = zeros(n, 6);
  thin.prior!.sample(rootKey(3), 0, y);
  const [from, to] = over(thin, 0.2).map(([time]) => new Float64Array(n).fill(time!)) as [Float64Array, Float64Array];

  test('kernel, and the moments of draws and targets', () => {
    const [a, b] = [createLineariser(thin), createLineariser(full)].map((way) => way.kernel(y, from, to)) as [
      GaussianKernel,
      GaussianKernel,
    ];
    expect([a.structure, b.structure]).toEqual(['low-rank', 'dense']);
    expect(a.mean.data).toBeAllClose(b.mean.data, { atol: 1e-12 });
    expect(kernelCovariance(a)).toBeAllClose(kernelCovariance(b), { atol: 1e-12 });
    // roots differ by a rotation: what they share is y − m = L z against the target −L⁻ᵀ z, whose product is −‖z‖²
    const z = zeros(n, 6);
    mogPrior.create(mogPrior.parameters.parse({ dim: 6, components: [{ mean: 0 }] })).prior!.sample(rootKey(4), 0, z);
    const [draw, target] = [zeros(n, 6), zeros(n, 6)];
    drawFromKernel(a, z.data, 1, draw);
    kernelTarget(a, z.data, 1, target);
    for (let i = 0; i < n; i++) {
      let [product, square] = [0, 0];
      for (let k = 6 * i; k < 6 * (i + 1); k++) {
        product += (draw.data[k]! - a.mean.data[k]!) * target.data[k]!;
        square += z.data[k]! ** 2;
      }
      expect(product).toBeAllClose(-square, { rtol: 1e-12 });
    }
  });

  test('divergence and products with J', () => {
    const [a, b] = [thin.jacobian!, full.jacobian!];
    const [own, whole] = [a, b].map((field) => {
      const entries = new Float64Array(n * jacobianLength(field, 6));
      field.entries(y, from, entries);
      return entries;
    }) as [Float64Array, Float64Array];
    const [p, q] = [matrixOperators(a, 6), matrixOperators(b, 6)];
    const [u, v] = [new Float64Array(6), new Float64Array(6)];
    for (let i = 0; i < n; i++) {
      expect(p.trace(own, i * p.length)).toBeAllClose(q.trace(whole, i * q.length), { rtol: 1e-12 });
      expect(p.growth(own, i * p.length)).toBeAllClose(q.growth(whole, i * q.length), { rtol: 1e-11 });
      p.times(own, i * p.length, y.data, i * 6, u, 0);
      q.times(whole, i * q.length, y.data, i * 6, v, 0);
      expect(u).toBeAllClose(v, { atol: 1e-11 });
    }
  });
});

test('row 21: order of the linearised mean on ½ N(−2, ½²) + ½ N(2, ½²), λ halved from .05', () => {
  const { base } = create({
    components: [
      { mean: [-2], std: 0.5 },
      { mean: [2], std: 0.5 },
    ],
  }).timeChange!;
  const start = 0.1; // on the slope between the modes, where the curvature is largest
  const lags = [0.05, 0.025, 0.0125, 0.00625];
  const truth = lags.map((lag) => exactMean(base, start, lag));
  const slope = (ito: boolean): number => {
    const errors = lags.map((lag, k) => {
      const { mean } = createLineariser(base, { ito }).kernel(row(start), Float64Array.of(0), Float64Array.of(lag));
      return Math.abs(mean.data[0]! - truth[k]!);
    });
    return Math.log2(errors[0]! / errors[3]!) / 3;
  };
  expect(Math.abs(slope(false) - 2)).toBeLessThan(0.15); // the table's tolerance
  expect(slope(true)).toBeGreaterThan(2.7);
});

/**
 * E[y_λ | y_0 = start] of dy = b dθ + dw by the backward equation ∂u/∂θ = b u′ + ½ u″, u(0) = y: fourth-order differences in y, Runge–Kutta in θ.
 */
const exactMean = (base: Sde, start: number, lag: number): number => {
  const [h, half] = [0.004, 400];
  const n = 2 * half + 1;
  const y = zeros(n, 1);
  const b = zeros(n, 1);
  for (let i = 0; i < n; i++) y.data[i] = start + (i - half) * h;
  base.drift(y, new Float64Array(n), b);
  const slope = (u: Float64Array, out: Float64Array): void => {
    out.fill(0);
    for (let i = 2; i < n - 2; i++) {
      const first = (u[i - 2]! - 8 * u[i - 1]! + 8 * u[i + 1]! - u[i + 2]!) / (12 * h);
      const second = (-u[i - 2]! + 16 * u[i - 1]! - 30 * u[i]! + 16 * u[i + 1]! - u[i + 2]!) / (12 * h * h);
      out[i] = b.data[i]! * first + 0.5 * second;
    }
  };
  const steps = Math.ceil(lag / 1e-5);
  const dt = lag / steps;
  const u = y.data.slice();
  const [k1, k2, k3, k4, v] = Array.from({ length: 5 }, () => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let step = 0; step < steps; step++) {
    slope(u, k1);
    for (let i = 0; i < n; i++) v[i] = u[i]! + 0.5 * dt * k1[i]!;
    slope(v, k2);
    for (let i = 0; i < n; i++) v[i] = u[i]! + 0.5 * dt * k2[i]!;
    slope(v, k3);
    for (let i = 0; i < n; i++) v[i] = u[i]! + dt * k3[i]!;
    slope(v, k4);
    for (let i = 0; i < n; i++) u[i]! += (dt / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!);
  }
  return u[half]!;
};

describe('the law in the plane, from the Fokker–Planck equation', () => {
  const n = 1000;
  /** E‖a − b‖²/E‖b‖² at `time`. */
  const difference = (a: VectorField, b: VectorField, y: Batch, time: number): number => {
    const t = new Float64Array(n).fill(time);
    const [p, q] = [zeros(n, 2), zeros(n, 2)];
    a(y, t, p);
    b(y, t, q);
    const sum = (of: (k: number) => number): number => q.data.reduce((total, _, k) => total + of(k), 0);
    return sum((k) => (p.data[k]! - q.data[k]!) ** 2) / sum((k) => q.data[k]! ** 2);
  };
  const startedFrom = (law: Distribution): Dataset => ({
    dim: law.dim,
    draw: (key, first, out) => law.sample(key, first, out),
    density: { logDensity: law.logDensity!, score: law.score! },
  });

  test('π, which is no product, stays π', () => {
    const sde = completeSde(create(golden));
    const { prior } = sde;
    const y = zeros(n, 2);
    prior!.sample(rootKey(5), 0, y);
    const law = sde.marginal!(startedFrom(prior!))!;
    const error = difference(law.score, (at, _t, out) => prior!.score!(at, out), y, 0.5);
    expect(error).toBeLessThan(1e-5);
    expect(law.error!(0.5)).toBeLessThan(1e-4);
  });

  test('a product of lines is the lines’', () => {
    const lineOf = (means: number[]) => ({ components: means.map((mean) => ({ mean: [mean], std: 0.6 })) });
    const [across, up] = [completeSde(create(lineOf([-1.5, 1.5]))), completeSde(create(lineOf([0.5])))];
    const plane = completeSde(create({ components: [-1.5, 1.5].map((x) => ({ mean: [x, 0.5], std: 0.6 })) }));
    const [wide, round] = [independentNormal([0.3], [0.7]), independentNormal([0.3, 0.3], [0.7, 0.7])];
    const laws = [across, up].map((sde) => sde.marginal!(startedFrom(wide))!);
    const lines: VectorField = (y, t, out) => {
      for (const [j, law] of laws.entries()) {
        const own: Batch = { data: y.data.filter((_, k) => k % 2 === j), n, d: 1 };
        const s = zeros(n, 1);
        law.score(own, t, s);
        for (let i = 0; i < n; i++) out.data[2 * i + j] = s.data[i]!;
      }
    };
    const y = zeros(n, 2);
    round.sample(rootKey(6), 0, y);
    expect(difference(plane.marginal!(startedFrom(round))!.score, lines, y, 0.2)).toBeLessThan(1e-5);
  });
});

describe('image-sized states', () => {
  const d = 3072;
  const K = 10;
  const components = Array.from({ length: K }, (_, k) => ({
    mean: Array.from({ length: d }, (_, j) => Math.sin(0.01 * j * (k + 1) + k)),
    std: 0.5,
  }));

  test('work space and kernels take O(n d K) bytes, none d²', () => {
    const n = 4;
    const allocated: number[] = [];
    const sde = create({ components });
    const y = zeros(n, d);
    sde.prior!.sample(rootKey(1), 0, y);
    const Original = globalThis.Float64Array;
    globalThis.Float64Array = new Proxy(Original, {
      construct(target, given: unknown[]) {
        const made: Float64Array = Reflect.construct(target, given);
        if (typeof given[0] === 'number') allocated.push(made.byteLength);
        return made;
      },
    });
    try {
      const kernel = createLineariser(sde).kernel(y, new Float64Array(n).fill(0.5), new Float64Array(n).fill(0.51));
      const [draw, target] = [zeros(n, d), zeros(n, d)];
      drawFromKernel(kernel, y.data, 1, draw);
      kernelTarget(kernel, y.data, 1, target);
    } finally {
      globalThis.Float64Array = Original;
    }
    expect(allocated.length).toBeGreaterThan(10);
    expect(Math.max(...allocated)).toBeLessThanOrEqual(8 * n * d);
    expect(allocated.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(8 * n * d * K);
  });
});

describe('refusals', () => {
  test.each<[string, Given, string]>([
    ['means of two lengths', { components: [{ mean: [0, 1] }, { mean: [0] }] }, 'components.1.mean'],
    ['numbers without a dimension', { components: [{ mean: 1 }] }, 'dim'],
    ['std and covariance', { components: [{ mean: [1], std: 1, covariance: [[1]] }] }, 'components.0.covariance'],
    [
      'a covariance of another size',
      {
        components: [
          {
            mean: [1],
            covariance: [
              [1, 0],
              [0, 1],
            ],
          },
        ],
      },
      'components.0.covariance',
    ],
    ['a β that decreases', { beta0: 2, beta1: 1 }, 'beta1'],
    ['no component', { components: [] }, 'components'],
  ])('%s', (_name, given, path) => {
    const found = mogPrior.parameters.safeParse(given);
    expect(found.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });

  test('a covariance that is none', () => {
    for (const covariance of [
      [
        [1, 2],
        [2, 1],
      ],
      [
        [1, 0.5],
        [0, 1],
      ],
      [
        [0, 0],
        [0, 1],
      ],
    ]) {
      expect(() => create({ components: [{ mean: [0, 0], covariance }] })).toThrow(
        expect.objectContaining({ code: 'E_COVARIANCE' }),
      );
    }
  });
});
