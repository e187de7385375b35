/**
 * L = (I + ½ τ J) √τ G for any J and diagonal G: L Lᵀ = Qτ + ½ (J Q + Q Jᵀ) τ² + ¼ τ³ J Q Jᵀ.
 *
 * The inverse is a Neumann series of ratio ½ ‖J‖₂ τ ≤ 0.075. E_COVARIANCE for longer lags; E_CAPABILITY for noise of another kind, and without products with Jᵀ.
 */
import type { ActionForm, RootProduct } from '../contracts/index.js';
import { fail } from '../errors.js';
import { entriesLength } from '../numerics/noise.js';
import { createActionPoint } from '../structures/action.js';
import { type ActionRoot, completed, signs, tooLong } from './action-root.js';
import type { LinearisedProcess } from './linearised-process.js';

const largestSize = 0.15;
const powerSteps = 8;
const neumannTerms = 40;

export const smallLagRoot = ({ dim: d, diffusion, t0 }: LinearisedProcess, jacobian: ActionForm): ActionRoot => {
  const noise = new Float64Array(entriesLength(diffusion));
  if ((diffusion.structure !== 'scalar' && diffusion.structure !== 'diagonal') || diffusion.dependsOn === 'time') {
    return fail('E_CAPABILITY', {
      summary: 'a Jacobian that is known by its products alone goes with simple noise',
      got: `noise that is ${diffusion.structure} and depends on ${diffusion.dependsOn}`,
      expected: 'scalar or diagonal noise, constant in time unless it is scalar and J symmetric',
      tryThis: [
        'a clock (timeChange), where f = β(t) f̄ and Q = β(t) Q̄',
        'a Jacobian with a structure',
        'an objective that needs samples only',
      ],
    });
  }
  diffusion.entries(t0, noise);
  if (noise.some((g) => g === 0)) {
    return fail('E_CAPABILITY', {
      summary: 'noise that leaves coordinates out has no small-lag covariance',
      got: 'a coordinate without noise of its own',
      expected: 'noise on every coordinate, where J is known by its products alone',
      tryThis: [
        'a Jacobian with a structure: kroneckerJacobian, blockJacobian',
        'an objective that needs samples only',
      ],
    });
  }
  const point = createActionPoint(jacobian, d);
  const deviation = (tau: number, j: number): number => Math.sqrt(tau) * noise[noise.length === 1 ? 0 : j]!;
  const [x, image, term] = [new Float64Array(d), new Float64Array(d), new Float64Array(d)];
  const epsilon = signs(d);

  /** x ← x + ½ τ A x */
  const forward = (A: typeof point.times, tau: number): void => {
    A(x, image);
    for (let j = 0; j < d; j++) x[j]! += 0.5 * tau * image[j]!;
  };
  /** x ← (I + ½ τ A)⁻¹ x by its Neumann series, ratio ½ ‖A‖ τ ≤ 0.075. With `logarithm` x ← log(I + ½ τ A) x. */
  const series = (A: typeof point.times, tau: number, coefficient: (n: number) => number): void => {
    for (let j = 0; j < d; j++) {
      term[j] = x[j]!;
      x[j]! *= coefficient(0);
    }
    for (let n = 1; n < neumannTerms; n++) {
      A(term, image);
      let [size, whole] = [0, 0];
      for (let j = 0; j < d; j++) {
        term[j] = -0.5 * tau * image[j]!;
        x[j]! += coefficient(n) * term[j]!;
        size += term[j]! ** 2;
        whole += x[j]! ** 2;
      }
      if (size <= 1e-34 * whole) break;
    }
  };
  const inverse = (): number => 1;
  const logarithm = (n: number): number => (n === 0 ? 0 : -1 / n);
  const product =
    (run: (tau: number) => void, before: -1 | 0 | 1, after: -1 | 0 | 1): RootProduct =>
    (L, at, z, zAt, scale, out, outAt) => {
      const tau = L[at]!;
      point.moveTo(L, at + 1);
      for (let j = 0; j < d; j++) x[j] = z[zAt + j]! * deviation(tau, j) ** before;
      run(tau);
      for (let j = 0; j < d; j++) out[outAt + j] = scale * x[j]! * deviation(tau, j) ** after;
    };
  const log = product((tau) => series(point.times, tau, logarithm), 0, 0);
  const operators = completed(
    d,
    {
      times: product((tau) => forward(point.times, tau), 1, 0),
      timesTransposed: product((tau) => forward(point.transposed, tau), 0, 1),
      solve: product((tau) => series(point.times, tau, inverse), 0, -1),
      solveTransposed: product((tau) => series(point.transposed, tau, inverse), -1, 0),
    },
    (L, at, unit, j) => {
      const own = Math.log(deviation(L[at]!, j));
      log(L, at, unit, 0, 1, term, 0);
      return own + term[j]!;
    },
  );
  return {
    form: { structure: 'action', operators },
    check(root, at, row) {
      const tau = root[at]!;
      point.moveTo(root, at + 1);
      const size = tau * operatorNorm(point.times, point.transposed, epsilon);
      if (size <= largestSize) return;
      tooLong(
        `row ${row}`,
        tau,
        `‖J‖₂ τ = ${size.toPrecision(3)}`,
        `at most ${largestSize}, for a covariance good to 1 %`,
      );
    },
  };

  /** ‖A‖₂ by the power method on Aᵀ A: from below, within a few per cent. */
  function operatorNorm(A: typeof point.times, At: typeof point.times, from: Float64Array): number {
    x.set(from);
    let norm = 0;
    for (let step = 0; step < powerSteps; step++) {
      const length = Math.hypot(...x);
      if (length === 0) return 0;
      for (let j = 0; j < d; j++) x[j]! /= length;
      A(x, image);
      norm = Math.sqrt(image.reduce((sum, value) => sum + value * value, 0));
      At(image, x);
    }
    return norm;
  }
};
