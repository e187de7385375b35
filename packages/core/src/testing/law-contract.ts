/**
 * Declared laws against the process.
 *
 *     Chapman–Kolmogorov   A_{s,t} = A_{u,t} A_{s,u},   Σ_{s,t} = A_{u,t} Σ_{s,u} A_{u,t}ᵀ + Σ_{u,t}
 *     Fokker–Planck        ∂_t log p = −∇·f − f·s + ½ ∂∂:Q + (∇·Q)·s + ½ (Q:∇s + sᵀ Q s),   s = ∇log p
 *     score                ∇log p by differences
 */

import { addCongruence, affineImage, affineMapOf } from '../composition/affine-map.js';
import { type ScalarField, type VectorField, zeros } from '../contracts/batch.js';
import type { GaussianTransition } from '../contracts/matrix.js';
import type { Sde } from '../contracts/sde.js';
import { centralDifference } from '../numerics/differences.js';
import { finiteDifferenceJacobian, jacobianTrace } from '../numerics/jacobian.js';
import { noiseDivergenceDifference } from '../numerics/noise-divergence.js';
import { assertAllClose } from './close.js';
import { type Check, type Measurement, worstOf } from './contract.js';
import { denseOf, firstOrder } from './derivative-contract.js';
import type { Probes } from './probes.js';
import { createQAt } from './q-at.js';

export const chapmanKolmogorovCase = ({ dim: d, span }: Sde, transition: GaussianTransition): Check => ({
  name: 'transition: two steps make one (Chapman–Kolmogorov)',
  run() {
    const at = (x: number): number => span.t0 + x * (span.T - span.t0);
    const found: Measurement[] = [];
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
      const where = `over ${s}, ${u}, ${t} of the span`;
      found.push(assertAllClose(`means ${where}`, end, direct, { rtol: 1e-9, atol: 1e-11 }));
      const size = Math.max(...whole.Sigma.map(Math.abs));
      found.push(assertAllClose(`covariances ${where}`, Sigma, whole.Sigma, { rtol: 1e-9, atol: 1e-10 * size }));
    }
    return worstOf(found);
  },
});

/** ∇log p by differences against the score. */
export const scoreCase = (name: string, logDensity: ScalarField, score: VectorField, { y, t }: Probes): Check => ({
  name: `${name}: score equals the gradient of the log-density`,
  run() {
    const d = y.d;
    const values = new Float64Array(y.n);
    const field = finiteDifferenceJacobian({
      dim: d,
      drift(at, times, out) {
        logDensity(at, times, values);
        for (let i = 0; i < at.n; i++) out.data[i * d] = values[i]!;
      },
    });
    const entries = new Float64Array(y.n * d * d);
    field.entries(y, t, entries);
    const own = zeros(y.n, d);
    score(y, t, own);
    const gradient = own.data.map((_, k) => entries[Math.floor(k / d) * d * d + (k % d)]!);
    return assertAllClose('∇log p', own.data, gradient, firstOrder);
  },
});

/** `steady`: ∂_t log p = 0 is part of the claim. */
export const fokkerPlanckCase = (
  name: string,
  sde: Sde,
  law: { logDensity: ScalarField; score: VectorField },
  { y, t: times }: Probes,
  steady: boolean,
): Check => ({
  name: `${name}: solves the Fokker–Planck equation`,
  run() {
    const { dim: d, diffusion, span } = sde;
    const h = 2 ** -11 * (span.T - span.t0);
    const t = times.map((at) => Math.min(Math.max(at, span.t0 + 0.05 * (span.T - span.t0)), span.T - 2 * h));
    const [f, s] = [zeros(y.n, d), zeros(y.n, d)];
    sde.drift(y, t, f);
    law.score(y, t, s);
    const driftField = finiteDifferenceJacobian(sde);
    const divergence = new Float64Array(y.n);
    jacobianTrace(driftField, d, denseOf(driftField, { y, t }), y.n, divergence);
    const ds = denseOf(finiteDifferenceJacobian({ dim: d, drift: law.score }), { y, t });
    const rate = steady ? new Float64Array(y.n) : timeDerivative(law.logDensity, { y, t }, h);
    const [divQ, half] = [zeros(y.n, d), new Float64Array(y.n)];
    if (diffusion.dependsOn === 'state') {
      const noise = noiseDivergenceDifference(sde);
      noise.divergence(y, t, divQ);
      noise.halfHessianTrace(y, t, half);
    }
    const qAt = createQAt(sde);
    const Q = new Float64Array(d * d);
    const equation = Array.from(t, (at, i) => {
      qAt(y, i, at, Q);
      const terms = [-divergence[i]!, half[i]!];
      for (let j = 0; j < d; j++) {
        const sj = s.data[i * d + j]!;
        terms.push(-f.data[i * d + j]! * sj, divQ.data[i * d + j]! * sj);
        for (let k = 0; k < d; k++) {
          terms.push(0.5 * Q[j * d + k]! * (sj * s.data[i * d + k]! + ds[(i * d + j) * d + k]!));
        }
      }
      const size = terms.reduce((sum, term) => sum + Math.abs(term), 0);
      // The difference in time of a law that changes over 1/20 of the span keeps seven digits.
      const sum = terms.reduce((a, b) => a + b, 0) / (1 + size);
      return assertAllClose('∂ log p/∂t and its equation', [rate[i]! / (1 + size)], [sum], { atol: 1e-6 });
    });
    return worstOf(equation);
  },
});

const timeDerivative = (logDensity: ScalarField, { y, t }: Probes, h: number): Float64Array => {
  const [sum, value] = [new Float64Array(y.n), new Float64Array(y.n)];
  for (const [offset, weight] of centralDifference) {
    logDensity(
      y,
      t.map((at) => at + offset * h),
      value,
    );
    for (let i = 0; i < y.n; i++) sum[i]! += (weight * value[i]!) / (12 * h);
  }
  return sum;
};
