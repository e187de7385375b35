/** Linear processes and Gaussian scores, everything known in closed form. */
import {
  analyticField,
  type Batch,
  completeSde,
  constantJacobian,
  constantNoise,
  gaussianDistribution,
  type ScoreField,
  type Sde,
} from '@fokker/core';

export type Matrix = readonly (readonly number[])[];

/** dY = A Y dt + G dW on [0, 1]. */
export const linearProcess = (A: Matrix, G: Matrix): Sde =>
  completeSde({
    dim: A.length,
    span: { t0: 0, T: 1 },
    cutoff: { train: 0, sample: 0 },
    affine: true,
    drift({ data, n, d }, _t, out) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < d; j++) {
          out.data[i * d + j] = A[j]!.reduce((sum, a, k) => sum + a * data[i * d + k]!, 0);
        }
      }
    },
    diffusion: constantNoise(G),
    jacobian: constantJacobian(A),
  });

/** s = −K (y − m), with wᵀ ∂s w = −wᵀ K w; K may be any matrix. */
export const linearScore = (K: Matrix, mean: readonly number[]): ScoreField => {
  const product = (at: (k: number) => number, j: number): number => K[j]!.reduce((sum, k, l) => sum + k * at(l), 0);
  return analyticField({
    score({ data, n, d }, _t, out) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < d; j++) out.data[i * d + j] = -product((l) => data[i * d + l]! - mean[l]!, j);
      }
    },
    directional({ n, d }, _t, w, out) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < d; j++) out[i]! -= w.data[i * d + j]! * product((l) => w.data[i * d + l]!, j);
      }
    },
  });
};

/**
 * The 2d points m ± √d L e_j, L Lᵀ = C: a sample with exactly these first and second moments, so that means of quadratic functions are exact.
 */
export function cubature(mean: readonly number[], L: Matrix): Batch {
  const d = mean.length;
  const rows = Array.from({ length: d }, (_, j) => j).flatMap((j) =>
    [1, -1].map((sign) => mean.map((m, i) => m + sign * Math.sqrt(d) * L[i]![j]!)),
  );
  return { data: Float64Array.from(rows.flat()), n: 2 * d, d };
}

/** n draws of N(mean, C). */
export function gaussianSample(
  mean: readonly number[],
  C: Matrix,
  n: number,
  key: Parameters<ReturnType<typeof gaussianDistribution>['sample']>[0],
): Batch {
  const y = { data: new Float64Array(n * mean.length), n, d: mean.length };
  gaussianDistribution(mean, C).sample(key, 0, y);
  return y;
}

export const rotation = (a: number, w: number): Matrix => [
  [-a, -w],
  [w, -a],
];
export const scaled = (d: number, x: number): Matrix =>
  Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (i === j ? x : 0)));
