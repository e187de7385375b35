import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Sde } from '../contracts/sde.js';
import { defineSde } from '../define.js';
import { linearClock } from '../numerics/clock.js';
import { constantJacobian } from '../numerics/jacobian.js';
import { scalarNoise } from '../numerics/noise.js';
import type { ContractCase } from './contract.js';
import { processContract } from './process-contract.js';
import { toyForcedWell, toyOu, toySwimmer } from './toy-processes.js';

const definitionOf = (make: (gamma: number) => Sde) =>
  defineSde({
    id: 'toy',
    parameters: z.object({ gamma: z.number().positive().default(0.5) }),
    create: ({ gamma }) => make(gamma),
  });

const clocked = (): Sde => {
  const clock = linearClock(0.1, 5, 2);
  return {
    dim: 2,
    span: { t0: 0, T: 2 },
    cutoff: { train: 1e-3, sample: 1e-3 },
    affine: true,
    drift(y, t, out) {
      for (let i = 0; i < y.n * 2; i++) out.data[i] = -0.5 * clock.beta(t[i >> 1]!) * y.data[i]!;
    },
    diffusion: scalarNoise(2, (t) => Math.sqrt(clock.beta(t))),
    timeChange: { clock, base: toyOu(2) },
  };
};

describe('a sound process passes', () => {
  test.each(processContract(definitionOf((gamma) => toyOu(2, gamma))))('Ornstein–Uhlenbeck: $name', ({ run }) => run());
  test.each(processContract(definitionOf(toySwimmer)))('swimmer: $name', ({ run }) => run());
  test.each(processContract(definitionOf(() => toyForcedWell)))('forced well: $name', ({ run }) => run());
  test.each(processContract(definitionOf(clocked)))('in a clock, transition derived: $name', ({ run }) => run());
});

/** Names of the checks that fail with E_CONTRACT. */
const failing = async (cases: readonly ContractCase[]): Promise<string[]> => {
  const names: string[] = [];
  for (const { name, run } of cases) {
    try {
      await run();
    } catch (error) {
      expect(error).toMatchObject({ code: 'E_CONTRACT' });
      names.push(name);
    }
  }
  return names;
};

describe('a broken process is caught', () => {
  const flawed: readonly (readonly [string, RegExp, Sde])[] = [
    [
      'an entry left unwritten',
      /writes every entry/,
      { ...toyOu(2), drift: (y, _t, out) => void out.data.fill(1, 0, y.n) },
    ],
    [
      'a drift that counts its calls',
      /pure function/,
      ((calls: number): Sde => ({ ...toyOu(1), drift: (_y, _t, out) => void out.data.fill(calls++) }))(0),
    ],
    [
      'rows that look at each other',
      /row i is the same/,
      { ...toyOu(1), drift: (y, _t, out) => void out.data.fill(y.data.reduce((a, b) => a + b, 0)) },
    ],
    [
      'a wrong Jacobian',
      /row 56/,
      {
        ...toySwimmer(),
        jacobian: constantJacobian([
          [-3, 1],
          [0, -0.1],
        ]),
      },
    ],
    ['a divergence of the other sign', /divergence/, { ...toyOu(1), divergence: (_y, _t, out) => void out.fill(0.5) }],
    ['a transition that decays too fast', /Fokker–Planck/, { ...toyOu(1), transition: toyOu(1, 0.6).transition! }],
    [
      'a noise range that misses the noise',
      /noiseRange/,
      { ...toySwimmer(), noiseRange: { rank: 1, basis: 'coordinates', coordinates: [0] } },
    ],
    ['noise of another dimension', /dimension, span/, { ...toyOu(2), diffusion: scalarNoise(3, 1) }],
    [
      'a clock of another process',
      /sped up by β/,
      { ...clocked(), timeChange: { clock: linearClock(0.1, 4, 2), base: toyOu(2) } },
    ],
  ];
  test.each(flawed)('%s', async (_name, expected, sde) => {
    const names = await failing(processContract(definitionOf(() => sde)));
    expect(names.some((name) => expected.test(name))).toBe(true);
  });

  test('parameters that let NaN through', async () => {
    const loose = defineSde({
      id: 'loose',
      parameters: z.object({ gamma: z.number().or(z.nan()).default(1) }),
      create: () => toyOu(1),
    });
    expect(await failing(processContract(loose))).toEqual(['parameters that are not finite are refused']);
    const open = defineSde({
      id: 'open',
      parameters: z.object({ gamma: z.number().default(1) }),
      create: () => toyOu(1),
    });
    expect(() => processContract(open, { gama: 2 })).toThrow(expect.objectContaining({ code: 'E_PARAMETERS' }));
  });
});
