/**
 * Potentials U: R^n → R of Langevin processes.
 *
 *     separable   U(q) = Σ_j U_j(q_j), U_j polynomials:   ∇U and a diagonal ∇²U elementwise; the Gibbs law ∝ e^{−U/Θ} is a product of lines (gibbs-line.ts)
 */
import type { Dataset, Distribution } from '@fokker/core';
import { gibbsLine, gibbsProduct } from './gibbs-line.js';
import { confines, derivative, type Polynomial, scaled, trimmed, valueAt } from './polynomial.js';

/** Reads the position q[at …] of n numbers, writes to out[outAt …]. */
export type PotentialRow = (q: Float64Array, at: number, out: Float64Array, outAt: number) => void;

export interface Potential {
  /** n */
  readonly dim: number;
  /** ∇U, [n] */
  readonly gradient: PotentialRow;
  /** ∇²U: its diagonal [n], or the whole [n·n] row-major. */
  readonly hessian?: { readonly structure: 'diagonal' | 'dense'; readonly fill: PotentialRow };
  /** ∇ΔU, [n]; for the Itô correction of overdamped motion. */
  readonly laplacianGradient?: PotentialRow;
  /** The law ∝ e^{−U/Θ}, where it exists and can be sampled. */
  law?(temperature: number): Distribution | undefined;
  /** Where positions start unless data are given; N(0, I) when absent. */
  readonly start?: Dataset;
}

/** One polynomial a coordinate, constant first. */
export const separablePotential = (polynomials: readonly Polynomial[]): Potential => {
  const U = polynomials.map(trimmed);
  const orders = [1, 2, 3].map((order) =>
    U.map((c) => Array.from({ length: order }).reduce<Polynomial>(derivative, c)),
  );
  const elementwise =
    (parts: readonly Polynomial[]): PotentialRow =>
    (q, at, out, outAt) => {
      for (let j = 0; j < parts.length; j++) out[outAt + j] = valueAt(parts[j]!, q[at + j]!);
    };
  return {
    dim: U.length,
    gradient: elementwise(orders[0]!),
    hessian: { structure: 'diagonal', fill: elementwise(orders[1]!) },
    laplacianGradient: elementwise(orders[2]!),
    law: (temperature) =>
      U.every(confines) ? gibbsProduct(U.map((c) => gibbsLine(scaled(c, 1 / temperature)))) : undefined,
  };
};
