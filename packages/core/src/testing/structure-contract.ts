/**
 * Declared structure against drift and noise.
 *
 *     clock         f = β(t) f̄(y),   Q = β(t) Q̄,   B′ = β,   B⁻¹(B(t)) = t
 *     noise range   (I − B Bᵀ) Q = 0,   Bᵀ B = I
 */
import { zeros } from '../contracts/batch.js';
import type { NoiseRange, TimeChange } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { entriesLength, fillQ } from '../numerics/noise.js';
import { assertAllClose } from './close.js';
import type { ContractCase } from './contract.js';
import type { Probes } from './probes.js';

/** Q = G Gᵀ at time t, [d·d]. */
export const qAt = ({ dim, diffusion }: Sde, t: number): Float64Array => {
  const entries = new Float64Array(entriesLength(diffusion));
  const Q = new Float64Array(dim * dim);
  diffusion.entries(t, entries);
  fillQ(diffusion, entries, Q);
  return Q;
};

export const clockCases = (sde: Sde, { clock, base }: TimeChange, { y, t }: Probes): readonly ContractCase[] => [
  {
    name: 'timeChange: the base process, sped up by β, is the process',
    run() {
      const [own, slow] = [zeros(y.n, y.d), zeros(y.n, y.d)];
      sde.drift(y, t, own);
      base.drift(y, t.map(clock.B), slow);
      for (let i = 0; i < slow.data.length; i++) slow.data[i]! *= clock.beta(t[Math.floor(i / y.d)]!);
      assertAllClose('f and β f̄', own.data, slow.data, { rtol: 1e-12, atol: 1e-12 });
      for (const at of t) {
        const scaled = qAt(base, clock.B(at)).map((q) => q * clock.beta(at));
        assertAllClose('Q and β Q̄', qAt(sde, at), scaled, { rtol: 1e-12, atol: 1e-12 });
      }
    },
  },
  {
    name: 'timeChange: B′ = β, and the inverse inverts',
    run() {
      const h = 2 ** -12 * (sde.span.T - sde.span.t0);
      for (const at of t) {
        const mid = Math.min(Math.max(at, sde.span.t0 + h), sde.span.T - h);
        assertAllClose('B′ and β', [(clock.B(mid + h) - clock.B(mid - h)) / (2 * h)], [clock.beta(mid)], {
          rtol: 1e-5,
        });
        assertAllClose('B⁻¹(B(t)) and t', [clock.inverse(clock.B(at))], [at], { rtol: 1e-10 });
      }
    },
  },
];

export const noiseRangeCase = (sde: Sde, range: NoiseRange, { t }: Probes): ContractCase => ({
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
    for (const at of t) {
      const Q = qAt(sde, at);
      const size = Math.max(...Q.map(Math.abs));
      const outside = Q.map((q, ik) => {
        const [i, k] = [Math.floor(ik / d), ik % d];
        let inside = 0;
        for (let a = 0; a < r; a++) for (let j = 0; j < d; j++) inside += B[i * r + a]! * B[j * r + a]! * Q[j * d + k]!;
        return q - inside;
      });
      assertAllClose('the part of Q outside the range', outside, new Float64Array(d * d), { atol: 1e-12 * size });
    }
  },
});
