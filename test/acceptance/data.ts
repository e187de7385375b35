/** Data of the acceptance tests: a Gaussian, and atoms; both with their mixture, from which closed forms follow. */
import { type Dataset, fillNormal, fillUniform } from '@fokker/core';

/** N(mean, covariance) in the plane or on the line. */
export const gaussianData = (mean: readonly number[], covariance: readonly (readonly number[])[]): Dataset => {
  const dim = mean.length;
  const a = Math.sqrt(covariance[0]![0]!);
  const b = dim === 1 ? 0 : covariance[1]![0]! / a;
  const c = dim === 1 ? 0 : Math.sqrt(covariance[1]![1]! - b * b);
  return {
    dim,
    mixture: [{ weight: 1, mean, covariance: covariance.flat() }],
    draw(key, first, out) {
      fillNormal(key, first, out.n, dim, out.data);
      for (let i = 0; i < out.n; i++) {
        const z0 = out.data[i * dim]!;
        if (dim === 2) out.data[2 * i + 1] = mean[1]! + b * z0 + c * out.data[2 * i + 1]!;
        out.data[i * dim] = mean[0]! + a * z0;
      }
    },
  };
};

/** Points on the line, equally likely. */
export const atoms = (...points: number[]): Dataset => ({
  dim: 1,
  mixture: points.map((x) => ({ weight: 1 / points.length, mean: [x], covariance: [0] })),
  draw(key, first, out) {
    fillUniform(key, first, out.n, 1, out.data);
    for (let i = 0; i < out.n; i++) out.data[i] = points[Math.floor(out.data[i]! * points.length)]!;
  },
});
