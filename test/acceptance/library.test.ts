/** Rows 16, 18, 19, 30 and 45 of the acceptance table, and the golden kernels of its process library: closed forms, quadrature and simulation. */
import {
  type Batch,
  createLineariser,
  drawFromKernel,
  type GaussianKernel,
  gaussLegendre,
  kernelTarget,
  rootKey,
  type Sde,
  type SdeDefinition,
  simulate,
  transitionKernel,
  zeros,
} from '@fokker/core';
import { assertAllClose, kernelCovariance } from '@fokker/core/testing';
import { cld, doubleWell, harmonicParticles, logistic, lorenz63, vanDerPol } from '@fokker/sde-plugins';
import { describe, expect, test } from 'vitest';

const made = <P>(definition: SdeDefinition<P>, parameters: object = {}): Sde =>
  definition.create(definition.parameters.parse(parameters));
const rows = (d: number, ...values: number[]): Batch => ({ data: Float64Array.from(values), n: values.length / d, d });
const at = (...times: number[]): Float64Array => Float64Array.from(times);

const linearised = (sde: Sde, y: readonly number[], s: number, t: number, ito = false): GaussianKernel =>
  createLineariser(sde, { ito }).kernel(rows(y.length, ...y), at(s), at(t));

describe('logistic prior, μ = 0, c = 1', () => {
  const sde = made(logistic, { dim: 1 });
  const digits = { atol: 1e-12 }; // of the row

  test('row 16: score, its derivative and the variance of the samples', () => {
    const score = zeros(1, 1);
    sde.stationary!.score!(rows(1, 0.7), score);
    assertAllClose('score', score.data, [-0.3363755443363322], digits);
    const J = new Float64Array(1);
    sde.timeChange!.base.jacobian!.entries(rows(1, 0.7), at(0), J);
    assertAllClose('derivative', 2 * J[0]!, -0.4434257465862183, digits); // f̄ = ½ ∇log π
    const y = zeros(100_000, 1);
    sde.stationary!.sample(rootKey(1), 0, y);
    const variance = y.data.reduce((sum, x) => sum + x * x, 0) / y.n;
    expect(Math.abs(variance / (Math.PI ** 2 / 3) - 1)).toBeLessThan(0.02); // the row's; 4 standard errors are 0.023 √(3.2/2) ≈ .016
  });

  test('row 16: linearised over λ = 0.5 of its clock', () => {
    const kernel = linearised(sde, [0.7], 0, sde.timeChange!.clock.inverse(0.5));
    assertAllClose('mean', kernel.mean.data, [0.6203997173825515], digits);
    assertAllClose('variance', kernelCovariance(kernel), [0.4484508172734756], digits);
  });
});

test.each([
  [0.1, [0.647033708329, -0.143785268518], [0.221810061041, 0.129859840374, 0.215758350548]],
  [0.5, [0.073262555555, -0.029305022222], [0.986460728338, 0.005286891016, 0.247933550212]],
  [1, [0.002415330921, -0.001073480409], [0.99998397049, 7.0762118e-6, 0.249996876024]],
])('row 18: CLD kernel from x₀ = .8, v₀ ~ N(0, .01) at t = %d', (t, mean, [xx, xv, vv]) => {
  const { transition } = made(cld);
  const from = transitionKernel(transition!, rows(2, 0.8, 0, 0, 1), at(0, 0), at(t, t));
  const [, , ex, ev] = from.mean.data; // the column of e^{At} along v
  const Sigma = kernelCovariance(from);
  const [a, b, d] = [Sigma[0]!, Sigma[1]!, Sigma[3]!];
  // 1e-12 of the row, less what the table's last digit leaves
  assertAllClose('mean', from.mean.data.slice(0, 2), mean, { atol: 1e-12 });
  assertAllClose('covariance', [a + 0.01 * ex! ** 2, b + 0.01 * ex! * ev!, d + 0.01 * ev! ** 2], [xx!, xv!, vv!], {
    atol: 1e-12,
  });
});

test('row 19: five particles in the trap at t = .7, started with σ₀ = ¼', () => {
  const N = 5;
  const { transition } = made(harmonicParticles, { particles: N });
  const unit = zeros(2 * N + 1, 2 * N);
  for (let k = 0; k < 2 * N; k++) unit.data[(k + 1) * 2 * N + k] = 1;
  const kernel = transitionKernel(transition!, unit, new Float64Array(unit.n), new Float64Array(unit.n).fill(0.7));
  /** Cov of coordinates a and b: σ₀² (E Eᵀ)_ab + Σ_ab, the columns of E from the unit vectors. */
  const Sigma = kernelCovariance(kernel);
  const entry = (a: number, b: number): number => {
    let sum = Sigma[a * 2 * N + b]!;
    for (let k = 1; k <= 2 * N; k++) {
      const column = (j: number): number => kernel.mean.data[k * 2 * N + j]! - kernel.mean.data[j]!;
      sum += (column(a) * column(b)) / 16;
    }
    return sum;
  };
  const [own, other] = [entry(0, 0), entry(0, 2)]; // x of one particle; x of two
  const digits = { atol: 1e-9 }; // of the row
  assertAllClose('single particle', own, 0.2669477575, digits);
  assertAllClose('V_r', own - other, 0.2827439296, digits);
  assertAllClose('V_c', own + (N - 1) * other, 0.2037630693, digits);
  assertAllClose('x and y of a particle', entry(0, 1), 0, digits);
});

describe('double well', () => {
  test('row 30: the local-DSM minimiser on a grid is ∇log p̂ (Θ = .5, lag .05, stationary)', () => {
    // A fine rule for y_s ~ p: the trapezoid on a smooth density that has vanished at both ends.
    const sde = made(doubleWell);
    const [n, end] = [4000, 3.6];
    const ys = zeros(n, 1);
    for (let i = 0; i < n; i++) ys.data[i] = -end + ((i + 0.5) * 2 * end) / n;
    const logP = new Float64Array(n);
    sde.stationary!.logDensity!(ys, logP);
    const kernel = createLineariser(sde).kernel(ys, new Float64Array(n).fill(1), new Float64Array(n).fill(1.05));
    const { mean, root } = kernel;
    /** p̂(y) = ∫ q̂(y | y_s) p(y_s) dy_s */
    const density = (y: number): number => {
      let sum = 0;
      for (let i = 0; i < n; i++)
        sum += (Math.exp(logP[i]! - 0.5 * ((y - mean.data[i]!) / root[i]!) ** 2) / root[i]!) * ((2 * end) / n);
      return sum / Math.sqrt(2 * Math.PI);
    };
    const [z, target, drawn] = [new Float64Array(n), zeros(n, 1), zeros(n, 1)];
    const h = 2 ** -9;
    for (let y = -2; y <= 2; y += 0.25) {
      // The draws y_t = m + L z that land on y, their targets, and how much each counts: the minimiser of Σ w |s − g|² is their mean.
      for (let i = 0; i < n; i++) z[i] = (y - mean.data[i]!) / root[i]!;
      drawFromKernel(kernel, z, 1, drawn);
      kernelTarget(kernel, z, 1, target);
      let [weight, sum] = [0, 0];
      for (let i = 0; i < n; i++) {
        const w = Math.exp(logP[i]! - 0.5 * z[i]! ** 2) / root[i]!;
        weight += w;
        sum += w * target.data[i]!;
      }
      assertAllClose('draws', drawn.data, new Float64Array(n).fill(y), { atol: 1e-13 });
      const slope = (8 * (density(y + h) - density(y - h)) - (density(y + 2 * h) - density(y - 2 * h))) / (12 * h);
      assertAllClose(`minimiser at ${y}`, sum / weight, slope / density(y), { atol: 1e-8 }); // of the row
    }
  });

  const moments = [
    [0.25, 0.832745],
    [0.5, 0.893465],
    [1, 1.041797],
  ] as const;

  test.each(moments)('row 45: stationary moments by quadrature, Θ = %d', (temperature, square) => {
    const { stationary } = made(doubleWell, { temperature });
    const { nodes, weights } = gaussLegendre(200);
    const y = zeros(200, 1);
    for (let k = 0; k < 200; k++) y.data[k] = 8 * nodes[k]! - 4;
    const [logP, s] = [new Float64Array(200), zeros(200, 1)];
    stationary!.logDensity!(y, logP);
    stationary!.score!(y, s);
    const mean = (value: (k: number) => number): number =>
      weights.reduce((sum, w, k) => sum + 8 * w * Math.exp(logP[k]!) * value(k), 0);
    assertAllClose(
      'mass',
      mean(() => 1),
      1,
      { atol: 1e-10 },
    );
    const E2 = mean((k) => y.data[k]! ** 2);
    assertAllClose('E x²', E2, square, { atol: 1e-6 }); // of the row, and of its digits
    assertAllClose(
      'E x⁴ = E x² + Θ',
      mean((k) => y.data[k]! ** 4),
      E2 + temperature,
      { atol: 1e-9 },
    );
    assertAllClose(
      'E s²',
      mean((k) => s.data[k]! ** 2),
      (3 * E2 - 1) / temperature,
      { atol: 1e-9 },
    );
  });

  test.each(moments)('row 45: stationary moments by simulation, Θ = %d', (temperature, square) => {
    const sde = made(doubleWell, { temperature, horizon: 20 });
    const start = zeros(6000, 1);
    sde.stationary!.sample(rootKey(45).at('start'), 0, start);
    const times = Array.from({ length: 24 }, (_, k) => 0.5 * (k + 1));
    const frames = simulate(sde, start, times, { scheme: 'heun', step: 0.01, key: rootKey(45).at('noise') });
    let [second, fourth] = [0, 0];
    for (const { y } of frames) {
      for (const x of y.data) {
        second += x ** 2 / (y.n * frames.length);
        fourth += x ** 4 / (y.n * frames.length);
      }
    }
    // 1 % is the row's; four standard errors of 6000 paths of about eight independent stretches: 4 √(.6/48 000) = .014 of E x⁴, .009 of E x²
    expect(Math.abs(second / square - 1)).toBeLessThan(0.01);
    expect(Math.abs(fourth / (square + temperature) - 1)).toBeLessThan(0.01);
  });

  test('golden: the forced well linearised at (.4, t = .3) over .1, plain and Itô-corrected', () => {
    const sde = made(doubleWell, { amplitude: 0.5, omega: 2 });
    const digits = { atol: 1e-12 }; // of the table
    const plain = linearised(sde, [0.4], 0.3, 0.4);
    assertAllClose('mean', plain.mean.data, [0.473974709343], digits);
    assertAllClose('variance', kernelCovariance(plain), [0.105385052803], digits);
    assertAllClose('Itô mean', linearised(sde, [0.4], 0.3, 0.4, true).mean.data, [0.467869343159], digits);
  });
});

test('golden: Lorenz linearised at (1, 2, 3) over .02', () => {
  const kernel = linearised(made(lorenz63), [1, 2, 3], 0.5, 0.52);
  const digits = { atol: 1e-12 }; // of the table
  assertAllClose('mean', kernel.mean.data, [1.227503081131, 2.51070590518, 2.892276411642], digits);
  const [xx, xy, xz, , yy, yz, , , zz] = kernelCovariance(kernel);
  assertAllClose(
    'covariance',
    [xx!, xy!, xz!, yy!, yz!, zz!],
    [0.03448706326, 0.012218876845, 7.54560181e-4, 0.043357401645, 3.18282374e-4, 0.037963423754],
    digits,
  );
});

test('golden: van der Pol linearised at (.5, −1) over .1', () => {
  const kernel = linearised(made(vanDerPol), [0.5, -1], 1, 1.1);
  const digits = { atol: 1e-12 }; // of the table
  assertAllClose('mean', kernel.mean.data, [0.393590775812, -1.129806918141], digits);
  const [xx, xv, , vv] = kernelCovariance(kernel);
  assertAllClose('covariance', [xx!, xv!, vv!], [3.52757558e-4, 5.391947519e-3, 0.107889495152], digits);
  assertAllClose('root', kernel.root, [0.018781841183, 0, 0.287083011007, 0.159602130134], digits);
});
