/** Rows 7–14, 20, 32, 46, 47 and 56 of the acceptance table: the shipped processes against closed forms and reference solutions. */
import {
  type Batch,
  createLineariser,
  drawFromKernel,
  type GaussianKernel,
  kernelTarget,
  type Sde,
  transitionKernel,
  zeros,
} from '@fokker/core';
import { assertAllClose, kernelCovariance, ouA, processContract } from '@fokker/core/testing';
import shipped, { activeSwimmer, benes, subvp, ve, vp } from '@fokker/sde-plugins';
import { describe, expect, test } from 'vitest';
import { atoms } from './data.js';

const rows = (d: number, ...values: number[][]): Batch => ({
  data: Float64Array.from(values.flat()),
  n: values.length,
  d,
});
const at = (...times: number[]): Float64Array => Float64Array.from(times);
const relative = (value: number, expected: number): number => Math.abs(value / expected - 1);

const swimmer = activeSwimmer.create(activeSwimmer.parameters.parse({}));
const image = {
  vp: vp.create(vp.parameters.parse({ dim: 1 })),
  subvp: subvp.create(subvp.parameters.parse({ dim: 1 })),
};
const veExact = ve.create(ve.parameters.parse({ dim: 1, exactStart: true }));
const veSong = ve.create(ve.parameters.parse({ dim: 1 }));
const exact = (sde: Sde, s: number, t: number, y = 1): { mean: number; variance: number } => {
  const kernel = transitionKernel(sde.transition!, rows(1, [y]), at(s), at(t));
  return { mean: kernel.mean.data[0]!, variance: kernel.root[0]! ** 2 };
};

describe('swimmer, linearised', () => {
  const lineariser = createLineariser(swimmer, {});
  const start = rows(2, [0.7, -0.3]);
  const kernelOver = (lag: number): GaussianKernel => lineariser.kernel(start, at(1), at(1 + lag));

  test('row 7: mean, covariance, root, sample and target at lag 0.2', () => {
    const kernel = kernelOver(0.2);
    const digits = { atol: 1e-10 }; // of the table
    assertAllClose('mean', kernel.mean.data, [0.589121701123, -0.294059601992], digits);
    assertAllClose(
      'covariance',
      kernelCovariance(kernel),
      [4.23765807e-4, 3.563339143e-3, 3.563339143e-3, 3.9210560848e-2],
      digits,
    );
    assertAllClose('root', kernel.root, [0.020585572796, 0, 0.173098858036, 0.09616312284], digits);
    const z = Float64Array.of(0.5, -1);
    const out = zeros(1, 2);
    drawFromKernel(kernel, z, 1, out);
    assertAllClose('sample', out.data, [0.599414487521, -0.303673295815], digits);
    kernelTarget(kernel, z, 1, out);
    assertAllClose('target', out.data, [-111.731380103772, 10.398996730368], digits);
  });

  test('row 7: mean and covariance at lag 0.05', () => {
    const kernel = kernelOver(0.05);
    const Sigma = kernelCovariance(kernel);
    expect(kernel.mean.data[0]).toBeCloseTo(0.669039626217, 10);
    expect(kernel.mean.data[1]).toBeCloseTo(-0.298503743758, 10);
    expect(relative(Sigma[0]!, 7.859615221874e-6)).toBeLessThan(1e-10);
    expect(relative(Sigma[1]!, 2.427695383871e-4)).toBeLessThan(1e-10);
    expect(relative(Sigma[3]!, 9.950166250832e-3)).toBeLessThan(1e-10);
  });

  test('row 8: covariance of once-integrated noise at small lag', () => {
    const [tau, q] = [1e-3, 0.2];
    const Sigma = kernelCovariance(kernelOver(tau));
    const ratios = [(Sigma[0]! * 3) / (q * tau ** 3), (Sigma[1]! * 2) / (q * tau ** 2), Sigma[3]! / (q * tau)];
    assertAllClose('ratios', ratios, [1, 1, 1], { atol: 2e-3 }); // the table's O(τ)
    assertAllClose('ratios', ratios, [0.9988, 0.9994, 0.9999], { atol: 1e-4 }); // its four decimals
  });

  test('row 9: precision of v is four times that of the one-coordinate kernel', () => {
    const tau = 1e-3;
    const [, , , L22] = kernelOver(tau).root;
    expect(Math.abs((0.2 * tau) / L22! ** 2 - 4.00157)).toBeLessThan(1e-4); // the table's tolerance
  });

  test('row 10: at lag 1e-4 the root exists without jitter and Lᵀ g = −z', () => {
    const kernel = kernelOver(1e-4);
    const z = Float64Array.of(0.3, -1.7);
    const g = zeros(1, 2);
    kernelTarget(kernel, z, 1, g);
    const [L11, , L21, L22] = kernel.root;
    expect(Math.abs(L11! * g.data[0]! + L21! * g.data[1]! + z[0]!)).toBeLessThan(1e-12);
    expect(Math.abs(L22! * g.data[1]! + z[1]!)).toBeLessThan(1e-12);
  });
});

describe('image diffusions', () => {
  test.each(['vp', 'subvp'] as const)('row 11: %s composed s → r → t equals s → t', (id) => {
    const [s, r, t] = [0.2, 0.31, 0.5];
    const [first, second, whole] = [exact(image[id], s, r), exact(image[id], r, t), exact(image[id], s, t)];
    // a handful of float64 operations on numbers below one
    expect(Math.abs(second.mean * first.mean - whole.mean)).toBeLessThan(1e-13);
    expect(Math.abs(second.variance + second.mean ** 2 * first.variance - whole.variance)).toBeLessThan(1e-13);
  });

  test.each([
    [0.01, 0.9990029973377464, 0.04464315524465706, 0.001993011310198551, 0.001190633107368042],
    [0.1, 0.946721798820598, 0.3220525355247045, 0.103717835637891, 0.4110576090589206],
    [0.5, 0.2811828807967524, 0.9596542020680363, 0.9209361875468394, 9.987176581281732],
    [1, 0.006571586494929619, 0.9999784068923386, 0.9999568142509396, 19.99999996269982],
  ])('row 12: VP and subVP kernels at t = %f', (t, alpha, vpStd, subvpStd, subvpG2) => {
    const g = new Float64Array(1);
    image.subvp.diffusion.entries(t, g);
    // 1e-12 relative: the table's sixteen digits less the rounding of B and of the exponential
    expect(relative(exact(image.vp, 0, t).mean, alpha)).toBeLessThan(1e-12);
    expect(relative(exact(image.subvp, 0, t).mean, alpha)).toBeLessThan(1e-12);
    expect(relative(Math.sqrt(exact(image.vp, 0, t).variance), vpStd)).toBeLessThan(1e-12);
    expect(relative(Math.sqrt(exact(image.subvp, 0, t).variance), subvpStd)).toBeLessThan(1e-12);
    expect(relative(g[0]! ** 2, subvpG2)).toBeLessThan(1e-12);
  });

  test.each([
    [0.01, 0.01088904268000135, 0.004309437374749871, 0.04494205708119417],
    [0.1, 0.023436729115921, 0.0211962324872384, 0.0967297905497856],
    [0.5, Math.SQRT1_2, 0.7070360669725414, 2.918423065872431],
    [1, 50, 49.999999, 206.363674024963],
  ])('row 12: VE kernels at t = %f', (t, sigma, exactStd, g) => {
    const entries = new Float64Array(1);
    veSong.diffusion.entries(t, entries);
    // 1e-12 relative, as above; some of the table's entries have fifteen digits
    expect(relative(Math.sqrt(exact(veSong, 0, t).variance), sigma)).toBeLessThan(1e-12);
    expect(relative(Math.sqrt(exact(veExact, 0, t).variance), exactStd)).toBeLessThan(1e-12);
    expect(relative(entries[0]!, g)).toBeLessThan(1e-12);
  });

  test('row 12: transitions 0.3 → 0.35', () => {
    expect(relative(exact(image.vp, 0.3, 0.35).mean, 0.8485828976694653)).toBeLessThan(1e-12);
    expect(relative(exact(image.vp, 0.3, 0.35).variance, 0.2799070657828938)).toBeLessThan(1e-12);
    expect(relative(exact(image.subvp, 0.3, 0.35).variance, 0.2482461607465532)).toBeLessThan(1e-12);
    expect(relative(exact(veSong, 0.3, 0.35).variance, 0.02226771039908676)).toBeLessThan(1e-12);
  });

  test.each(['vp', 've'] as const)('row 13: %s linearised in its own clock equals its exact transition', (id) => {
    const sde = id === 'vp' ? image.vp : veExact;
    const lineariser = createLineariser(sde, {});
    for (const [s, t] of [
      [0.3, 0.35],
      [0, 0.1],
      [0.2, 0.9],
    ] as const) {
      const kernel = lineariser.kernel(rows(1, [1.3]), at(s), at(t));
      const { mean, variance } = exact(sde, s, t, 1.3);
      // a handful of float64 operations; variances of VE reach 100
      expect(Math.abs(kernel.mean.data[0]! - mean)).toBeLessThan(1e-13);
      expect(Math.abs(kernel.root[0]! ** 2 / variance - 1)).toBeLessThan(id === 'vp' ? 1e-13 : 1e-12);
    }
  });

  test.each(['vp', 've'] as const)('row 14: B⁻¹(B(t)) = t for %s', (id) => {
    const { clock } = (id === 'vp' ? image.vp : veSong).timeChange!;
    for (let k = 0; k <= 600; k++) {
      const t = 10 ** (-6 + k / 100);
      expect(Math.abs(clock.inverse(clock.B(t)) - t)).toBeLessThan(1e-13);
    }
  });
});

describe('Beneš', () => {
  const process = benes.create(benes.parameters.parse({}));

  test('row 20: error of the linearised mean, plain and Itô-corrected', () => {
    const [y, tau] = [0.6, 0.05];
    const truth = y + tau * Math.tanh(y);
    const meanWith = (ito: boolean): number =>
      createLineariser(process, { ito }).kernel(rows(1, [y]), at(0.5), at(0.5 + tau)).mean.data[0]!;
    const unit = (0.5 * tau ** 2 * Math.tanh(y)) / Math.cosh(y) ** 2;
    expect(Math.abs((meanWith(false) - truth) / unit - 1.012)).toBeLessThan(1e-3); // the table's tolerance
    expect(Math.abs(meanWith(true) - truth)).toBeLessThan(1e-14);
  });

  test('row 32: exact density and score from atoms', () => {
    const law = process.marginal!(atoms(-1, 0.5))!;
    const y = rows(1, [0], [0.5], [2]);
    const logDensity = new Float64Array(3);
    const score = zeros(3, 1);
    law.logDensity(y, at(1, 1, 1), logDensity);
    law.score(y, at(1, 1, 1), score);
    const digits = { atol: 1e-8 }; // of the table
    assertAllClose('density', logDensity.map(Math.exp), [0.14224003, 0.14968841, 0.13432411], digits);
    assertAllClose('score', score.data, [-0.00149473, 0.17448922, -0.57256539], digits);
  });
});

/** Parameters of those whose defaults would leave something unseen, or change too fast for differences to reach the tolerance. */
const parameters: Readonly<Record<string, object>> = {
  'ornstein-uhlenbeck': { ...ouA, c: [0.5, -1] },
  benes: { dim: 3 },
  ve: { sigmaMax: 5 },
  'harmonic-particles': { particles: 4 },
  'repulsive-particles': { particles: 3, range: 1, radius: 1, horizon: 2 },
  'overdamped-langevin': { dim: 2 },
  formula: { state: ['x', 'v'], drift: ['v - x^3 + cos(t)', 'sin(x) v - v'], diffusion: ['0.3', 'sqrt(1 + x^2)'] },
};
// The contract's tolerances: 1e-8 for first derivatives, 1e-6 for the second differences of the Itô term.
describe.each(shipped.parts.sde!)('row 56: $id keeps its contract, all its derivatives among it', (definition) => {
  test.each(processContract(definition, { ...parameters[definition.id] }))('$name', ({ run }) => run());
});
