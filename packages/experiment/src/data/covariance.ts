/**
 * Means and covariances as people write them: a covariance is a number c (c I), its diagonal, or the whole matrix.
 *
 * Throws E_SHAPE where lengths do not fit the process, E_COVARIANCE for a matrix that is not symmetric and positive definite.
 */
import { cholesky, fail } from '@fokker/core';
import { z } from 'zod';

const vector = z.array(z.number()).min(1);
export const covariance = z
  .union([z.number().positive(), z.array(z.number().positive()).min(1), z.array(vector).min(1)])
  .describe('number c: c I; vector: diagonal; matrix');
export const mean = vector.describe('mean, [d]');
export type Covariance = z.infer<typeof covariance>;

export function checkLength(values: readonly number[], dim: number, what: string): void {
  if (values.length === dim) return;
  fail('E_SHAPE', {
    summary: `${what} does not fit the process`,
    got: `${values.length} numbers`,
    expected: `${dim}, the dimension of the process`,
    tryThis: [`give ${dim} numbers`, 'choose another process'],
  });
}

const isMatrix = (value: Covariance): value is number[][] => Array.isArray(value) && Array.isArray(value[0]);

/** C as a full matrix, [d·d] row-major. */
export function covarianceMatrix(value: Covariance, dim: number): Float64Array {
  const matrix = new Float64Array(dim * dim);
  if (isMatrix(value)) {
    checkLength(
      value.map((row) => row.length),
      dim,
      'the covariance',
    );
    value.forEach((row, i) => {
      checkLength(row, dim, `row ${i} of the covariance`);
      matrix.set(row, i * dim);
    });
    return matrix;
  }
  const diagonal = Array.isArray(value) ? value.map(Number) : new Array<number>(dim).fill(value);
  checkLength(diagonal, dim, 'the diagonal of the covariance');
  diagonal.forEach((entry, j) => {
    matrix[j * dim + j] = entry;
  });
  return matrix;
}

/** L with C = L Lᵀ; zeros for an atom. */
export function rootOf(matrix: Float64Array, dim: number): Float64Array {
  const root = new Float64Array(dim * dim);
  const symmetric = matrix.every((value, k) => value === matrix[(k % dim) * dim + Math.floor(k / dim)]);
  if (!symmetric || cholesky(dim, matrix, 0, root, 0) >= 0) {
    fail('E_COVARIANCE', {
      summary: 'a covariance of the data is not one',
      got: `[${matrix.join(', ')}]`,
      expected: 'a symmetric, positive definite matrix',
      tryThis: ['covariance: 1 (the identity)', 'make the matrix symmetric with positive eigenvalues'],
    });
  }
  return root;
}
