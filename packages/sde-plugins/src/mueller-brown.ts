/**
 * The Müller–Brown surface (Müller & Brown 1979, Location of saddle points and minimum energy paths by a constrained simplex optimization procedure, Theor. Chim. Acta 53):
 * three wells that no straight path connects, divided by 20 so that Θ of order one crosses its barriers.
 *
 *     U(x, y) = Σ_k A_k e^{Q_k}/20,     Q_k = a_k ξ² + b_k ξη + c_k η²,     ξ = x − x_k,  η = y − y_k
 *     ∇U = Σ_k A_k e^{Q_k} g_k/20,     ∇²U = Σ_k A_k e^{Q_k} (g_k g_kᵀ + H_k)/20,     g_k = ∇Q_k,  H_k = [[2a_k, b_k], [b_k, 2c_k]]
 *
 * Wells near (−0.558, 1.442), (0.623, 0.028), (−0.050, 0.467), of depths −7.33, −5.41, −4.04; saddles at −2.03 and −3.61. Walls rise like e^{x²}: paths start in the deepest
 * well. The Gibbs law has no closed normaliser and is not stated.
 */
import { normalStart } from './initial-laws.js';
import type { Potential } from './potential.js';

/** A, a, b, c, x, y of each term. */
const terms = [
  [-200, -1, 0, -10, 1, 0],
  [-100, -1, 0, -10, 0, 0.5],
  [-170, -6.5, 11, -6.5, -0.5, 1.5],
  [15, 0.7, 0.6, 0.7, -1, 1],
] as const;

/** Visits the terms at q[at …]: A e^Q/20 and g. */
const each = (
  q: Float64Array,
  at: number,
  visit: (weight: number, gx: number, gy: number, term: (typeof terms)[number]) => void,
): void => {
  for (const term of terms) {
    const [A, a, b, c, x, y] = term;
    const [xi, eta] = [q[at]! - x, q[at + 1]! - y];
    const weight = (A / 20) * Math.exp(a * xi * xi + b * xi * eta + c * eta * eta);
    visit(weight, 2 * a * xi + b * eta, b * xi + 2 * c * eta, term);
  }
};

export const muellerBrown: Potential = {
  dim: 2,
  gradient(q, at, out, outAt) {
    let [ux, uy] = [0, 0];
    each(q, at, (weight, gx, gy) => {
      ux += weight * gx;
      uy += weight * gy;
    });
    out[outAt] = ux;
    out[outAt + 1] = uy;
  },
  hessian: {
    structure: 'dense',
    fill(q, at, out, outAt) {
      let [xx, xy, yy] = [0, 0, 0];
      each(q, at, (weight, gx, gy, [, a, b, c]) => {
        xx += weight * (gx * gx + 2 * a);
        xy += weight * (gx * gy + b);
        yy += weight * (gy * gy + 2 * c);
      });
      out[outAt] = xx;
      out[outAt + 1] = xy;
      out[outAt + 2] = xy;
      out[outAt + 3] = yy;
    },
  },
  start: normalStart([-0.56, 1.44], [0.1, 0.1]),
};
