import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Batch, type Sde, zeros } from '../contracts/index.js';
import { linearClock } from '../numerics/clock.js';
import { createLinearFlow } from '../numerics/covariance.js';
import { constantJacobian, denseJacobian, diagonalJacobian, scalarJacobian } from '../numerics/jacobian.js';
import { constantNoise, denseNoise, diagonalNoise, scalarNoise } from '../numerics/noise.js';
import { fillNormal, rootKey } from '../numerics/random.js';
import { kernelCovariance } from '../testing/kernel-covariance.js';
import '../testing/vitest.js';
import { drawFromKernel, kernelTarget } from './kernel.js';
import { createLineariser, type LinearisationOptions } from './lineariser.js';

const [gamma, D] = [0.1, 1];
const common = { span: { t0: 0, T: 10 }, cutoff: { train: 1e-5, sample: 1e-5 } };

/** A process from its drift and Jacobian at one point. */
const pointwise = (
  dim: number,
  f: (y: Float64Array, t: number) => readonly number[],
  J: ((y: Float64Array, t: number) => readonly number[]) | undefined,
  rest: Pick<Sde, 'diffusion'> & Partial<Sde>,
): Sde => ({
  ...common,
  dim,
  drift(y, t, out) {
    for (let i = 0; i < y.n; i++) out.data.set(f(y.data.subarray(i * dim, (i + 1) * dim), t[i]!), i * dim);
  },
  ...(J === undefined
    ? {}
    : { jacobian: denseJacobian(dim, (y, at, t, out, outAt) => out.set(J(y.subarray(at, at + dim), t), outAt)) }),
  ...rest,
});

const swimmer = pointwise(
  2,
  ([x, v]) => [-(x! ** 3) + v!, -gamma * v!],
  ([x]) => [-3 * x! ** 2, 1, 0, -gamma],
  { diffusion: constantNoise([[0], [Math.sqrt(2 * gamma * D)]]) },
);

const one = (...values: number[]): Batch => ({ data: Float64Array.from(values), n: 1, d: values.length });
const kernelAt = (sde: Sde, y: readonly number[], s: number, t: number, options?: LinearisationOptions) => {
  const kernel = createLineariser(sde, options).kernel(one(...y), Float64Array.of(s), Float64Array.of(t));
  const { mean, root, structure } = kernel;
  return { mean: mean.data, root, structure, covariance: kernelCovariance(kernel) };
};

describe('active swimmer', () => {
  test('row 7: kernel, draw and target at (0.7, −0.3), τ = 0.2', () => {
    const kernel = createLineariser(swimmer).kernel(one(0.7, -0.3), Float64Array.of(0), Float64Array.of(0.2));
    expect(kernel.mean.data).toBeAllClose([0.589121701123, -0.294059601992], { atol: 1e-10 });
    expect(kernel.root).toBeAllClose([0.020585572796, 0, 0.173098858036, 0.09616312284], { atol: 1e-10 });
    expect(kernelAt(swimmer, [0.7, -0.3], 0, 0.2).covariance).toBeAllClose(
      [4.23765807e-4, 3.563339143e-3, 3.563339143e-3, 3.9210560848e-2],
      { atol: 1e-10 },
    );
    const z = Float64Array.of(0.5, -1);
    const [y, target] = [zeros(1, 2), zeros(1, 2)];
    drawFromKernel(kernel, z, 1, y);
    kernelTarget(kernel, z, 1, target);
    expect(y.data).toBeAllClose([0.599414487521, -0.303673295815], { atol: 1e-10 });
    // the table's rounding, relative to a target of size 100
    expect(target.data).toBeAllClose([-111.731380103772, 10.398996730368], { rtol: 1e-12 });
    const near = kernelAt(swimmer, [0.7, -0.3], 1, 1.05);
    expect(near.mean).toBeAllClose([0.669039626217, -0.298503743758], { atol: 1e-11 });
    expect(near.covariance).toBeAllClose([7.859615221874e-6, 2.427695383871e-4, 2.427695383871e-4, 9.950166250832e-3], {
      rtol: 1e-11,
    });
  });

  test('row 8: once-integrated noise at τ = 1e-3', () => {
    const [q, tau] = [2 * gamma * D, 1e-3];
    const [xx, xv, , vv] = kernelAt(swimmer, [0.7, -0.3], 0, tau).covariance;
    const ratios = [(xx! * 3) / (q * tau ** 3), (xv! * 2) / (q * tau ** 2), vv! / (q * tau)];
    expect(ratios).toBeAllClose([1, 1, 1], { atol: 2e-3 });
    expect(ratios).toBeAllClose([0.9988, 0.9994, 0.9999], { atol: 1e-4 });
  });

  test('row 9: (Σ⁻¹)_vv q τ at τ = 1e-3', () => {
    const [q, tau] = [2 * gamma * D, 1e-3];
    const { root } = kernelAt(swimmer, [0.7, -0.3], 0, tau);
    expect((q * tau) / root[3]! ** 2).toBeAllClose(4.00157, { atol: 1e-4 });
  });

  test('row 10: τ = 1e-4 needs no jitter, and Lᵀ g = −z', () => {
    const kernel = createLineariser(swimmer).kernel(one(0.7, -0.3), Float64Array.of(0), Float64Array.of(1e-4));
    const z = Float64Array.of(0.5, -1);
    const target = zeros(1, 2);
    kernelTarget(kernel, z, 1, target);
    const [a, , b, c] = kernel.root;
    const [gx, gv] = target.data;
    expect([a! * gx! + b! * gv! + 0.5, c! * gv! - 1]).toBeAllClose([0, 0], { atol: 1e-12 });
  });

  test('row 55: targets from a float32 root differ by less than 1e-4 at lag 1e-3', () => {
    const n = 200;
    const ys = zeros(n, 2);
    const z = new Float64Array(2 * n);
    fillNormal(rootKey(55).at('y'), 0, n, 2, ys.data);
    fillNormal(rootKey(55).at('z'), 0, n, 2, z);
    const kernel = createLineariser(swimmer).kernel(ys, new Float64Array(n), new Float64Array(n).fill(1e-3));
    const exact = zeros(n, 2);
    kernelTarget(kernel, z, 1, exact);
    const f = Math.fround;
    let worst = 0;
    for (let i = 0; i < n; i++) {
      const [a, b, c] = [f(kernel.root[4 * i]!), f(kernel.root[4 * i + 2]!), f(kernel.root[4 * i + 3]!)];
      const gv = f(-f(z[2 * i + 1]!) / c);
      const gx = f(f(-f(z[2 * i]!) - f(b * gv)) / a);
      const size = Math.hypot(exact.data[2 * i]!, exact.data[2 * i + 1]!);
      worst = Math.max(worst, Math.hypot(gx - exact.data[2 * i]!, gv - exact.data[2 * i + 1]!) / size);
    }
    expect(worst).toBeLessThan(1e-4);
  });

  test('a declared Jacobian and differences give the same kernel', () => {
    const { jacobian: _, ...opaque } = swimmer;
    const [a, b] = [kernelAt(swimmer, [0.7, -0.3], 0, 0.2), kernelAt(opaque, [0.7, -0.3], 0, 0.2)];
    // differences of fourth order of a cubic carry rounding alone
    expect(b.mean).toBeAllClose(a.mean, { atol: 1e-12 });
    expect(b.root).toBeAllClose(a.root, { rtol: 1e-11 });
  });

  test('kernels do not depend on the split of the batch', () => {
    const lineariser = createLineariser(swimmer);
    const n = 64;
    const ys = zeros(n, 2);
    fillNormal(rootKey(1), 0, n, 2, ys.data);
    for (let k = 0; k < 2 * n; k++) ys.data[k]! *= 2;
    const s = Float64Array.from({ length: n }, (_, i) => 0.1 * i);
    const t = s.map((start, i) => start + 10 ** (-4 + (i % 5)));
    const { mean, root } = lineariser.kernel(ys, s, t);
    const [means, roots] = [[...mean.data], [...root]];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: 1, max: n }), (from, length) => {
        const to = Math.min(n, from + length);
        const part: Batch = { data: ys.data.subarray(2 * from, 2 * to), n: to - from, d: 2 };
        const kernel = lineariser.kernel(part, s.subarray(from, to), t.subarray(from, to));
        expect([...kernel.mean.data]).toEqual(means.slice(2 * from, 2 * to));
        expect([...kernel.root]).toEqual(roots.slice(4 * from, 4 * to));
      }),
      { numRuns: 40, seed: 4 },
    );
  });
});

describe('golden values of other processes', () => {
  test('forced double well: time-dependent drift, plain and Itô-corrected', () => {
    const forced = pointwise(
      1,
      ([x], t) => [x! - x! ** 3 + 0.5 * Math.cos(2 * t)],
      ([x]) => [1 - 3 * x! ** 2],
      { diffusion: scalarNoise(1, 1) },
    );
    const declared: Sde = {
      ...forced,
      driftTime: (y, t, out) => {
        for (let i = 0; i < y.n; i++) out.data[i] = -Math.sin(2 * t[i]!);
      },
    };
    // f_t by differences over a span of 10 is good to 3e-9, and enters the mean times τ²/2
    for (const [sde, atol] of [
      [declared, 1e-12],
      [forced, 2e-11],
    ] as const) {
      expect(kernelAt(sde, [0.4], 0.3, 0.4).mean).toBeAllClose([0.473974709343], { atol });
      const corrected = kernelAt(sde, [0.4], 0.3, 0.4, { ito: true });
      expect(corrected.mean).toBeAllClose([0.467869343159], { atol });
      expect(corrected.covariance).toBeAllClose([0.105385052803], { atol });
    }
  });

  test('Lorenz', () => {
    const lorenz = pointwise(
      3,
      ([x, y, z]) => [10 * (y! - x!), x! * (28 - z!) - y!, x! * y! - (8 / 3) * z!],
      ([x, y, z]) => [-10, 10, 0, 28 - z!, -1, -x!, y!, x!, -8 / 3],
      { diffusion: scalarNoise(3, Math.sqrt(2)) },
    );
    const { mean, covariance } = kernelAt(lorenz, [1, 2, 3], 0, 0.02);
    expect(mean).toBeAllClose([1.227503081131, 2.51070590518, 2.892276411642], { atol: 1e-11 });
    const [c11, c12, c13, , c22, c23, , , c33] = covariance;
    expect([c11!, c12!, c13!, c22!, c23!, c33!]).toBeAllClose(
      [0.03448706326, 0.012218876845, 7.54560181e-4, 0.043357401645, 3.18282374e-4, 0.037963423754],
      { atol: 1e-11 },
    );
  });

  test('van der Pol', () => {
    const vanDerPol = pointwise(
      2,
      ([x, v]) => [v!, (1 - x! ** 2) * v! - x!],
      ([x, v]) => [0, 1, -2 * x! * v! - 1, 1 - x! ** 2],
      {
        diffusion: constantNoise([[0], [1]]),
      },
    );
    const { mean, covariance, root } = kernelAt(vanDerPol, [0.5, -1], 0, 0.1);
    expect(mean).toBeAllClose([0.393590775812, -1.129806918141], { atol: 1e-11 });
    expect(covariance).toBeAllClose([3.52757558e-4, 5.391947519e-3, 5.391947519e-3, 0.107889495152], { atol: 1e-11 });
    expect(root).toBeAllClose([0.018781841183, 0, 0.287083011007, 0.15960213013], { atol: 1e-11 });
  });

  test('logistic prior: diagonal structure', () => {
    const logistic = pointwise(1, ([y]) => [-0.5 * Math.tanh(y! / 2)], undefined, {
      diffusion: scalarNoise(1, 1),
      jacobian: diagonalJacobian((y, at, _t, out, outAt) => {
        out[outAt] = -0.25 / Math.cosh(y[at]! / 2) ** 2;
      }),
    });
    const { mean, covariance } = kernelAt(logistic, [0.7], 0, 0.5);
    expect(mean).toBeAllClose([0.6203997173825515], { rtol: 1e-14 });
    expect(covariance).toBeAllClose([0.4484508172734756], { rtol: 1e-14 });
  });
});

test('row 20: Beneš mean error is ½ τ² tanh sech² to first order, and none with the Itô correction', () => {
  const curvature = (y: number): number => -Math.tanh(y) / Math.cosh(y) ** 2;
  const benes = pointwise(1, ([y]) => [Math.tanh(y!)], undefined, {
    diffusion: scalarNoise(1, 1),
    jacobian: diagonalJacobian((y, at, _t, out, outAt) => {
      out[outAt] = 1 / Math.cosh(y[at]!) ** 2;
    }),
    itoTerm: (y, _t, out) => {
      for (let i = 0; i < y.n; i++) out.data[i] = curvature(y.data[i]!);
    },
  });
  const [y, tau] = [0.6, 0.05];
  const exact = y + tau * Math.tanh(y);
  const error = kernelAt(benes, [y], 0, tau).mean[0]! - exact;
  expect(error / (-0.5 * tau ** 2 * curvature(y))).toBeAllClose(1.012, { atol: 1e-3 });
  expect(kernelAt(benes, [y], 0, tau, { ito: true }).mean).toBeAllClose([exact], { atol: 1e-14 });
  const { itoTerm: _, ...opaque } = benes;
  // differences: h⁴/90 of the sixth derivative, 1e-9, times τ²/2
  expect(kernelAt(opaque, [y], 0, tau, { ito: true }).mean).toBeAllClose([exact], { atol: 1e-11 });
});

test('Gaussian-mixture prior in its clock, with a Jacobian by differences (MATH §9)', () => {
  const inverse = ([a, b, d]: readonly number[]): number[] => [d!, -b!, a!].map((x) => x / (a! * d! - b! * b!));
  const components = [
    { weight: 0.3, mean: [-1, 0.5], precision: inverse([0.5, 0.1, 0.3]) },
    { weight: 0.7, mean: [1.5, -0.5], precision: inverse([0.4, -0.2, 0.6]) },
  ];
  const halfScore = ([x, y]: Float64Array): number[] => {
    let [total, gx, gy] = [0, 0, 0];
    for (const { weight, mean, precision } of components) {
      const [u, v] = [mean[0]! - x!, mean[1]! - y!];
      const [a, b, c] = precision as [number, number, number];
      const density = weight * Math.sqrt(a * c - b * b) * Math.exp(-0.5 * (a * u * u + 2 * b * u * v + c * v * v));
      total += density;
      gx += density * (a * u + b * v);
      gy += density * (b * u + c * v);
    }
    return [(0.5 * gx) / total, (0.5 * gy) / total];
  };
  const base = pointwise(2, halfScore, undefined, { diffusion: scalarNoise(2, 1) });
  expect(halfScore(Float64Array.of(0.2, 0.4)).map((x) => 2 * x)).toBeAllClose([0.3762955001, 0.297074784777], {
    atol: 1e-10,
  });
  const clock = linearClock(0.1, 20, 1);
  const process: Sde = { ...base, timeChange: { clock, base } };
  const kernel = kernelAt(process, [0.2, 0.4], clock.inverse(1), clock.inverse(1.1));
  // differences are good to h⁴/30 of a fifth derivative of order 100: 3e-12 · 100
  expect(kernel.mean).toBeAllClose([0.220585525198, 0.412875326584], { atol: 1e-9 });
  expect(kernel.covariance).toBeAllClose([0.133444859715, -0.01483777967, -0.01483777967, 0.091824563466], {
    atol: 1e-9,
  });
});

describe('time dependence', () => {
  const clock = linearClock(0.1, 20, 1);
  const base: Sde = pointwise(2, ([x, y]) => [-0.5 * x!, -0.5 * y!], undefined, {
    diffusion: scalarNoise(2, 1),
    jacobian: scalarJacobian(() => -0.5),
  });
  const vp: Sde = {
    ...pointwise(2, ([x, y], t) => [-0.5 * clock.beta(t) * x!, -0.5 * clock.beta(t) * y!], undefined, {
      diffusion: scalarNoise(2, (t) => Math.sqrt(clock.beta(t))),
      jacobian: scalarJacobian((t) => -0.5 * clock.beta(t)),
    }),
    span: { t0: 0, T: 1 },
  };

  test('in its clock an affine process is exact', () => {
    const { mean, covariance, structure } = kernelAt({ ...vp, timeChange: { clock, base } }, [1, -2], 0.3, 0.35);
    const a = Math.exp(-0.5 * (clock.B(0.35) - clock.B(0.3)));
    expect(structure).toBe('scalar');
    expect(mean).toBeAllClose([a, -2 * a], { rtol: 1e-13 });
    expect([covariance[0]!, covariance[3]!]).toBeAllClose([1 - a * a, 1 - a * a], { rtol: 1e-13 });
  });

  test('without it the expansion is the one of MATH §3.7, with Q(u) integrated', () => {
    const { mean, covariance } = kernelAt(vp, [1, 0], 0.3, 0.35);
    expect([mean[0]!, covariance[0]!]).toBeAllClose([0.847372, 0.28431], { atol: 6e-6 });
  });

  test('scalar, diagonal and dense noise in time agree', () => {
    const [j, c] = [-0.8, 1.5];
    const g = (t: number): number => Math.exp(c * t);
    const drift = ([x, y]: Float64Array): number[] => [j * x!, j * y!];
    const scalar = pointwise(2, drift, undefined, { diffusion: scalarNoise(2, g), jacobian: scalarJacobian(() => j) });
    const diagonal = { ...scalar, diffusion: diagonalNoise(2, (t, out) => out.set([g(t), g(t)])) };
    const dense = { ...scalar, diffusion: denseNoise(2, 2, (t, out) => out.set([g(t), 0, 0, g(t)])) };
    const full = {
      ...scalar,
      jacobian: constantJacobian([
        [j, 0],
        [0, j],
      ]),
    };
    const [s, t] = [0.2, 1.1];
    const variance = (Math.exp(2 * c * t) - Math.exp(2 * c * s + 2 * j * (t - s))) / (2 * (c - j));
    const kernels = [scalar, diagonal, dense, full].map((sde) => kernelAt(sde, [1, 2], s, t));
    expect(kernels.map(({ structure }) => structure)).toEqual(['scalar', 'diagonal', 'dense', 'dense']);
    for (const { covariance, mean } of kernels) {
      expect(covariance).toBeAllClose([variance, 0, 0, variance], { rtol: 1e-13, atol: 1e-15 });
      expect(mean).toBeAllClose([Math.exp(j * (t - s)), 2 * Math.exp(j * (t - s))], { rtol: 1e-14 });
    }
  });
});

describe('structure', () => {
  test('constant structured kernels equal dense ones', () => {
    const drift = ([x, y]: Float64Array): number[] => [-x!, 0.5 * y! + 1];
    const J = diagonalJacobian((_y, _at, _t, out, outAt) => out.set([-1, 0.5], outAt));
    const diagonal = pointwise(2, drift, undefined, { diffusion: diagonalNoise(2, [0.7, 1.2]), jacobian: J });
    const dense = {
      ...diagonal,
      jacobian: constantJacobian([
        [-1, 0],
        [0, 0.5],
      ]),
    };
    const mixed = {
      ...diagonal,
      diffusion: constantNoise([
        [0.7, 0],
        [0, 1.2],
      ]),
    };
    const reference = kernelAt(diagonal, [0.3, -2], 0, 0.8);
    expect(reference.structure).toBe('diagonal');
    for (const sde of [dense, mixed]) {
      const kernel = kernelAt(sde, [0.3, -2], 0, 0.8);
      expect(kernel.structure).toBe('dense');
      expect(kernel.mean).toBeAllClose(reference.mean, { rtol: 1e-14 });
      expect(kernel.covariance).toBeAllClose(reference.covariance, { rtol: 1e-14 });
    }
    const flow = createLinearFlow(2);
    flow.run(
      Float64Array.of(-1, 0, 0, 0.5),
      0,
      Float64Array.of(0.49, 0, 0, 1.44),
      0,
      new Float64Array(2),
      undefined,
      0,
      0.8,
      new Float64Array(2),
      0,
    );
    expect(reference.covariance).toBeAllClose(flow.covariance, { rtol: 1e-14 });
  });

  test('a coordinate without noise has a zero root and target zero', () => {
    const sde = pointwise(2, ([x, y]) => [-x!, -y!], undefined, {
      diffusion: diagonalNoise(2, [0, 1]),
      jacobian: scalarJacobian(() => -1),
    });
    for (const process of [
      sde,
      {
        ...sde,
        jacobian: constantJacobian([
          [-1, 0],
          [0, -1],
        ]),
      },
    ]) {
      const kernel = createLineariser(process).kernel(one(1, 2), Float64Array.of(0), Float64Array.of(0.5));
      const target = zeros(1, 2);
      kernelTarget(kernel, Float64Array.of(3, 1), 1, target);
      const deviation = Math.sqrt((1 - Math.exp(-1)) / 2);
      expect(target.data).toBeAllClose([0, -1 / deviation], { rtol: 1e-14 });
    }
  });

  test('noise integrated six times: (Σ⁻¹)_dd τ = d²', () => {
    const d = 6;
    const chain = pointwise(d, (y) => [...y.subarray(1), 0], undefined, {
      diffusion: constantNoise([[0], [0], [0], [0], [0], [1]]),
      jacobian: constantJacobian(
        Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (j === i + 1 ? 1 : 0))),
      ),
    });
    for (const tau of [1e-3, 0.5]) {
      const { root } = kernelAt(chain, [0, 0, 0, 0, 0, 0], 0, tau);
      // the equilibrated covariance is a Hilbert matrix of condition 1e7
      expect((1 / root[d * d - 1]!) ** 2 * tau).toBeAllClose(d * d, { rtol: 1e-9 });
    }
  });
});

describe('refusals', () => {
  test('noise that depends on the state', () => {
    const sde = { ...swimmer, diffusion: denseNoise(2, 1, (_t, out) => out.set([0, 1]), 'state') };
    expect(() => createLineariser(sde)).toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
  });

  test('a time change whose base depends on time', () => {
    const base = { ...swimmer, diffusion: denseNoise(2, 1, (_t, out) => out.set([0, 1])) };
    const changed = { ...swimmer, timeChange: { clock: linearClock(1, 1, 1), base } };
    expect(() => createLineariser(changed)).toThrow(expect.objectContaining({ code: 'E_INCOMPATIBLE' }));
  });

  test('kernels that have no root', () => {
    const flat = pointwise(2, () => [0, 0], undefined, {
      diffusion: constantNoise([[1], [1]]),
      jacobian: scalarJacobian(() => 0),
    });
    expect(() => kernelAt(flat, [0, 0], 0, 0.1)).toThrow(expect.objectContaining({ code: 'E_COVARIANCE' }));
    const timed = { ...flat, diffusion: denseNoise(2, 1, (t, out) => out.set([1 + t, 1 + t])) };
    expect(() => kernelAt(timed, [0, 0], 0, 0.1)).toThrow(expect.objectContaining({ code: 'E_COVARIANCE' }));
  });

  test('times, shapes and numbers', () => {
    expect(() => kernelAt(swimmer, [0, 0], 1, 1)).toThrow(expect.objectContaining({ code: 'E_TIME' }));
    expect(() => kernelAt(swimmer, [0, 0], 1, Number.NaN)).toThrow(expect.objectContaining({ code: 'E_TIME' }));
    expect(() => kernelAt(swimmer, [0, 0, 0], 0, 1)).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
    expect(() => kernelAt(swimmer, [Number.NaN, 0], 0, 1)).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
    for (const J of [scalarJacobian(() => 1e3), constantJacobian([[1e3]])]) {
      const spreading = pointwise(1, () => [0], undefined, { diffusion: constantNoise([[1, 1]]), jacobian: J });
      expect(() => kernelAt(spreading, [1], 0, 1)).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
    }
    const growing = pointwise(1, ([x]) => [1e3 * x!], undefined, {
      diffusion: scalarNoise(1, 1),
      jacobian: scalarJacobian(() => 1e3),
    });
    expect(() => kernelAt(growing, [1], 0, 1)).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
  });
});
