import { describe, expect, test } from 'vitest';
import '../testing/vitest.js';
import { createExpm } from './expm.js';

const expm = (d: number, J: number[], tau: number): Float64Array => {
  const out = new Float64Array(d * d);
  createExpm(d)(Float64Array.from(J), 0, tau, out, 0);
  return out;
};

describe('expm', () => {
  test('a rotation', () => {
    for (const tau of [1e-6, 0.3, 2, 50]) {
      // squaring k times doubles the error of the angle k times: about ε · ‖Jτ‖
      expect(expm(2, [0, -1, 1, 0], tau)).toBeAllClose([Math.cos(tau), -Math.sin(tau), Math.sin(tau), Math.cos(tau)], {
        atol: 2e-15 * (1 + tau),
      });
    }
  });

  test('a nilpotent chain keeps relative accuracy and exact zeros', () => {
    for (const tau of [1e-8, 0.01, 1, 1000]) {
      const E = expm(3, [0, 1, 0, 0, 0, 1, 0, 0, 0], tau);
      expect(E).toBeAllClose([1, tau, (tau * tau) / 2, 0, 1, tau, 0, 0, 1], { rtol: 1e-15 });
    }
  });

  test('stiff decay underflows to zero instead of noise', () => {
    const E = expm(2, [-1e4, 1, 0, -1], 1);
    expect(E).toBeAllClose([0, Math.exp(-1) / 9999, 0, Math.exp(-1)], { rtol: 1e-11, atol: 1e-300 });
  });

  test('reads and writes at offsets', () => {
    const out = new Float64Array(3).fill(5);
    createExpm(1)(Float64Array.of(9, 2), 1, 0.5, out, 2);
    expect(out).toBeAllClose([5, 5, Math.E], { rtol: 1e-15 });
  });

  test('a size that is not finite is refused', () => {
    expect(() => expm(1, [Number.NaN], 1)).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
    expect(() => expm(1, [1], Number.POSITIVE_INFINITY)).toThrow(expect.objectContaining({ code: 'E_NOT_FINITE' }));
  });
});
