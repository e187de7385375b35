import { describe, expect, test } from 'vitest';
import { zeroField, zeros } from '../contracts/batch.js';
import type { Dataset } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { linearClock } from '../numerics/clock.js';
import { constantNoise, denseNoise, scalarNoise } from '../numerics/noise.js';
import { assertAllClose } from '../testing/close.js';
import { toyForcedWell, toyOu, toySwimmer } from '../testing/toy-processes.js';
import { derivedCapabilities, ownCapabilities } from './capability-names.js';
import { completeSde } from './complete-sde.js';

const at = (rows: readonly (readonly number[])[], time = 0.5) => ({
  y: { data: Float64Array.from(rows.flat()), n: rows.length, d: rows[0]!.length },
  t: new Float64Array(rows.length).fill(time),
});
const names = (set: ReadonlySet<string>): string[] => [...set].sort();

describe('completeSde', () => {
  test('derives what the swimmer lacks and marks it', () => {
    const author = toySwimmer();
    const before = Object.keys(author);
    const sde = completeSde(author);
    expect(names(derivedCapabilities(sde))).toEqual([
      'divergence',
      'driftTime',
      'features',
      'itoTerm',
      'jacobian',
      'noiseDivergence',
      'noiseRange',
    ]);
    expect(names(ownCapabilities(sde))).toEqual([]);
    expect(Object.keys(author)).toEqual(before);
    expect(names(derivedCapabilities(author))).toEqual([]);
    expect(sde.noiseRange).toEqual({ rank: 1, basis: 'coordinates', coordinates: [1] });
    expect(sde.prior).toBeUndefined();
  });

  test('row 56: the difference Jacobian of the swimmer is exact to 1e-8', () => {
    const { y, t } = at([
      [0.7, -0.3],
      [-2, 1.5],
      [30, 4],
    ]);
    const J = new Float64Array(12);
    completeSde(toySwimmer()).jacobian?.entries(y, t, J);
    // Rounding of x³ at x = 30 over a step of 2⁻⁵: 1e-9 of the entry.
    assertAllClose('J', J, [-3 * 0.49, 1, 0, -0.1, -12, 1, 0, -0.1, -2700, 1, 0, -0.1], { rtol: 1e-8, atol: 1e-8 });
  });

  test('divergence is the trace of J in every structure', () => {
    const { y, t } = at([[0.7, -0.3]]);
    const out = new Float64Array(1);
    completeSde(toySwimmer()).divergence?.(y, t, out);
    assertAllClose('dense', out, [-3 * 0.49 - 0.1], { rtol: 1e-10 });
    completeSde(toyOu(2, 0.25)).divergence?.(y, t, out);
    assertAllClose('scalar', out, [-0.5]);
    const diagonal = {
      structure: 'diagonal' as const,
      entries: (_y: object, _t: object, J: Float64Array) => J.set([2, 5]),
    };
    completeSde({ ...toySwimmer(), jacobian: diagonal }).divergence?.(y, t, out);
    assertAllClose('diagonal', out, [7]);
  });

  test('driftTime appears for a forced drift, at the ends of the span too', () => {
    const sde = completeSde(toyForcedWell);
    expect(derivedCapabilities(sde).has('driftTime')).toBe(true);
    const y = { data: Float64Array.of(0.4, 0.4, 0.4), n: 3, d: 1 };
    const out = zeros(3, 1);
    sde.driftTime?.(y, Float64Array.of(0, 0.3, 3), out);
    assertAllClose('∂f/∂t inside', [out.data[1]!], [-Math.sin(0.6)], { atol: 1e-10 });
    // Two steps of span/1024 away from the end, where f″ = 2.
    assertAllClose('∂f/∂t at the ends', [out.data[0]!, out.data[2]!], [0, -Math.sin(6)], {
      atol: 2.1 * 2 * (3 / 1024),
    });
  });

  test('∇·Q of noise that reads the state comes from differences', () => {
    // Q = diag(0, x²): its divergence vanishes, but a field is there to say so
    const multiplicative = denseNoise(2, 1, (_t, out, y, at = 0) => out.set([0, y![at]!]), 'state');
    const sde = completeSde({ ...toySwimmer(), diffusion: multiplicative });
    expect(derivedCapabilities(sde)).toContain('noiseDivergence');
    const out = zeros(1, 2);
    sde.noiseDivergence!.divergence({ data: Float64Array.of(3, 1), n: 1, d: 2 }, Float64Array.of(1), out);
    expect([...out.data]).toEqual([0, 0]);
  });

  test('what vanishes is zero, not missing', () => {
    const sde = completeSde(toySwimmer());
    expect(sde.driftTime).toBe(zeroField);
    expect(sde.noiseDivergence?.divergence).toBe(zeroField);
    expect(completeSde(toyOu(2)).itoTerm).toBe(zeroField);
  });

  test('a process in a clock takes the transition and marginal of its base', () => {
    const clock = linearClock(0.1, 5, 2);
    const { transition: _transition, jacobian: _jacobian, ...rest } = toyOu(1);
    const sde = completeSde({
      ...rest,
      drift(y, t, out) {
        for (let i = 0; i < y.n; i++) out.data[i] = -0.5 * clock.beta(t[i]!) * y.data[i]!;
      },
      diffusion: scalarNoise(1, (t) => Math.sqrt(clock.beta(t))),
      timeChange: { clock, base: toyOu(1) },
    });
    expect(names(derivedCapabilities(sde))).toContain('transition');
    const out = zeros(1, 1);
    sde.transition?.mean({ data: Float64Array.of(2), n: 1, d: 1 }, Float64Array.of(0.3), Float64Array.of(0.9), out);
    assertAllClose('mean', out.data, [2 * Math.exp(0.5 * (clock.B(0.3) - clock.B(0.9)))], { rtol: 1e-14 });
    sde.driftTime?.({ data: Float64Array.of(2), n: 1, d: 1 }, Float64Array.of(0.3), out);
    assertAllClose('∂f/∂t', out.data, [-(5 - 0.1) / 2], { rtol: 1e-9 });
    expect(derivedCapabilities(sde.timeChange!.base).has('divergence')).toBe(true);
  });

  test('methods of an instance keep their instance', () => {
    class Pull {
      readonly dim = 1;
      readonly span = { t0: 0, T: 1 };
      readonly cutoff = { train: 0.1, sample: 0.1 };
      readonly diffusion = scalarNoise(1, 1);
      readonly #rate = 3;
      drift(y: { data: Float64Array; n: number }, _t: Float64Array, out: { data: Float64Array }): void {
        for (let i = 0; i < y.n; i++) out.data[i] = -this.#rate * y.data[i]!;
      }
      divergence(_y: object, _t: object, out: Float64Array): void {
        out.fill(-this.#rate);
      }
    }
    const { drift, divergence } = completeSde(new Pull());
    const { y, t } = at([[2]]);
    const [f, out] = [zeros(1, 1), new Float64Array(1)];
    drift(y, t, f);
    divergence?.(y, t, out);
    expect([f.data[0], out[0]]).toEqual([-6, -3]);
  });

  test.each<[string, Partial<Sde>, RegExp]>([
    ['a horizon at t0', { span: { t0: 2, T: 2 } }, /span = \[2, 2\]/],
    ['a horizon that is no number', { span: { t0: 0, T: Number.NaN } }, /span = \[0, NaN\]/],
    ['a cutoff beyond the horizon', { cutoff: { train: 11, sample: 0.01 } }, /cutoff.train = 11/],
    ['half a dimension', { dim: 1.5 }, /dim = 1.5/],
    ['noise of another dimension', { diffusion: scalarNoise(3, 1) }, /diffusion.dim = 3/],
    ['no noise columns', { diffusion: { ...constantNoise([[0], [1]]), noiseDim: 0 } }, /noiseDim = 0/],
  ])('%s is refused', (_name, wrong, got) => {
    expect(() => completeSde({ ...toySwimmer(), ...wrong })).toThrow(
      expect.objectContaining({ code: 'E_CONTRACT', got: expect.stringMatching(got) }),
    );
  });

  test('completing twice changes nothing', () => {
    const sde = completeSde(toySwimmer());
    expect(completeSde(sde)).toBe(sde);
  });
});

const atoms: Dataset = {
  dim: 2,
  draw(_key, _first, out) {
    for (let i = 0; i < out.n; i++) out.data.set([1, -1], 2 * i);
  },
  mixture: [{ weight: 2, mean: [1, -1], covariance: [0, 0, 0, 0] }],
};

describe('marginal', () => {
  test('one atom through an Ornstein–Uhlenbeck process', () => {
    const law = completeSde(toyOu(2, 0.5, 1)).marginal?.(atoms);
    const { y, t } = at([[0.2, 0.4]], 1);
    const [a, variance] = [Math.exp(-0.5), -Math.expm1(-1)];
    const [r0, r1] = [0.2 - a, 0.4 + a];
    const [log, score] = [new Float64Array(1), zeros(1, 2)];
    law?.logDensity(y, t, log);
    law?.score(y, t, score);
    assertAllClose('log p', log, [-Math.log(2 * Math.PI * variance) - (r0 ** 2 + r1 ** 2) / (2 * variance)], {
      rtol: 1e-12,
    });
    assertAllClose('∇log p', score.data, [-r0 / variance, -r1 / variance], { rtol: 1e-12 });
  });

  test('far from every component the score stays finite', () => {
    const law = completeSde(toyOu(1)).marginal?.({
      dim: 1,
      draw: () => {},
      mixture: [-1, 1].map((mean) => ({ weight: 0.5, mean: [mean], covariance: [0.1] })),
    });
    const { y, t } = at([[1e3]], 0.1);
    const score = zeros(1, 1);
    law?.score(y, t, score);
    const [a, variance] = [Math.exp(-0.05), 0.1 * Math.exp(-0.1) - Math.expm1(-0.1)];
    assertAllClose('∇log p', score.data, [-(1e3 - a) / variance], { rtol: 1e-12 });
  });

  test('no closed form for data without one, no density for atoms at t0', () => {
    const sde = completeSde(toyOu(2));
    expect(sde.marginal?.({ dim: 2, draw: () => {} })).toBeUndefined();
    const { y, t } = at([[0, 0]], 0);
    expect(() => sde.marginal?.(atoms)?.logDensity(y, t, new Float64Array(1))).toThrow(
      expect.objectContaining({ code: 'E_COVARIANCE' }),
    );
  });
});

test('noise along one direction gives its range', () => {
  const sde = completeSde({ ...toySwimmer(), diffusion: constantNoise([[1], [1]]) });
  const half = Math.SQRT1_2;
  assertAllClose('B', sde.noiseRange?.basis === 'coordinates' ? [] : (sde.noiseRange?.basis ?? []), [half, half], {
    rtol: 1e-14,
  });
});
