/**
 * Declared laws against the process.
 *
 *     Chapman–Kolmogorov   A_{s,t} = A_{u,t} A_{s,u},   Σ_{s,t} = A_{u,t} Σ_{s,u} A_{u,t}ᵀ + Σ_{u,t}
 *     Fokker–Planck        ∂_t log p = −∇·f − f·s + ½ (Q:∇s + sᵀ Q s),   s = ∇log p
 *     clock                f = β(t) f̄(y),   Q = β(t) Q̄,   B′ = β,   B⁻¹(B(t)) = t
 *     noise range          (I − B Bᵀ) Q = 0,   Bᵀ B = I
 */

import { addCongruence, affineImage, affineMapOf } from '../composition/affine-map.js';
import { type ScalarField, type VectorField, zeros } from '../contracts/batch.js';
import type { GaussianTransition, NoiseRange, TimeChange } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { finiteDifferenceJacobian, jacobianTrace } from '../numerics/jacobian.js';
import { applyQ, entriesLength, fillQ } from '../numerics/noise.js';
import { assertAllClose } from './close.js';
import type { ContractCase } from './contract.js';
import { denseOf } from './derivative-contract.js';
import type { Probes } from './probes.js';

const qAt = ({ dim, diffusion }: Sde, t: number): Float64Array => {
  const entries = new Float64Array(entriesLength(diffusion.structure, dim, diffusion.noiseDim));
  const Q = new Float64Array(dim * dim);
  diffusion.entries(t, entries);
  fillQ(diffusion, entries, Q);
  return Q;
};

export const chapmanKolmogorovCase = ({ dim: d, span }: Sde, transition: GaussianTransition): ContractCase => ({
  name: 'transition: two steps make one (Chapman–Kolmogorov)',
  run() {
    const at = (x: number): number => span.t0 + x * (span.T - span.t0);
    for (const [s, u, t] of [
      [0.05, 0.1, 0.3],
      [0.2, 0.21, 0.22],
      [0, 0.5, 1],
    ] as const) {
      const [first, second] = [affineMapOf(transition, d, at(s), at(u)), affineMapOf(transition, d, at(u), at(t))];
      const whole = affineMapOf(transition, d, at(s), at(t));
      const y = Float64Array.from({ length: d }, (_, j) => 0.5 - j);
      const [through, end, direct] = [new Float64Array(d), new Float64Array(d), new Float64Array(d)];
      affineImage(first, y, through);
      affineImage(second, through, end);
      affineImage(whole, y, direct);
      const Sigma = second.Sigma.slice();
      addCongruence(second.A, first.Sigma, Sigma);
      // Variances are differences of growing functions of time: a few digits are lost where they are short beside their age.
      assertAllClose(`means over ${s}, ${u}, ${t} of the span`, end, direct, { rtol: 1e-9, atol: 1e-11 });
      const size = Math.max(...whole.Sigma.map(Math.abs));
      assertAllClose(`covariances over ${s}, ${u}, ${t} of the span`, Sigma, whole.Sigma, {
        rtol: 1e-9,
        atol: 1e-10 * size,
      });
    }
  },
});

/** `steady`: ∂_t log p = 0 is part of the claim. */
export const fokkerPlanckCase = (
  name: string,
  sde: Sde,
  law: { logDensity: ScalarField; score: VectorField },
  { y, t: times }: Probes,
  steady: boolean,
): ContractCase => ({
  name: `${name}: solves the Fokker–Planck equation`,
  run() {
    const { dim: d, diffusion, span } = sde;
    const h = 2 ** -11 * (span.T - span.t0);
    const t = times.map((at) => Math.min(Math.max(at, span.t0 + 0.05 * (span.T - span.t0)), span.T - 2 * h));
    const [f, s, Qs] = [zeros(y.n, d), zeros(y.n, d), zeros(y.n, d)];
    sde.drift(y, t, f);
    law.score(y, t, s);
    const driftField = finiteDifferenceJacobian(sde);
    const divergence = new Float64Array(y.n);
    jacobianTrace(driftField, d, denseOf(driftField, { y, t }), y.n, divergence);
    const ds = denseOf(finiteDifferenceJacobian({ dim: d, drift: law.score }), { y, t });
    const rate = steady ? new Float64Array(y.n) : timeDerivative(law.logDensity, { y, t }, h);
    const entries = new Float64Array(entriesLength(diffusion.structure, d, diffusion.noiseDim));
    for (let i = 0; i < y.n; i++) {
      diffusion.entries(t[i]!, entries);
      applyQ(diffusion, entries, s.data, i * d, 1, Qs.data, i * d);
      const Q = qAt(sde, t[i]!);
      const terms = [-divergence[i]!];
      for (let j = 0; j < d; j++) {
        terms.push(-f.data[i * d + j]! * s.data[i * d + j]!, 0.5 * Qs.data[i * d + j]! * s.data[i * d + j]!);
        for (let k = 0; k < d; k++) terms.push(0.5 * Q[j * d + k]! * ds[(i * d + j) * d + k]!);
      }
      const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
      // The difference in time of a law that changes over 1/20 of the span keeps seven digits.
      assertAllClose('∂ log p/∂t and its equation', [rate[i]!], [terms.reduce((a, b) => a + b, 0)], {
        atol: 1e-6 * (1 + size),
      });
    }
  },
});

const timeDerivative = (logDensity: ScalarField, { y, t }: Probes, h: number): Float64Array => {
  const [sum, value] = [new Float64Array(y.n), new Float64Array(y.n)];
  for (const [offset, weight] of [
    [1, 8],
    [-1, -8],
    [2, -1],
    [-2, 1],
  ] as const) {
    logDensity(
      y,
      t.map((at) => at + offset * h),
      value,
    );
    for (let i = 0; i < y.n; i++) sum[i]! += (weight * value[i]!) / (12 * h);
  }
  return sum;
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
