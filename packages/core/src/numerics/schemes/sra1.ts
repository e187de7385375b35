/**
 * SRA1, a stochastic Runge–Kutta method for additive noise (Rößler 2010, table 6.3; MATH §6.1):
 *
 *     ΔW = √|h| ξ₁,    χ = I₁₀/|h| = ½ √|h| (ξ₁ + ξ₂/√3)
 *     H  = y + ¾ h v(y, t) + (3/2) G(t⁺) χ
 *     y⁺ = y + h [ ⅓ v(y, t) + ⅔ v(H, t + ¾h) ] + G(t⁺)(ΔW − χ) + G(t) χ
 *
 * Strong order 1.5, deterministic order 2. Two evaluations and two normals a step and noise. Noise of the state is refused by whoever runs it.
 */
import { growing } from '../rows.js';
import type { Scheme } from './scheme.js';

/** χ/√|h| in units of ξ₁, ξ₂. */
const chi = [0.5, 0.5 / Math.sqrt(3)] as const;
const stageChi = chi.map((weight) => 1.5 * weight);
const endOfStep = [1 - chi[0], -chi[1]];

const create: Scheme['create'] = (d) => {
  const [slopes, stageSlopes, stages] = [growing(d), growing(d), growing(d)];
  let stageTimes = new Float64Array(0);
  return function* ({ y, t, h, out }, noise) {
    const [v, w, H] = [slopes(y.n), stageSlopes(y.n), stages(y.n)];
    if (stageTimes.length !== y.n) stageTimes = new Float64Array(y.n);
    yield { y, t, out: v };
    for (let i = 0, k = 0; i < y.n; i++) {
      stageTimes[i] = t[i]! + 0.75 * h[i]!;
      for (let j = 0; j < d; j++, k++) H.data[k] = y.data[k]! + 0.75 * h[i]! * v.data[k]!;
    }
    noise.add(1, stageChi, H);
    yield { y: H, t: stageTimes, out: w };
    for (let i = 0, k = 0; i < y.n; i++) {
      for (let j = 0; j < d; j++, k++) out.data[k] = y.data[k]! + (h[i]! * (v.data[k]! + 2 * w.data[k]!)) / 3;
    }
    noise.add(1, endOfStep, out);
    noise.add(0, chi, out);
  };
};

export const sra1: Scheme = { noise: 'additive', columns: (_d, m) => 2 * m, create };
