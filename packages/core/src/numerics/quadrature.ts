/**
 * Gauss–Legendre quadrature, and the root of a covariance by it.
 *
 *     Σ = ∫₀^τ e^{J(τ−u)} G(u) G(u)ᵀ e^{Jᵀ(τ−u)} du = S Sᵀ,    S = [ √w₁ e^{J(τ−u₁)} G(u₁), … ],    QR of Sᵀ gives L = Rᵀ
 *
 * Positive semidefinite by construction, no digits lost by squaring, and the route for a G that depends on time. [0, τ] is cut into panels with ‖J‖₁h ≤ 1 of 16
 * nodes each; a panel's predecessors enter as e^{Jh}L. Sixteen nodes integrate e^{cu} to float64 for |c|h ≤ 8, so G may change e-fold several times in a lag.
 */
import { fail } from '../errors.js';
import { createExpm } from './expm.js';
import { norm1 } from './matrix.js';

/** Nodes and weights of the K-point rule on [0, 1]. */
export const gaussLegendre = (K: number): { nodes: Float64Array; weights: Float64Array } => {
  const nodes = new Float64Array(K);
  const weights = new Float64Array(K);
  for (let i = 0; i < K; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (K + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let previous = 1;
      let value = x;
      for (let n = 2; n <= K; n++) [previous, value] = [value, ((2 * n - 1) * x * value - (n - 1) * previous) / n];
      slope = (K * (x * value - previous)) / (x * x - 1);
      const move = value / slope;
      x -= move;
      if (Math.abs(move) < 1e-16) break;
    }
    nodes[K - 1 - i] = 0.5 * (1 + x);
    weights[K - 1 - i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
};

const K = 16;
export const rule: { readonly nodes: Float64Array; readonly weights: Float64Array } = gaussLegendre(K);

const mostPanels = 10_000;

/** Panels for ‖J‖₁τ = size. E_COVARIANCE where they would be more than ten thousand. */
export const panelsFor = (size: number): number => {
  if (size <= mostPanels) return Math.max(1, Math.ceil(size));
  return fail('E_COVARIANCE', {
    summary: 'a lag is too long for its covariance to be integrated',
    got: `‖J‖₁ τ = ${size}`,
    expected: `at most ${mostPanels}`,
    tryThis: ['a shorter lag', 'units in which the drift is not so stiff'],
  });
};

/** R of the QR factorisation of W [rows, d] (columns first) by Householder reflections, in place: R_jc is left at W[c·rows + j], j ≤ c. */
const householder = (W: Float64Array, rows: number, d: number): void => {
  for (let j = 0; j < d; j++) {
    const column = j * rows;
    let squares = 0;
    for (let i = j; i < rows; i++) squares += W[column + i]! * W[column + i]!;
    if (squares === 0) continue;
    const norm = Math.sqrt(squares);
    const alpha = W[column + j]! > 0 ? -norm : norm;
    const head = W[column + j]! - alpha;
    W[column + j] = head;
    for (let c = j + 1; c < d; c++) {
      let dot = 0;
      for (let i = j; i < rows; i++) dot += W[column + i]! * W[c * rows + i]!;
      const scale = dot / (alpha * head);
      for (let i = j; i < rows; i++) W[c * rows + i]! += scale * W[column + i]!;
    }
    W[column + j] = alpha;
  }
};

/** Writes the dense G [d·m] at time u of the lag. */
export type FillG = (u: number, G: Float64Array) => void;

/** Writes the root L [d·d], lower-triangular with a diagonal ≥ 0, to out[outAt …]. */
export type CovarianceRoot = (
  J: Float64Array,
  jAt: number,
  tau: number,
  fillG: FillG,
  out: Float64Array,
  outAt: number,
) => void;

/** A `CovarianceRoot` for d×d drifts and m noises with its own workspace. */
export const createCovarianceRoot = (d: number, m: number): CovarianceRoot => {
  const expm = createExpm(d);
  const rows = d + K * m;
  const W = new Float64Array(rows * d);
  const G = new Float64Array(d * m);
  const E = new Float64Array(d * d);
  const L = new Float64Array(d * d);
  const nodeE = new Float64Array(K * d * d);
  return (J, jAt, tau, fillG, out, outAt) => {
    const panels = panelsFor(norm1(d, J, jAt) * tau);
    const h = tau / panels;
    expm(J, jAt, h, E, 0);
    for (let k = 0; k < K; k++) expm(J, jAt, h * (1 - rule.nodes[k]!), nodeE, k * d * d);
    L.fill(0);
    for (let panel = 0; panel < panels; panel++) {
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          let sum = 0;
          for (let k = j; k < d; k++) sum += E[i * d + k]! * L[k * d + j]!;
          W[i * rows + j] = sum;
        }
      }
      for (let k = 0; k < K; k++) {
        fillG((panel + rule.nodes[k]!) * h, G);
        const root = Math.sqrt(rule.weights[k]! * h);
        for (let i = 0; i < d; i++) {
          for (let j = 0; j < m; j++) {
            let sum = 0;
            for (let c = 0; c < d; c++) sum += nodeE[(k * d + i) * d + c]! * G[c * m + j]!;
            W[i * rows + d + k * m + j] = root * sum;
          }
        }
      }
      householder(W, rows, d);
      for (let j = 0; j < d; j++) {
        const sign = W[j * rows + j]! < 0 ? -1 : 1;
        for (let i = j; i < d; i++) L[i * d + j] = sign * W[i * rows + j]!;
      }
    }
    out.set(L, outAt);
  };
};
