/**
 * Mixtures  p(y) = Σ_k w_k N(y; μ_k, C_k)  as data sets: the Gaussian (one component), Gaussian mixtures, atoms (C = 0).
 *
 *     y = μ_k + L_k z,   C_k = L_k L_kᵀ,   k drawn with probability w_k
 *     ∇log p = Σ_k r_k C_k⁻¹(μ_k − y),     r_k ∝ w_k N(y; μ_k, C_k)   (log-sum-exp)
 *
 * Atoms have no density. Throws E_SHAPE where lengths do not fit the process, E_COVARIANCE where C is not a covariance.
 */
import { type Dataset, fillNormal, fillUniform, lowerTimes, solveLower, solveLowerTransposed } from '@fokker/core';
import { checkLength, rootOf } from './covariance.js';

export interface Component {
  readonly weight: number;
  readonly mean: readonly number[];
  /** [d·d]; zeros for an atom. */
  readonly covariance: Float64Array;
}

interface Prepared extends Component {
  readonly root: Float64Array;
  /** log w − ½ log det(2π C) */
  readonly logScale: number;
}

function prepare(component: Component, total: number, dim: number): Prepared {
  const root = rootOf(component.covariance, dim);
  let logScale = Math.log(component.weight / total) - 0.5 * dim * Math.log(2 * Math.PI);
  for (let j = 0; j < dim; j++) logScale -= Math.log(root[j * dim + j]!);
  return { ...component, weight: component.weight / total, root, logScale };
}

/** log p and ∇log p of row `at`; the score may be left out. */
function createEvaluator(components: readonly Prepared[], dim: number) {
  const scaled = new Float64Array(dim);
  const terms = new Float64Array(components.length);
  const directions = new Float64Array(components.length * dim);
  return (y: Float64Array, at: number, score?: Float64Array): number => {
    components.forEach(({ mean, root, logScale }, k) => {
      for (let j = 0; j < dim; j++) scaled[j] = mean[j]! - y[at + j]!;
      solveLower(dim, root, 0, scaled, 0, scaled, 0);
      let square = 0;
      for (let j = 0; j < dim; j++) square += scaled[j]! ** 2;
      terms[k] = logScale - 0.5 * square;
      solveLowerTransposed(dim, root, 0, scaled, 0, 1, directions, k * dim);
    });
    const largest = terms.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (let k = 0; k < terms.length; k++) sum += Math.exp(terms[k]! - largest);
    if (score !== undefined) {
      for (let j = 0; j < dim; j++) {
        let value = 0;
        for (let k = 0; k < terms.length; k++) value += Math.exp(terms[k]! - largest) * directions[k * dim + j]!;
        score[at + j] = value / sum;
      }
    }
    return largest + Math.log(sum);
  };
}

export function mixtureDataset(given: readonly Component[], dim: number): Dataset {
  given.forEach((component) => {
    checkLength(component.mean, dim, 'a mean of the data');
  });
  const total = given.reduce((sum, { weight }) => sum + weight, 0);
  const components = given.map((component) => prepare(component, total, dim));
  const upTo = components.map((_, k) => components.slice(0, k + 1).reduce((sum, { weight }) => sum + weight, 0));
  const choose = (u: number): Prepared =>
    components[upTo.findIndex((bound) => u < bound)] ?? components[components.length - 1]!;
  const smooth = components.every(({ logScale }) => Number.isFinite(logScale));
  const evaluate = createEvaluator(components, dim);
  return {
    dim,
    draw(key, first, out) {
      const u = new Float64Array(out.n);
      const noise = new Float64Array(out.n * dim);
      if (components.length > 1) fillUniform(key.at('component'), first, out.n, 1, u);
      if (smooth) fillNormal(key.at('normal'), first, out.n, dim, noise);
      for (let i = 0; i < out.n; i++) {
        const { mean, root } = choose(u[i]!);
        lowerTimes(dim, root, 0, noise, i * dim, 1, out.data, i * dim);
        for (let j = 0; j < dim; j++) out.data[i * dim + j]! += mean[j]!;
      }
    },
    mixture: components.map(({ weight, mean, covariance }) => ({ weight, mean, covariance: [...covariance] })),
    ...(smooth && {
      density: {
        logDensity(y, out) {
          for (let i = 0; i < y.n; i++) out[i] = evaluate(y.data, i * dim);
        },
        score(y, out) {
          for (let i = 0; i < y.n; i++) evaluate(y.data, i * dim, out.data);
        },
      },
    }),
  };
}
