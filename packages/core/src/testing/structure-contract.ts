/**
 * Declared structure against drift and noise.
 *
 *     affine        f(½(y + y′), t) = ½ (f(y, t) + f(y′, t))
 *     clock         f = β(t) f̄(y),   Q = β(t) Q̄,   B′ = β,   B⁻¹(B(t)) = t
 *     noise range   (I − B Bᵀ) Q = 0,   Bᵀ B = I
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { NoiseRange, TimeChange } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { assertAllClose } from './close.js';
import { type Check, worstOf } from './contract.js';
import { copyOf, type Probes } from './probes.js';
import { createQAt } from './q-at.js';

/** Q = G Gᵀ at row `row` of y and time t, [d·d]. */
const qAt = (sde: Sde, y: Batch, row: number, t: number): Float64Array => {
  const Q = new Float64Array(sde.dim ** 2);
  createQAt(sde)(y, row, t, Q);
  return Q;
};

export const affineCase = (sde: Sde, { y, t }: Probes): Check => ({
  name: 'affine: the drift of a midpoint is the mean of the drifts',
  run() {
    const drift = (at: Batch): Float64Array => {
      const out = zeros(at.n, at.d);
      sde.drift(at, t, out);
      return out.data;
    };
    const other = copyOf(y);
    other.data.reverse();
    const middle = { ...y, data: y.data.map((value, k) => 0.5 * (value + other.data[k]!)) };
    const [a, b] = [drift(y), drift(other)];
    const mean = a.map((value, k) => 0.5 * (value + b[k]!));
    return assertAllClose('f of the midpoint', drift(middle), mean, { rtol: 1e-12, atol: 1e-12 });
  },
});

export const clockCases = (sde: Sde, { clock, base }: TimeChange, { y, t }: Probes): readonly Check[] => [
  {
    name: 'timeChange: the base process, sped up by β, is the process',
    run() {
      const [own, slow] = [zeros(y.n, y.d), zeros(y.n, y.d)];
      sde.drift(y, t, own);
      base.drift(y, t.map(clock.B), slow);
      for (let i = 0; i < slow.data.length; i++) slow.data[i]! *= clock.beta(t[Math.floor(i / y.d)]!);
      const drifts = assertAllClose('f and β f̄', own.data, slow.data, { rtol: 1e-12, atol: 1e-12 });
      const noises = Array.from(t, (at, row) => {
        const scaled = qAt(base, y, row, clock.B(at)).map((q) => q * clock.beta(at));
        return assertAllClose('Q and β Q̄', qAt(sde, y, row, at), scaled, { rtol: 1e-12, atol: 1e-12 });
      });
      return [drifts, worstOf(noises)];
    },
  },
  {
    name: 'timeChange: B′ = β, and the inverse inverts',
    run() {
      const h = 2 ** -12 * (sde.span.T - sde.span.t0);
      const found = Array.from(t, (at) => {
        const mid = Math.min(Math.max(at, sde.span.t0 + h), sde.span.T - h);
        const slope = (clock.B(mid + h) - clock.B(mid - h)) / (2 * h);
        return [
          assertAllClose('B′ and β', [slope], [clock.beta(mid)], { rtol: 1e-5 }),
          assertAllClose('B⁻¹(B(t)) and t', [clock.inverse(clock.B(at))], [at], { rtol: 1e-10 }),
        ] as const;
      });
      return [worstOf(found.map(([slope]) => slope)), worstOf(found.map(([, inverse]) => inverse))];
    },
  },
];

export const noiseRangeCase = (sde: Sde, range: NoiseRange, { y, t }: Probes): Check => ({
  name: 'noiseRange: an orthonormal basis of all the noise reaches',
  run() {
    const { dim: d } = sde;
    const { rank: r } = range;
    const B = new Float64Array(d * r);
    if (range.basis === 'coordinates')
      for (const [j, coordinate] of range.coordinates.entries()) B[coordinate * r + j] = 1;
    else B.set(range.basis);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let i = 0; i < d; i++) sum += B[i * r + a]! * B[i * r + b]!;
        assertAllClose('Bᵀ B', [sum], [a === b ? 1 : 0], { atol: 1e-12 });
      }
    }
    const beyond = Array.from(t, (at, row) => {
      const Q = qAt(sde, y, row, at);
      const size = Math.max(...Q.map(Math.abs));
      const outside = Q.map((q, ik) => {
        const [i, k] = [Math.floor(ik / d), ik % d];
        let inside = 0;
        for (let a = 0; a < r; a++) for (let j = 0; j < d; j++) inside += B[i * r + a]! * B[j * r + a]! * Q[j * d + k]!;
        return q - inside;
      });
      return assertAllClose('the part of Q outside the range', outside, new Float64Array(d * d), {
        atol: 1e-12 * size,
      });
    });
    return worstOf(beyond);
  },
});
