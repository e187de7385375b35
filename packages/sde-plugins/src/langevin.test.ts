import { completeSde, defineSde, derivedCapabilities, zeros } from '@fokker/core';
import { assertAllClose, processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { doubleWell } from './double-well.js';
import { overdampedLangevin, underdampedLangevin } from './langevin.js';
import { overdampedLangevinProcess } from './overdamped-langevin.js';
import type { Potential } from './potential.js';
import { batchOf, fieldAt, made } from './testing/paths.js';
import { underdampedLangevinProcess } from './underdamped-langevin.js';

/** U = ¼x⁴ + ½(y − x)² + xy²: coupled, so that its Hessian is full. */
const coupled: Potential = {
  dim: 2,
  gradient(q, at, out, outAt) {
    const [x, y] = [q[at]!, q[at + 1]!];
    out[outAt] = x ** 3 - (y - x) + y * y;
    out[outAt + 1] = y - x + 2 * x * y;
  },
  hessian: {
    structure: 'dense',
    fill(q, at, out, outAt) {
      const [x, y] = [q[at]!, q[at + 1]!];
      out.set([3 * x * x + 1, -1 + 2 * y, -1 + 2 * y, 1 + 2 * x], outAt);
    },
  },
  laplacianGradient(q, at, out, outAt) {
    out[outAt] = 6 * q[at]! + 2;
    out[outAt + 1] = 0;
  },
};
const force = { value: (t: number) => Math.sin(3 * t), slope: (t: number) => 3 * Math.cos(3 * t) };
const authored = (create: () => ReturnType<typeof overdampedLangevin>) =>
  defineSde({ id: 'authored', parameters: z.object({}), create });

describe('Langevin motion in a potential of one’s own', () => {
  const options = { potential: coupled, temperature: 0.3, horizon: 2, force };
  test.each(
    processContract(
      authored(() => overdampedLangevin(options)),
      {},
      { scale: 0.5 },
    ),
  )('overdamped: $name', ({ run }) => run());
  test.each(
    processContract(
      authored(() => underdampedLangevin({ ...options, friction: 0.7 })),
      {},
      { scale: 0.5 },
    ),
  )('underdamped: $name', ({ run }) => run());

  test('the gradient alone is enough', () => {
    const { dim, gradient } = coupled;
    const sde = completeSde(overdampedLangevin({ potential: { dim, gradient }, temperature: 1, horizon: 1 }));
    expect(derivedCapabilities(sde)).toContain('jacobian');
    const J = new Float64Array(4);
    sde.jacobian!.entries(batchOf(2, 0.4, -1), Float64Array.of(0), J);
    assertAllClose('J', J, [-1.48, 3, 3, -1.8], { atol: 1e-9 });
  });
});

const potential = [
  [0, 0.2, -0.5, 0, 0.25],
  [0, 0, 2],
];
describe('the Müller–Brown surface', () => {
  const states = batchOf(2, -0.5, 1.4, 0.6, 0.1, -0.1, 0.5, -0.8, 0.6);
  const surface = { potential: 'mueller-brown', temperature: 1, horizon: 0.5 };
  test.each(processContract(overdampedLangevinProcess, surface, { states }))('$name', ({ run }) => run());

  test.each([
    [-0.5582, 1.4417],
    [0.6235, 0.028],
    [-0.05, 0.4667],
  ])('a well at (%d, %d)', (x, y) => {
    const sde = made(overdampedLangevinProcess, surface);
    // The minimum to four decimals, half a unit of the last times the largest curvature, about 60
    assertAllClose('force', fieldAt(sde.drift, [x, y]), [0, 0], { atol: 6e-3 });
    const J = new Float64Array(4);
    sde.jacobian!.entries(batchOf(2, x, y), Float64Array.of(0), J);
    expect(J[0]! + J[3]!).toBeLessThan(0);
    expect(J[0]! * J[3]! - J[1]! ** 2).toBeGreaterThan(0);
  });

  test('it has two coordinates', () => {
    expect(made(underdampedLangevinProcess, surface).initial?.dim).toBe(4);
    expect(overdampedLangevinProcess.parameters.safeParse({ ...surface, dim: 3 }).success).toBe(false);
  });
});

describe('polynomial potentials', () => {
  test.each(processContract(overdampedLangevinProcess, { potential, temperature: 0.3 }))(
    'overdamped: $name',
    ({ run }) => run(),
  );
  test.each(processContract(underdampedLangevinProcess, { potential, temperature: 0.3, friction: 2 }))(
    'underdamped: $name',
    ({ run }) => run(),
  );
  test.each(processContract(doubleWell, { amplitude: 0.5 }))('forced double well: $name', ({ run }) => run());

  test('dimension, and the existence of a stationary law', () => {
    expect(made(overdampedLangevinProcess, { potential }).dim).toBe(2);
    expect(made(overdampedLangevinProcess, { potential: 'quartic', dim: 3 }).dim).toBe(3);
    expect(made(underdampedLangevinProcess, { potential: [[0, 1]], dim: 2 }).dim).toBe(4);
    expect(
      made(overdampedLangevinProcess, {
        potential: [
          [0, 0, 1],
          [0, 0, 0, 1],
        ],
      }).stationary,
    ).toBeUndefined();
    expect(made(doubleWell, { amplitude: 0.5 }).stationary).toBeUndefined();
  });

  test('a polynomial a coordinate, or one for all', () => {
    const refused = overdampedLangevinProcess.parameters.safeParse({ potential, dim: 3 });
    expect(refused.error?.issues[0]?.path).toEqual(['dim']);
    for (const wrong of ['well', [], [[]], [[1, Number.NaN]], 3]) {
      expect(overdampedLangevinProcess.parameters.safeParse({ potential: wrong }).success).toBe(false);
    }
  });

  test('equations of the potential that was chosen', () => {
    expect(overdampedLangevinProcess.describe!({ potential, temperature: 0.5, horizon: 1 })).toMatchObject({
      equations: { drift: ['-q1^3 + q1 - 0.2', '-4 q2'] },
      coordinates: ['q1', 'q2'],
    });
    const choice = { potential: 'harmonic', temperature: 0.5, friction: 1, horizon: 1 } as const;
    expect(underdampedLangevinProcess.describe!(choice)).toMatchObject({
      equations: { drift: ['p', '-q - γ p'] },
      coordinates: ['q', 'p'],
    });
    expect(underdampedLangevinProcess.describe!({ ...choice, dim: 9 }).equations!.drift).toBe('(p, -∇U(q) - γ p)');
  });

  test('underdamped: in the stationary state the probability flow is Hamilton’s', () => {
    const sde = made(underdampedLangevinProcess);
    const [y, s] = [batchOf(2, 0.6, -1.1), zeros(1, 2)];
    sde.stationary!.score!(y, s);
    const f = fieldAt(sde.drift, [0.6, -1.1]);
    const flow = [f[0]!, f[1]! - s.data[1]!]; // ½Q_pp = γΘ = 1
    assertAllClose('flow', flow, [-1.1, 0.6 - 0.6 ** 3], { atol: 1e-15 });
  });
});
