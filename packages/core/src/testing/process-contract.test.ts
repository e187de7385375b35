import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Distribution } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { defineSde } from '../define.js';
import { linearClock } from '../numerics/clock.js';
import { positiveDomain } from '../numerics/domain.js';
import { actionJacobian, constantJacobian, lowRankJacobian } from '../numerics/jacobian.js';
import { scalarNoise } from '../numerics/noise.js';
import { fillNormal } from '../numerics/random.js';
import { processContract } from './process-contract.js';
import { runContract } from './run-contract.js';
import { toyForcedWell, toyGeometric, toyOu, toySwimmer } from './toy-processes.js';

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

/** N(0, v I). */
const normalLaw = (dim: number, v: number): Distribution => ({
  dim,
  sample(key, first, out) {
    fillNormal(key, first, out.n, dim, out.data);
    for (let k = 0; k < out.n * dim; k++) out.data[k]! *= Math.sqrt(v);
  },
});
/** The toy at rest: k = ½, g = 1 keeps N(0, I). */
const atRest = (v = 1): Sde => {
  const law = normalLaw(2, v);
  return { ...toyOu(2), stationary: law, prior: law };
};

describe('a sound process passes', () => {
  test.each(processContract(definitionOf(() => atRest())))('with its law: $name', ({ run }) => run());
  test.each(processContract(definitionOf(() => ({ ...toyGeometric(), domain: positiveDomain(1) }))))(
    'noise of the state: $name',
    ({ run }) => run(),
  );
  test.each(processContract(definitionOf((gamma) => toyOu(2, gamma))))('Ornstein–Uhlenbeck: $name', ({ run }) => run());
  test.each(processContract(definitionOf(toySwimmer)))('swimmer: $name', ({ run }) => run());
  test.each(processContract(definitionOf(() => toyForcedWell)))('forced well: $name', ({ run }) => run());
  test.each(processContract(definitionOf(clocked)))('in a clock, transition derived: $name', ({ run }) => run());
});

/** Names of the checks that fail, each with E_CONTRACT. */
const failing = async (cases: ReturnType<typeof processContract>): Promise<string[]> => {
  const failed = (await runContract(cases)).filter(({ outcome }) => outcome === 'failed');
  for (const { error } of failed) expect(error?.code).toBe('E_CONTRACT');
  return failed.map(({ name }) => name);
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
    ['a transition too wide', /those of simulated paths/, { ...toyOu(1), transition: toyOu(1, 0.5, 1.1).transition! }],
    ['a stationary law too wide', /generator/, atRest(1.2)],
    ['a prior that is not kept', /keeps to its horizon/, atRest(3)],
    ['a prior of another dimension', /prior: sample i/, { ...toyOu(2), prior: normalLaw(3, 1) }],
    ['a nonlinear drift called affine', /affine/, { ...toySwimmer(), affine: true }],
    [
      'features that count their calls',
      /features: written whole/,
      ((calls: number): Sde => ({
        ...toyOu(1),
        features: { dim: 1, evaluate: (_y, _t, out) => void out.data.fill(calls++), jvp: () => undefined },
      }))(0),
    ],
    [
      'the noise divergence of other noise',
      /noiseDivergence equals/,
      { ...toyGeometric(), noiseDivergence: toyGeometric(0.5).noiseDivergence! },
    ],
    [
      'a basis that is not orthonormal',
      /basis of its low rank/,
      {
        ...toySwimmer(),
        // products of R (B − μ) Rᵀ are right with R = (2, 0): the exponential would not be
        jacobian: lowRankJacobian(2, { rank: 1, basis: Float64Array.of(2, 0) }, (_y, _at, _t, out, to) =>
          out.set([-1, -1], to),
        ),
      },
    ],
    [
      'products that are not symmetric',
      /symmetric matrix/,
      {
        ...toySwimmer(),
        jacobian: actionJacobian({
          symmetric: true,
          times(y, _t, w, out) {
            for (let k = 0; k < 2 * y.n; k += 2) [out.data[k], out.data[k + 1]] = [w.data[k + 1]!, -w.data[k + 1]!];
          },
        }),
      },
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

  test('more names than coordinates', async () => {
    const named = { ...definitionOf(() => toyOu(2)), coordinates: ['x', 'y', 'z'] };
    expect(await failing(processContract(named))).toEqual(['names as many as coordinates, equations no more']);
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

test('what was measured stands beside its limit; a prior is told, not judged', async () => {
  const law = normalLaw(1, 1);
  const results = await runContract(processContract(definitionOf(() => ({ ...toyOu(1, 0.1), prior: law }))));
  const of = (part: RegExp) => results.find(({ name }) => part.test(name));
  expect(of(/row 56/)?.measured).toEqual([{ what: 'J', value: expect.any(Number), limit: 1e-8 }]);
  expect(of(/strong order/)?.measured).toMatchObject([{ side: 'least', limit: 0.8 }, { limit: 0.8 }]);
  const told = of(/^prior: beside/);
  expect(told?.outcome).toBe('told');
  // From N(0, 1) the variance grows to e^{−2kT} + (1 − e^{−2kT})/2k = 2.32; 512 paths carry 5 %
  expect(Math.abs(told!.measured[1]!.value - (Math.sqrt(2.32) - 1))).toBeLessThan(0.2);
});
