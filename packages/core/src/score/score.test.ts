import { describe, expect, test } from 'vitest';
import type { Batch, Sde, VectorField } from '../contracts/index.js';
import { zeros } from '../contracts/index.js';
import { constantNoise, denseNoise, fillNormal, rootKey, scalarNoise } from '../numerics/index.js';
import { analyticField } from './analytic-field.js';
import { scoreDivergence } from './score-divergence.js';

const sdeWith = (diffusion: Sde['diffusion']): Sde => ({
  dim: diffusion.dim,
  span: { t0: 0, T: 1 },
  cutoff: { train: 0, sample: 0 },
  drift: (_y, _t, out) => out.data.fill(0),
  diffusion,
});
/** s_i = −Σ_j K_ij y_j + y_i³: ∂s/∂y = −K + 3 diag(y²). */
const K = [
  [2, 0.5, -1],
  [0, 1, 0.25],
  [0.5, -0.5, 3],
];
const score: VectorField = (y, _t, out) => {
  for (let i = 0; i < y.n; i++) {
    for (let r = 0; r < 3; r++) {
      const x = y.data[i * 3 + r]!;
      out.data[i * 3 + r] = x ** 3 - K[r]!.reduce((sum, k, c) => sum + k * y.data[i * 3 + c]!, 0);
    }
  }
};
const n = 7;
const y: Batch = zeros(n, 3);
fillNormal(rootKey(3), 0, n, 3, y.data);
const t = new Float64Array(n).fill(0.5);
const G = [
  [1, 0.5],
  [0, 2],
  [0.3, -1],
];
const slope = (i: number, a: number, b: number): number => (a === b ? 3 * y.data[i * 3 + a]! ** 2 : 0) - K[a]![b]!;
/** Σ_jk (G Gᵀ)_jk ∂s_j/∂y_k of row i. */
const traceOf = (i: number): number => {
  let sum = 0;
  for (let a = 0; a < 3; a++) {
    for (let b = 0; b < 3; b++) sum += slope(i, a, b) * (G[a]![0]! * G[b]![0]! + G[a]![1]! * G[b]![1]!);
  }
  return sum;
};

describe('the divergence of Q s', () => {
  test('is exact by the columns of G', async () => {
    const out = new Float64Array(n);
    await scoreDivergence(sdeWith(constantNoise(G)), analyticField({ score }), y, t, out);
    // Fourth-order differences of a cubic: rounding alone, 1e-16 ‖s‖ / 1e-3.
    out.forEach((value, i) => {
      expect(value).toBeCloseTo(traceOf(i), 9);
    });
  });

  test('takes more columns than are asked for at once', async () => {
    const columns = (y.data.length / n) * 4;
    const wide = denseNoise(3, columns, (_t, out) => {
      for (let i = 0; i < 3; i++) for (let j = 0; j < columns; j++) out[i * columns + j] = j % 3 === i ? 0.5 : 0;
    });
    const out = new Float64Array(n);
    await scoreDivergence(sdeWith(wide), analyticField({ score }), y, t, out);
    out.forEach((value, i) => {
      expect(value).toBeCloseTo(
        [0, 1, 2].reduce((sum, a) => sum + slope(i, a, a), 0),
        9,
      );
    });
  });

  test('by random directions is right on average and within its variance', async () => {
    const sde = sdeWith(scalarNoise(3, 1));
    const field = analyticField({ score });
    const probes = 4000;
    const [sum, out] = [new Float64Array(n), new Float64Array(n)];
    for (let k = 0; k < probes; k++) {
      await scoreDivergence(sde, field, y, t, out, { method: 'hutchinson', key: rootKey(k) });
      for (let i = 0; i < n; i++) sum[i]! += out[i]! / probes;
    }
    // Var ξᵀAξ = 2 (‖S‖²_F − Σ S_ii²) for ξ = ±1, S the symmetric part of −K (MATH §5.5).
    const off = [0, 1, 2].flatMap((a) => [0, 1, 2].map((b) => (a === b ? 0 : (K[a]![b]! + K[b]![a]!) / 2)));
    const deviation = Math.sqrt((2 * off.reduce((total, x) => total + x * x, 0)) / probes);
    sum.forEach((value, i) => {
      const trace = [0, 1, 2].reduce((total, a) => total + slope(i, a, a), 0);
      expect(Math.abs(value - trace)).toBeLessThan(4 * deviation);
    });
  });

  test('by random directions does not depend on how rows are split', async () => {
    const sde = sdeWith(constantNoise(G));
    const [whole, part] = [new Float64Array(n), new Float64Array(2)];
    const key = rootKey(9);
    await scoreDivergence(sde, analyticField({ score }), y, t, whole, { method: 'hutchinson', key });
    const rows = { data: y.data.slice(9, 15), n: 2, d: 3 };
    await scoreDivergence(sde, analyticField({ score }), rows, t, part, { method: 'hutchinson', key, first: 3 });
    expect([...part]).toEqual([...whole.slice(3, 5)]);
  });

  test('is refused where the field has no derivatives', async () => {
    const field = { provides: new Set(['score'] as const), evaluate: async () => {} };
    await expect(scoreDivergence(sdeWith(constantNoise(G)), field, y, t, new Float64Array(n))).rejects.toMatchObject({
      code: 'E_CAPABILITY',
    });
  });
});

describe('an analytic score', () => {
  test('gives what it was given', async () => {
    const field = analyticField({
      score,
      potential: (_y, time, out) => out.set(time),
      directional: (_y, _t, w, out) => {
        for (let i = 0; i < w.n; i++) out[i]! += w.data[3 * i]!;
      },
    });
    expect([...field.provides]).toEqual(['score', 'directional', 'potential']);
    const [potential, out] = [new Float64Array(n), new Float64Array(n).fill(8)];
    await field.evaluate(y, t, { potential, directional: { along: [y, y], out } });
    expect([...potential]).toEqual([...t]);
    expect(out[2]).toBe(2 * y.data[6]!);
  });

  test('takes no difference along nothing', async () => {
    const out = new Float64Array(n).fill(5);
    await analyticField({ score }).evaluate(y, t, { directional: { along: [zeros(n, 3)], out } });
    expect([...out]).toEqual(Array(n).fill(0));
  });
});
