import { describe, expect, test } from 'vitest';
import { type Batch, type Domain, type Sde, zeros } from '../contracts/index.js';
import { checkInside, placeInside, positiveDomain, reflectInside } from './domain.js';
import { createIntegrator } from './integrate.js';
import { diagonalStateNoise } from './noise.js';
import { rootKey } from './random.js';

const row = (...values: number[]): Batch => ({ data: Float64Array.from(values), n: 1, d: values.length });
const reflected = (domain: Domain, ...values: number[]): number[] => {
  const y = row(...values);
  reflectInside(domain, y);
  return [...y.data];
};

describe('walls', () => {
  test('a step across one wall comes back by as much', () => {
    expect(reflected(positiveDomain(3), -0.25, 0, 2)).toEqual([0.25, 0, 2]);
    const below: Domain = { lower: [-Infinity, -Infinity], upper: [1, Infinity] };
    expect(reflected(below, 1.5, -7)).toEqual([0.5, -7]);
  });

  test('between two walls it comes back as often as it takes', () => {
    const box: Domain = { lower: [-1, -1, -1, -1], upper: [1, 1, 1, 1] };
    expect(reflected(box, 1.5, 3.5, -1.25, -9.5)).toEqual([0.5, -0.5, -0.75, -0.5]);
  });

  test('any state can be placed inside, and states outside are refused', () => {
    const domain: Domain = { lower: [0, -Infinity, 2, -Infinity], upper: [1, 3, Infinity, Infinity] };
    for (const size of [0.1, 3, 30]) {
      const y = { data: Float64Array.of(size, size, size, size, -size, -size, -size, -size), n: 2, d: 4 };
      placeInside(domain, y);
      expect(() => checkInside(domain, y)).not.toThrow();
    }
    for (const bad of [-0.1, Number.NaN]) {
      expect(() => checkInside(positiveDomain(2), row(1, bad))).toThrow(expect.objectContaining({ code: 'E_DATA' }));
    }
  });
});

// dY = (1 − Y) dt + 2√Y dW, whose exact paths touch 0 (Feller: 2 < 4); √Y would be NaN beyond it.
const touching: Pick<Sde, 'dim' | 'drift' | 'diffusion' | 'domain' | 'span'> = {
  dim: 1,
  span: { t0: 0, T: 2 },
  domain: positiveDomain(1),
  drift(y, _t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = 1 - y.data[i]!;
  },
  diffusion: diagonalStateNoise(1, (y, at, _t, out) => {
    out[0] = 2 * Math.sqrt(y[at]!);
  }),
};

test.each(['heun', 'euler-maruyama'] as const)('%s keeps paths inside and refuses to start outside', (scheme) => {
  const y = zeros(500, 1);
  y.data.fill(0.5);
  const [from, to] = [new Float64Array(500), new Float64Array(500).fill(2)];
  createIntegrator(touching, { scheme, step: 0.01 }).advance(y, from, to, rootKey(5), 0);
  expect(y.data.every((value) => value >= 0)).toBe(true);
  expect(() => createIntegrator(touching, { scheme, step: 0.01 }).advance(row(-1), from, to, rootKey(5), 0)).toThrow(
    expect.objectContaining({ code: 'E_DATA' }),
  );
});
