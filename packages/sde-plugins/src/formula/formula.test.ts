/** Processes that are typed: against processes that are coded, scalars written out, and differences. */
import {
  type Batch,
  completeSde,
  createLineariser,
  describeSde,
  fillNormal,
  jacobianLength,
  parseOptions,
  rootKey,
  type Sde,
  zeroField,
  zeros,
} from '@fokker/core';
import { processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { activeSwimmer } from '../active-swimmer.js';
import { formula } from './formula.js';
import { formulaSde } from './formula-sde.js';
import type { ModelInput } from './model.js';

const typed = (model: ModelInput, values: object = {}): Sde =>
  formula.create(parseOptions('sde', formula, { ...model, ...values }) as Parameters<typeof formula.create>[0]);
const swimmer: ModelInput = {
  state: ['x', 'v'],
  drift: ['-x^3 + v', '-gamma * v'],
  diffusion: [['0'], ['sqrt(2 * gamma * D)']],
  parameters: { gamma: 0.1, D: 1 },
  horizon: 10,
};
const states = (n: number, d: number, scale = 1): Batch => {
  const y = zeros(n, d);
  fillNormal(rootKey(3).at('states'), 0, n, d, y.data);
  for (let k = 0; k < y.data.length; k++) y.data[k]! *= scale;
  return y;
};
const times = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => 0.1 + (0.7 * i) / n);
const driftOf = (sde: Sde, y: Batch, t = times(y.n)): number[] => {
  const out = zeros(y.n, y.d);
  sde.drift(y, t, out);
  return [...out.data];
};
const jacobianOf = (sde: Sde, y: Batch, t = times(y.n)): number[] => {
  const out = new Float64Array(y.n * jacobianLength(sde.jacobian!, y.d));
  sde.jacobian!.entries(y, t, out);
  return [...out];
};
describe('the swimmer, typed', () => {
  const coded = activeSwimmer.create({ gamma: 0.1, D: 1, horizon: 10 });
  const y = states(64, 2);

  test('drift, noise and kernels of local linearisation are those of the coded one to 1e-12', () => {
    const own = typed(swimmer);
    expect(driftOf(own, y)).toEqual(driftOf(coded, y));
    const [s, t] = [times(64), times(64).map((at) => at + 0.2)];
    const [a, b] = [createLineariser(own).kernel(y, s, t), createLineariser(coded).kernel(y, s, t)];
    for (const name of ['root', 'mean'] as const) {
      const [found, known] = [a[name], b[name]].map((value) => ('data' in value ? value.data : value));
      for (const [k, value] of found!.entries()) {
        expect(Math.abs(value - known![k]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(known![k]!)));
      }
    }
  });

  test('everything is stated, nothing differenced: noise of v alone, no curvature along it, no time', () => {
    const own = typed({ ...swimmer, diffusion: [0, 'sqrt(2 * gamma * D)'] });
    expect(own.noiseRange).toEqual(coded.noiseRange);
    expect(own.diffusion).toMatchObject({ structure: 'dense', noiseDim: 1, dependsOn: 'none' });
    expect([own.itoTerm, own.driftTime]).toEqual([zeroField, zeroField]);
    expect(own).toMatchObject({ cutoff: coded.cutoff, span: coded.span, affine: false });
    expect(own.divergence).toBeDefined();
  });

  test('values stand beside the model, as a parameter of any process does, and survive a resolved configuration', () => {
    const options = parseOptions('sde', formula, { ...swimmer, gamma: 0.3 }) as Parameters<typeof formula.create>[0];
    expect(options).toMatchObject({ gamma: 0.3, D: 1 });
    const again = parseOptions('sde', formula, JSON.parse(JSON.stringify(options))) as typeof options;
    expect(driftOf(formula.create(again), y)).toEqual(
      driftOf(activeSwimmer.create({ gamma: 0.3, D: 1, horizon: 10 }), y),
    );
  });

  test('as a definition of a plugin: parameters with bounds and units', () => {
    const definition = formulaSde({
      id: 'swimmer',
      ...swimmer,
      parameters: { gamma: { default: 0.1, min: 0, unit: '1/s', describe: 'relaxation rate' }, D: 1 },
    });
    expect(() => parseOptions('sde', definition, { gamma: -1 })).toThrow(
      expect.objectContaining({ code: 'E_PARAMETERS' }),
    );
    const sde = definition.create(
      parseOptions('sde', definition, { gamma: 0.3 }) as Parameters<typeof definition.create>[0],
    );
    expect(driftOf(sde, y)).toEqual(driftOf(activeSwimmer.create({ gamma: 0.3, D: 1, horizon: 10 }), y));
  });

  test('in LaTeX, with its Jacobian', () => {
    expect(describeSde(formula, parseOptions('sde', formula, { ...swimmer }))).toEqual({
      coordinates: ['x', 'v'],
      equations: {
        drift: ['f_{x} = v - x^{3}', 'f_{v} = -\\gamma v'],
        noise: ['G_{x,1} = 0', 'G_{v,1} = \\sqrt{2 \\gamma D}'],
        jacobian: ['\\begin{pmatrix} -3 x^{2} & 1 \\\\ 0 & -\\gamma \\end{pmatrix}'],
      },
    });
  });
});

/** Models that use every way of writing, each held to the contract of a process. */
const models: Readonly<Record<string, ModelInput>> = {
  swimmer,
  'forced double well': { state: 'x', drift: 'x - x^3 + a cos(2 pi t)', diffusion: 0.7, parameters: { a: 0.4 } },
  'Lotka–Volterra, state-dependent noise': {
    state: ['u', 'w'],
    drift: ['u (1 - w)', 'w (u - 1)'],
    diffusion: [
      ['0.3 u', '0.1 w'],
      ['0', '0.2 w sin(t)'],
    ],
  },
  'Stratonovich, diagonal': {
    state: ['x', 'y'],
    drift: ['-x', 'x - y'],
    diffusion: ['exp(-x^2) + 0.1 y', '1 + y^2 / 4'],
    convention: 'stratonovich',
  },
  'one strength that reads the state': { state: ['x', 'y'], drift: ['y', '-x'], diffusion: 'sqrt(1 + x^2 + y^2)' },
  'periodic lattice': {
    state: 'x[N]',
    drift: 'k (x[i+1] - 2 x[i] + x[i-1]) + x[i] - x[i]^3 + 0.1 sin(2 pi i / N) t',
    diffusion: 0.5,
    parameters: { N: 5, k: 1.5 },
  },
  'lattice with open ends, noise of its own': {
    state: 'x[4]',
    drift: 'sin(x[i+1] - x[i]) + sin(x[i-1] - x[i]) + x[1] / 10',
    diffusion: ['0.3 + 0.1 cos(x[i])'],
    boundary: 'open',
  },
  'lattice between walls': { state: 'x[4]', drift: 'x[i+1]^2 - 2 x[i] + x[i-2]', diffusion: [1], boundary: 'zero' },
  'particles that repel': {
    state: ['x[N]', 'c'],
    drift: ['-x[i]^3 + sum(j != i, a (x[i] - x[j]) / (0.5 + (x[i] - x[j])^2)) + c', '-c + mean(j, x[j])^2'],
    diffusion: ['0.4 + 0.1 c', '1'],
    parameters: { N: 4, a: 0.3 },
  },
  'sums of sums and products of sums': {
    state: ['x[3]', 'y[3]'],
    drift: [
      'sum(j, sum(k, x[j] x[k] y[i] / 9)) - x[i]',
      'sum(j, cos(x[j])) * sum(k, sin(y[k] - x[i])) / 9 + sum(j, x[j+1] y[j])',
    ],
    diffusion: ['sum(j, x[j]^2) / 4', '1 + y[i]^2 / 3'],
  },
  'underdamped lattice': {
    state: ['x[3]', 'v[3]'],
    drift: ['v[i]', 'x[i+1] - 2 x[i] + x[i-1] - x[i]^3 - g v[i]'],
    diffusion: ['0', 'sqrt(2 g)'],
    parameters: { g: 0.5 },
  },
  'underdamped and uncoupled, a block a site': {
    state: ['x[3]', 'v[3]'],
    drift: ['v[i]', '-i x[i]^3 - t v[i]'],
    diffusion: ['0', '1'],
  },
  'forty sites, by products': {
    state: 'x[N]',
    drift: 'x[i+1] - 2 x[i] + 3 x[i-1] - x[i]^3 + sin(mean(j, x[j]))',
    diffusion: 0.5,
    boundary: 'open',
    parameters: { N: 40 },
  },
  'shared noise of a vector': { state: ['x[3]'], drift: ['-x[i]'], diffusion: [['1', 'x[i] / 5']] },
  affine: {
    state: ['x', 'y'],
    drift: ['1 - x + y', '2 - y'],
    diffusion: [
      [1, 0],
      [0.5, 1],
    ],
  },
  'affine, singular': {
    state: ['x', 'v'],
    drift: ['v', '-2'],
    diffusion: [
      [1, 0],
      [0.5, 1],
    ],
  },
};

describe.each(Object.entries(models))('%s', (_name, model) => {
  const definition = formulaSde({ id: 'typed', ...model });
  test.each(processContract(definition, {}, { scale: 0.7 }))('$name', ({ run }) => run());
});

describe('structure', () => {
  const y = states(6, 5);
  test('J is scalar or diagonal where every equation reads its own entry alone', () => {
    const structure = (model: ModelInput) => typed(model).jacobian!.structure;
    expect(structure({ state: 'x[5]', drift: '-t x[i]', diffusion: 1 })).toBe('scalar');
    expect(structure({ state: ['x', 'y'], drift: ['-2 x', '-2 y'], diffusion: 1 })).toBe('scalar');
    expect(structure({ state: ['x', 'y'], drift: ['-2 x', '-3 y'], diffusion: 1 })).toBe('diagonal');
    expect(structure({ state: 'x[5]', drift: 'x[i] - x[i]^3', diffusion: 1 })).toBe('diagonal');
    expect(structure({ state: 'x[5]', drift: '-i x[i]', diffusion: 1 })).toBe('diagonal');
    expect(structure({ state: ['x[5]', 'v[5]'], drift: ['v[i]', '-x[i]^3'], diffusion: 1 })).toBe('blocks');
    expect(structure({ state: 'x[5]', drift: 'x[i+1] - x[i]', diffusion: 1 })).toBe('dense');
    expect(structure({ state: 'x[5]', drift: 'x[i+1] - x[i]', diffusion: 1 })).toBe('dense');
  });

  test('a lattice is the same process as its equations written out, drift and J', () => {
    const names = ['p', 'q', 'r', 's', 'u'];
    const of = (i: number) => names[(i + 5) % 5]!;
    const written = names.map((x, i) => `2 (${of(i + 1)} - 2 ${x} + ${of(i - 1)}) - ${x}^3 + sum_0 * ${i + 1}`);
    const scalars = typed({ state: names, drift: written, diffusion: 1, parameters: { sum_0: 0.1 } });
    const lattice = typed({
      state: 'x[5]',
      drift: '2 (x[i+1] - 2 x[i] + x[i-1]) - x[i]^3 + sum_0 * i',
      diffusion: 1,
      parameters: { sum_0: 0.1 },
    });
    expect(driftOf(lattice, y)).toEqual(driftOf(scalars, y));
    expect(jacobianOf(lattice, y)).toEqual(jacobianOf(scalars, y));
  });

  test('a hundred sites cost no more symbols than ten, and open quickly', () => {
    const of = (N: number): Sde =>
      typed({ state: 'x[N]', drift: 'x[i+1] - 2 x[i] + x[i-1] + sin(x[1])', diffusion: 1, parameters: { N } });
    const begin = performance.now();
    expect(of(100_000).dim).toBe(100_000);
    expect(performance.now() - begin).toBeLessThan(1000); // symbols alone: tens of milliseconds
  });

  test('beyond 32 dimensions J is known by its products, those of the same equations in full', () => {
    const model = {
      state: 'x[N]',
      drift: 'x[i+1]^2 - 2 x[i] + 3 x[i-1] x[1] + sum(j, sin(x[j] - 2 x[i])) / N',
      diffusion: 1,
      boundary: 'open',
    } as const;
    const of = (N: number) => typed({ ...model, parameters: { N } }).jacobian!;
    const form = of(33);
    if (form.structure !== 'action') return expect.unreachable();
    expect(of(32).structure).toBe('dense');
    const [z, w] = [states(2, 33), states(2, 33, 2)];
    const [image, dual] = [zeros(2, 33), zeros(2, 33)];
    form.times(z, times(2), w, image);
    form.transposed!(z, times(2), z, dual);
    const [left, right] = [image, dual].map((v, k) =>
      v.data.reduce((sum, value, at) => sum + value * (k === 0 ? z : w).data[at]!, 0),
    );
    expect(left).toBeCloseTo(right!, 9); // zᵀ (J w) = (Jᵀ z)ᵀ w, sums of a few thousand products
  });

  test('an affine autonomous process brings its exact transition, constant forces and singular matrices included', () => {
    const { transition } = typed(models['affine, singular']!);
    const out = zeros(1, 2);
    transition!.mean({ data: Float64Array.of(1, 3), n: 1, d: 2 }, Float64Array.of(0), Float64Array.of(2), out);
    expect([...out.data].map((value) => Math.round(1e12 * value) / 1e12)).toEqual([1 + 3 * 2 - 4, 3 - 4]);
    expect(typed(swimmer).transition).toBeUndefined();
    expect(typed({ state: 'x', drift: '-t x', diffusion: 1 })).toMatchObject({ affine: true });
    expect(typed({ state: 'x', drift: '-t x', diffusion: 1 }).transition).toBeUndefined();
  });

  test('Stratonovich noise σ(x): the Itô drift gains ½ σ σ′', () => {
    const sde = typed({ state: 'x', drift: '-x', diffusion: ['1 + x^2'], convention: 'stratonovich' });
    const x = states(9, 1);
    for (const [i, f] of driftOf(sde, x).entries()) {
      expect(f).toBeCloseTo(-x.data[i]! + (1 + x.data[i]! ** 2) * x.data[i]!, 12);
    }
  });

  test('Stratonovich noise that reads other entries of a vector is refused', () => {
    const model = { state: 'x[3]', drift: '-x[i]', convention: 'stratonovich' } as const;
    for (const diffusion of [[['x[i+1]']], ['1 + x[i+1]^2'], ['sum(j, x[j]^2)'], 'sum(j, x[j]^2)'] as const) {
      const refused = expect.objectContaining({ code: 'E_FORMULA', option: expect.arrayContaining(['diffusion']) });
      expect(() => typed({ ...model, diffusion } as ModelInput)).toThrow(refused);
    }
  });

  test('is completed like any other process', () => {
    const sde = completeSde(typed(models['sums of sums and products of sums']!));
    expect(sde.noiseDivergence).toBeDefined();
  });
});
