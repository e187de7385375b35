import { describe, expect, test } from 'vitest';
import '../testing/vitest.js';
import {
  applyNoise,
  applyQ,
  constantNoise,
  denseNoise,
  diagonalNoise,
  entriesLength,
  fillDenseG,
  fillQ,
  scalarNoise,
} from './noise.js';

const cases = {
  scalar: scalarNoise(3, 0.5),
  'scalar in time': scalarNoise(3, (t) => 1 + t),
  diagonal: diagonalNoise(3, [1, 0, 2]),
  'diagonal in time': diagonalNoise(3, (t, out) => out.set([t, 2 * t, 3])),
  dense: constantNoise([
    [1, 2],
    [0, 0],
    [3, -1],
  ]),
  'dense in time': denseNoise(3, 1, (t, out) => out.set([t, 1, -t])),
};

describe.each(Object.entries(cases))('%s noise', (_name, diffusion) => {
  const { dim: d, noiseDim: m } = diffusion;
  const entries = new Float64Array(entriesLength(diffusion));
  diffusion.entries(0.7, entries);
  const G = new Float64Array(d * m);
  fillDenseG(diffusion, entries, G);

  test('products equal those of the dense matrix', () => {
    const xi = Float64Array.from({ length: m + 1 }, (_, j) => 0.3 - j);
    const s = Float64Array.of(9, 1, -2, 0.5);
    const out = new Float64Array(5).fill(1);
    applyNoise(diffusion, entries, xi, 1, 2, out, 2);
    const Gxi = [0, 1, 2].map((i) => xi.subarray(1).reduce((sum, x, j) => sum + G[i * m + j]! * x, 0));
    expect(out).toBeAllClose([1, 1, ...Gxi.map((x) => 1 + 2 * x)], { atol: 1e-15 });

    const Q = new Float64Array(9);
    fillQ(diffusion, entries, Q);
    const expected = [0, 1, 2].map((i) =>
      [0, 1, 2].map((k) => [...Array(m).keys()].reduce((sum, j) => sum + G[i * m + j]! * G[k * m + j]!, 0)),
    );
    expect(Q).toBeAllClose(expected, { atol: 1e-15 });

    const product = new Float64Array(4).fill(1);
    applyQ(diffusion, entries, s, 1, -1, product, 1);
    const Qs = expected.map((row) => row.reduce((sum, q, k) => sum + q * s[1 + k]!, 0));
    expect(product).toBeAllClose([1, ...Qs.map((x) => 1 - x)], { atol: 1e-14 });
  });
});

test('matrices are checked where they are handed over', () => {
  expect(() => constantNoise([[1, 2], [3]])).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
  expect(() => diagonalNoise(3, [1, 2])).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
  expect(() => constantNoise([[1], [Number.NaN]])).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
  expect(() => scalarNoise(2, Number.NaN)).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
});
