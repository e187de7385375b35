import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Sde } from './contracts/sde.js';
import { type PointwiseEquations, pointwiseSde } from './define-pointwise.js';
import { entriesLength } from './numerics/noise.js';
import { processContract } from './testing/process-contract.js';
import { toySwimmer } from './testing/toy-processes.js';

const swimmer = pointwiseSde({
  id: 'active-swimmer',
  dim: 2,
  horizon: 10,
  parameters: { gamma: 0.1, D: 1 },
  create: ({ gamma, D }) => ({
    drift(y, _t, dy) {
      dy[0] = y[1]! - y[0]! ** 3;
      dy[1] = -gamma * y[1]!;
    },
    jacobian(y, _t, J) {
      J[0] = -3 * y[0]! ** 2;
      J[1] = 1;
      J[3] = -gamma;
    },
    noise: [[0], [Math.sqrt(2 * gamma * D)]],
  }),
});

describe('pointwiseSde', () => {
  test.each(processContract(swimmer))('swimmer: $name', ({ run }) => run());

  test('the drift equals batch code bit for bit', () => {
    const y = { data: Float64Array.of(0.3, -1, 2, 0.5, -0.7, 0.1), n: 3, d: 2 };
    const t = new Float64Array(3);
    const driftOf = ({ drift }: Sde): Float64Array => {
      const out = { data: new Float64Array(6), n: 3, d: 2 };
      drift(y, t, out);
      return out.data;
    };
    expect(driftOf(swimmer.create({ gamma: 0.1, D: 1 }))).toEqual(driftOf(toySwimmer(0.1)));
  });

  test('plain defaults become a schema of finite numbers', () => {
    expect(swimmer.parameters.parse({ gamma: 0.2 })).toEqual({ gamma: 0.2, D: 1 });
    expect(swimmer.parameters.safeParse({ gamma: Number.NaN }).success).toBe(false);
    expect(swimmer.parameters.safeParse({ D: Number.NEGATIVE_INFINITY }).success).toBe(false);
    expect(swimmer.parameters.safeParse({ D: '1' }).success).toBe(false);
    const { parameters } = pointwiseSde({
      id: 'none',
      dim: 1,
      parameters: { k: Number.NaN },
      create: () => ({ drift: () => {}, noise: 1 }),
    });
    expect(parameters.safeParse({}).success).toBe(false);
  });

  test('span, cutoff and capabilities pass through', () => {
    const sde = pointwiseSde({
      id: 'late',
      dim: 1,
      span: { t0: 2, T: 4 },
      parameters: z.object({ k: z.number().default(1) }),
      create: ({ k }) => ({ drift: (y, _t, dy) => dy.fill(-k * y[0]!), noise: 1, affine: true }),
    }).create({ k: 2 });
    expect(sde).toMatchObject({ dim: 1, span: { t0: 2, T: 4 }, cutoff: { train: 2.002, sample: 2.002 }, affine: true });
    expect('jacobian' in sde).toBe(false);
  });

  const diffusionOf = (dim: number, noise: PointwiseEquations['noise']) =>
    pointwiseSde({ id: 'n', dim, create: () => ({ drift: () => {}, noise }) }).create({}).diffusion;
  const entriesOf = (dim: number, noise: PointwiseEquations['noise'], t: number): number[] => {
    const diffusion = diffusionOf(dim, noise);
    const out = new Float64Array(entriesLength(diffusion));
    diffusion.entries(t, out);
    return [...out];
  };

  test.each([
    ['a number', 0.5, 'scalar', 'none', 2, [0.5]],
    ['a diagonal', [1, 2], 'diagonal', 'none', 2, [1, 2]],
    ['a matrix', [[0], [3]], 'dense', 'none', 1, [0, 3]],
    ['a number in time', (t: number) => 2 * t, 'scalar', 'time', 2, [1]],
    ['a diagonal in time', (t: number) => [t, 1], 'diagonal', 'time', 2, [0.5, 1]],
    [
      'a matrix in time',
      (t: number) => [
        [t, 1, 0],
        [0, 0, t],
      ],
      'dense',
      'time',
      3,
      [0.5, 1, 0, 0, 0, 0.5],
    ],
  ] as const)('noise as %s', (_name, noise, structure, dependsOn, noiseDim, entries) => {
    expect(diffusionOf(2, noise)).toMatchObject({ dim: 2, structure, dependsOn, noiseDim });
    expect(entriesOf(2, noise, 0.5)).toEqual(entries);
  });

  test.each([
    ['a diagonal too short', [1], 'E_SHAPE'],
    ['a ragged matrix', [[1], [1, 2]], 'E_SHAPE'],
    ['rows missing', [[1, 0]], 'E_SHAPE'],
    ['no columns', [[], []], 'E_SHAPE'],
    ['NaN', Number.NaN, 'E_NOT_FINITE'],
    ['NaN in a function', () => [1, Number.NaN], 'E_NOT_FINITE'],
  ] as const)('refuses noise: %s', (_name, noise, code) => {
    expect(() => diffusionOf(2, noise)).toThrow(expect.objectContaining({ code }));
  });

  test('noise that changes its shape in time is refused when it does', () => {
    expect(() => entriesOf(2, (t) => (t < 0.1 ? [1, 1] : [1]), 0.5)).toThrow(
      expect.objectContaining({ code: 'E_SHAPE' }),
    );
    expect(() => entriesOf(2, (t) => (t < 0.1 ? 1 : [1, 1]), 0.5)).toThrow(
      expect.objectContaining({ code: 'E_SHAPE' }),
    );
  });
});
