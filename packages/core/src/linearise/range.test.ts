import { describe, expect, test } from 'vitest';
import { type Diffusion, zeros } from '../contracts/index.js';
import { constantNoise, denseNoise, diagonalNoise, scalarNoise } from '../numerics/noise.js';
import '../testing/vitest.js';
import { liftRange, noiseRangeOf, projectRange } from './range.js';

const rangeOf = (diffusion: Diffusion) => noiseRangeOf({ dim: diffusion.dim, diffusion, span: { t0: 0, T: 1 } });

describe('noise range', () => {
  test('coordinates where they span it', () => {
    const coordinates = (diffusion: Diffusion) => rangeOf(diffusion);
    expect(coordinates(scalarNoise(3, 2))).toEqual({ rank: 3, basis: 'coordinates', coordinates: [0, 1, 2] });
    expect(coordinates(diagonalNoise(3, [1, 0, 2]))).toEqual({ rank: 2, basis: 'coordinates', coordinates: [0, 2] });
    expect(coordinates(constantNoise([[0], [0.3]]))).toEqual({ rank: 1, basis: 'coordinates', coordinates: [1] });
    expect(
      coordinates(
        constantNoise([
          [1, 0],
          [0.3, 0.7],
        ]),
      ),
    ).toEqual({ rank: 2, basis: 'coordinates', coordinates: [0, 1] });
    expect(coordinates(denseNoise(2, 1, (t, out) => out.set([t > 0.5 ? 1 : 0, t > 0.5 ? 0 : 1])))).toEqual({
      rank: 2,
      basis: 'coordinates',
      coordinates: [0, 1],
    });
  });

  test('an orthonormal basis elsewhere', () => {
    const range = rangeOf(
      constantNoise([
        [1, 2],
        [1, 2],
        [0, 0],
      ]),
    );
    expect(range.rank).toBe(1);
    expect(range.basis).not.toBe('coordinates');
    const [r, sign] = [Math.SQRT1_2, Math.sign((range.basis as Float64Array)[0]!)];
    expect(range.basis as Float64Array).toBeAllClose([sign * r, sign * r, 0], { atol: 1e-15 });
  });

  test('a declared range stands', () => {
    const diffusion = scalarNoise(2, 1);
    const declared = { rank: 1, basis: 'coordinates', coordinates: [1] } as const;
    expect(noiseRangeOf({ dim: 2, diffusion, span: { t0: 0, T: 1 }, noiseRange: declared })).toBe(declared);
  });

  test.each([
    ['coordinates', diagonalNoise(3, [1, 0, 2])],
    [
      'a basis',
      constantNoise([
        [1, 0],
        [1, 1],
        [0, 1],
      ]),
    ],
  ])('projecting what was lifted gives it back, in %s', (_name, diffusion) => {
    const range = rangeOf(diffusion);
    const u = { data: Float64Array.of(1, -2, 0.5, 3), n: 2, d: 2 };
    const [v, back] = [zeros(2, 3), zeros(2, 2)];
    v.data.fill(9);
    liftRange(range, u, v);
    projectRange(range, v, back);
    expect(back.data).toBeAllClose(u.data, { atol: 1e-14 });
    // a vector with no noise along it has no part in the range
    const quiet = range.basis === 'coordinates' ? [0, 1, 0] : [1, -1, 1];
    projectRange(range, { data: Float64Array.of(...quiet, ...quiet), n: 2, d: 3 }, back);
    expect(back.data).toBeAllClose([0, 0, 0, 0], { atol: 1e-15 });
  });
});
