import { describe, expect, test } from 'vitest';
import type { Diffusion, NoiseRange, Sde } from '../contracts/index.js';
import { affineTransition, constantNoise, denseNoise, diagonalNoise, scalarNoise } from '../numerics/index.js';
import { diffusionWeighting } from './diffusion.js';
import { likelihoodWeighting } from './likelihood.js';
import { noiseNormalisedWeighting } from './noise-normalised.js';
import { regionWeighting } from './region.js';
import { sigmaSquaredWeighting } from './sigma-squared.js';
import { unitWeighting } from './unit.js';

const withNoise = (diffusion: Diffusion, noiseRange?: NoiseRange): Sde => ({
  dim: 2,
  span: { t0: 0, T: 1 },
  cutoff: { train: 0, sample: 0 },
  drift: (_y, _t, out) => out.data.fill(0),
  diffusion,
  ...(noiseRange === undefined ? {} : { noiseRange }),
});
const noise = (t: number) => 3 + t;
const likelihood = (sde: Sde, t: number, rank: number): number[] => {
  const out = new Float64Array(rank);
  likelihoodWeighting.create({}, { sde, noise }).diagonal(t, out);
  return Array.from(out);
};
const plane = withNoise(scalarNoise(2, 1));
const velocity: NoiseRange = { rank: 1, basis: 'coordinates', coordinates: [1] };
const coordinates: NoiseRange = { rank: 2, basis: 'coordinates', coordinates: [0, 1] };

describe('weights', () => {
  test('read time alone', () => {
    for (const { dependsOn } of [unitWeighting, noiseNormalisedWeighting, likelihoodWeighting]) {
      expect(dependsOn).toBe('time');
    }
  });

  test('unit is 1 and noise-normalised is σ̄(t)²', () => {
    const out = new Float64Array(2);
    unitWeighting.create({}, { sde: plane, noise }).diagonal(0.5, out);
    expect(Array.from(out)).toEqual([1, 1]);
    noiseNormalisedWeighting.create({}, { sde: plane, noise }).diagonal(0.5, out);
    expect(Array.from(out)).toEqual([12.25, 12.25]);
  });

  test('likelihood is Q(t) on the noise range, in every structure', () => {
    expect(likelihood(withNoise(scalarNoise(2, (t) => 1 + t)), 1, 2)).toEqual([4, 4]);
    expect(likelihood(withNoise(diagonalNoise(2, [2, 3]), coordinates), 0, 2)).toEqual([4, 9]);
    expect(likelihood(withNoise(constantNoise([[0], [3]]), velocity), 0, 1)).toEqual([9]);
  });

  test('likelihood follows the basis of a range off the coordinates', () => {
    const h = Math.SQRT1_2;
    const along: NoiseRange = { rank: 1, basis: Float64Array.of(h, h) };
    expect(likelihood(withNoise(constantNoise([[1], [1]]), along), 0, 1)[0]).toBeCloseTo(2, 14);
  });

  test('likelihood refuses noise that is not diagonal there, or that reads the state', () => {
    const correlated = withNoise(
      constantNoise([
        [1, 0],
        [0.3, 0.7],
      ]),
      coordinates,
    );
    const later = withNoise(
      denseNoise(2, 2, (t, out) => out.set([1, 0, Math.max(0, t - 0.8), 1])),
      coordinates,
    );
    const state = withNoise(
      denseNoise(2, 2, (_, out) => out.set([1, 0, 0, 1]), 'state'),
      coordinates,
    );
    for (const sde of [correlated, later, state]) {
      expect(() => likelihood(sde, 0, 2)).toThrow(expect.objectContaining({ code: 'E_INCOMPATIBLE' }));
    }
  });

  test('region is σ̄(t)² near its centre and `floor` of it far away', () => {
    const region = regionWeighting.create({ centre: [1, 0], width: [1, 2], floor: 0.1 }, { sde: plane, noise });
    const [w, c] = [new Float64Array(2), new Float64Array(3)];
    region.diagonal(0.5, w);
    expect(Array.from(w)).toEqual([12.25, 12.25]);
    region.factor?.({ data: Float64Array.of(1, 0, 2, 2, 1e3, 0), n: 3, d: 2 }, new Float64Array(3), c);
    expect(c[0]).toBe(1);
    expect(c[1]).toBeCloseTo(0.1 + 0.9 / Math.E, 14); // one width away in both
    expect(c[2]).toBe(0.1);
    expect(() => regionWeighting.create({ centre: [1], width: 1, floor: 0.1 }, { sde: plane, noise })).toThrow(
      expect.objectContaining({ code: 'E_INCOMPATIBLE' }),
    );
  });

  test('g-squared is tr Q/r and sigma-squared the variance of the exact kernel', () => {
    const out = new Float64Array(2);
    diffusionWeighting.create({}, { sde: withNoise(diagonalNoise(2, [2, 3]), coordinates), noise }).diagonal(0, out);
    expect(Array.from(out)).toEqual([6.5, 6.5]);
    const transition = affineTransition((s, t) => ({ a: 1, variance: t - s }));
    sigmaSquaredWeighting.create({}, { sde: { ...plane, transition }, noise }).diagonal(0.25, out);
    expect(Array.from(out)).toEqual([0.25, 0.25]);
    expect(() => sigmaSquaredWeighting.create({}, { sde: plane, noise })).toThrow(
      expect.objectContaining({ code: 'E_CAPABILITY' }),
    );
  });
});
