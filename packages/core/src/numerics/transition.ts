/**
 * Exact Gaussian transitions q(y_t | y_s) of affine processes.
 *
 *     isotropic   y_t = a(s,t) y_s + √v(s,t) z
 *     linear      dY = A (Y − c) dt + G dW:   mean c + e^{Aτ}(y_s − c),   Σ = ∫₀^τ e^{Au} G Gᵀ e^{Aᵀu} du,   τ = t − s
 */
import { type Batch, type GaussianKernel, type GaussianTransition, zeros } from '../contracts/index.js';
import { fail } from '../errors.js';
import { createLinearFlow } from './covariance.js';
import { createRootOf } from './covariance-root.js';
import { createExpm } from './expm.js';
import { jacobianLength } from './jacobian.js';
import { flattenMatrix } from './matrix.js';
import { constantNoise, fillQ } from './noise.js';

/** a and the variance of one coordinate, from s to t ≥ s. */
export const affineTransition = (
  coefficients: (s: number, t: number) => { readonly a: number; readonly variance: number },
): GaussianTransition => ({
  structure: 'scalar',
  mean(ys, s, t, out) {
    for (let i = 0, k = 0; i < ys.n; i++) {
      const { a } = coefficients(s[i]!, t[i]!);
      for (let j = 0; j < ys.d; j++, k++) out.data[k] = a * ys.data[k]!;
    }
  },
  root(s, t, out) {
    for (let i = 0; i < s.length; i++) out[i] = Math.sqrt(coefficients(s[i]!, t[i]!).variance);
  },
});

/** The transition of dY = A (Y − c) dt + G dW, dense. E_SHAPE, E_NOT_FINITE at once; E_COVARIANCE where a root is asked for and G does not reach every coordinate. */
export const linearTransition = (
  A: readonly (readonly number[])[],
  c: readonly number[],
  G: readonly (readonly number[])[],
): GaussianTransition => {
  const d = A.length;
  const J = flattenMatrix(A, d, d, 'A');
  const centre = flattenMatrix([c], 1, d, 'c');
  const noise = constantNoise(G);
  const entries = flattenMatrix(G, d, noise.noiseDim, 'G');
  const Q = new Float64Array(d * d);
  fillQ(noise, entries, Q);
  const flow = createLinearFlow(d);
  const rootOf = createRootOf(d, noise.noiseDim);
  const expm = createExpm(d);
  const E = new Float64Array(d * d);
  const L = new Float64Array(d * d);
  const none = new Float64Array(d);
  const fillG = (_u: number, out: Float64Array): void => out.set(entries);
  return {
    structure: 'dense',
    mean(ys, s, t, out) {
      let held = Number.NaN;
      for (let i = 0; i < ys.n; i++) {
        const tau = t[i]! - s[i]!;
        if (tau !== held) expm(J, 0, tau, E, 0);
        held = tau;
        for (let j = 0; j < d; j++) {
          let sum = centre[j]!;
          for (let k = 0; k < d; k++) sum += E[j * d + k]! * (ys.data[i * d + k]! - centre[k]!);
          out.data[i * d + j] = sum;
        }
      }
    },
    root(s, t, out) {
      let held = Number.NaN;
      for (let i = 0; i < s.length; i++) {
        const tau = t[i]! - s[i]!;
        if (tau !== held) {
          flow.run(J, 0, Q, 0, none, undefined, 0, tau, none, 0);
          rootOf(flow.covariance, J, 0, tau, fillG, L, 0, i);
        }
        held = tau;
        out.set(L, i * d * d);
      }
    },
  };
};

/** The kernels of a batch of transitions, one time pair a row. E_TIME where t < s; at t = s the kernel is a point. */
export const transitionKernel = (
  transition: GaussianTransition,
  ys: Batch,
  s: Float64Array,
  t: Float64Array,
): GaussianKernel => {
  for (let i = 0; i < ys.n; i++) {
    if (t[i]! >= s[i]!) continue;
    fail('E_TIME', {
      summary: 'a transition runs forward in time',
      got: `row ${i} from s = ${s[i]} to t = ${t[i]}`,
      expected: 's ≤ t',
      tryThis: ['swap the two times'],
    });
  }
  const mean = zeros(ys.n, ys.d);
  const root = new Float64Array(ys.n * jacobianLength(transition, ys.d));
  transition.mean(ys, s, t, mean);
  transition.root(s.length === ys.n ? s : s.subarray(0, ys.n), t, root);
  return { ...transition, mean, root };
};
