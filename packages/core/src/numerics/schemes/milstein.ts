/**
 * Milstein's scheme for diagonal noise with G_i a function of y_i and t (Kloeden & Platen 1992, §10.3):
 *
 *     y_i⁺ = y_i + h v_i + G_i √|h| ξ_i + ½ G_i G_i′ |h| (ξ_i² − 1),        G_i G_i′ = ½ ∂_i Q_ii = ½ (∇·Q)_i
 *
 * Strong order 1. The derivative of the noise is the process's own ∇·Q, so nothing is differenced here; without it (noise that does not depend on the state) the term is zero and
 * the scheme is Euler–Maruyama. That G_i depends on y_i alone is not checked: otherwise the order is ½.
 */
import { growing } from '../rows.js';
import type { Scheme } from './scheme.js';

const create: Scheme['create'] = (d) => {
  const divergences = growing(d);
  return function* ({ y, t, h, out }, noise) {
    yield { y, t, out };
    for (let i = 0, k = 0; i < y.n; i++) {
      for (let j = 0; j < d; j++, k++) out.data[k] = y.data[k]! + h[i]! * out.data[k]!;
    }
    noise.add(0, [1], out);
    if (noise.divergence === undefined) return;
    const divQ = divergences(y.n);
    noise.divergence(y, t, divQ);
    for (let i = 0, k = 0; i < y.n; i++) {
      for (let j = 0; j < d; j++, k++) {
        out.data[k]! += 0.25 * divQ.data[k]! * Math.abs(h[i]!) * (noise.xi[k]! ** 2 - 1);
      }
    }
  };
};

export const milstein: Scheme = { noise: 'diagonal', columns: (_d, m) => m, create };
