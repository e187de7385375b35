import { expect, test } from 'vitest';
import { type VectorField, zeroField, zeros } from '../contracts/index.js';
import '../testing/vitest.js';
import { driftTimeDifference } from './drift-time.js';

const span = { t0: 0, T: 2 };

test('∂f/∂t is 0 for a drift that does not read t', () => {
  const drift: VectorField = (y, _t, out) => out.data.set(y.data.map((x) => -(x ** 3)));
  expect(driftTimeDifference({ dim: 1, drift, span })).toBe(zeroField);
});

test('∂f/∂t by differences where it does', () => {
  const drift: VectorField = (y, t, out) => out.data.set(y.data.map((x, i) => x * Math.cos(3 * t[i]!)));
  const y = { data: Float64Array.of(0.5, -2), n: 2, d: 1 };
  const out = zeros(2, 1);
  driftTimeDifference({ dim: 1, drift, span })(y, Float64Array.of(0.3, 1.1), out);
  // h⁴/30 of the fifth derivative, 2·3⁵, with h = 2⁻⁹
  expect(out.data).toBeAllClose([-1.5 * Math.sin(0.9), 6 * Math.sin(3.3)], { atol: 3e-10 });
});

test('the zero field overwrites', () => {
  const out = { data: new Float64Array(4).fill(3), n: 2, d: 2 };
  zeroField(zeros(2, 2), new Float64Array(2), out);
  expect([...out.data]).toEqual([0, 0, 0, 0]);
});
