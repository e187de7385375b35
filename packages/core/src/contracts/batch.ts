/**
 * The one array shape of the field world: n samples of R^d, row-major float64. Times travel beside it, one per row.
 */

/** `data[i * d + j]` is coordinate j of sample i. */
export interface Batch {
  readonly data: Float64Array;
  readonly n: number;
  readonly d: number;
}

/** A batch of zeros, [n, d]. */
export const zeros = (n: number, d: number): Batch => ({ data: new Float64Array(n * d), n, d });

/** Numbers in an array of this shape; 1 for a scalar's []. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);

/** Consecutive samples by their global index: sample i is the same whatever range it is asked for in. */
export interface SampleRange {
  readonly first: number;
  readonly count: number;
}

/** Writes a scalar per row, [n]. */
export type ScalarField = (y: Batch, t: Float64Array, out: Float64Array) => void;

/** Writes a vector per row, [n, d]. */
export type VectorField = (y: Batch, t: Float64Array, out: Batch) => void;

/** The field 0. Known by identity: code that meets it where a term may vanish leaves the term out. */
export const zeroField: VectorField = (_y, _t, out) => {
  out.data.fill(0, 0, out.n * out.d);
};

/** Plain data that survives JSON: what is saved with a run or sent to a worker. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
