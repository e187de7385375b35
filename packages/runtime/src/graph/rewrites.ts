/**
 * The rewrites, a switch each. None changes a result beyond float32 round-off (a product with 0 is taken for 0, whatever the other factor); a test compares
 * each with its absence.
 */
export interface Rewrites {
  /** Equal operations on equal values are one. Without it recomputed values of corrected gradients are computed again. */
  readonly sharing: boolean;
  /** x·1, x + 0, x·0, numbers with numbers, signs and constant factors moved outwards until they meet. */
  readonly algebra: boolean;
  /** Expand moves behind elementwise operations and sums, or disappears into their broadcasting. */
  readonly spreads: boolean;
  /** Reshapes of reshapes, transposes of transposes, slices of slices and of concatenations. */
  readonly folding: boolean;
  /** Transposes and constant factors into Gemm; products of inner length 1 into Mul, products with ones into sums. */
  readonly products: boolean;
  /** A W + B W into (A + B) W over whole trees of sums; alike for elementwise factors, signs and sums over axes. */
  readonly factoring: boolean;
  /** Sums over thousands of rows, as filter gradients are, part by part. */
  readonly parts: boolean;
  /** Sums of a product and a row or a matrix into Gemm's third operand, through a Reshape too; constant factors into its own. */
  readonly bias: boolean;
}

export const allRewrites: Rewrites = {
  sharing: true,
  algebra: true,
  spreads: true,
  folding: true,
  products: true,
  factoring: true,
  parts: true,
  bias: true,
};

export const noRewrites: Rewrites = {
  sharing: false,
  algebra: false,
  spreads: false,
  folding: false,
  products: false,
  factoring: false,
  parts: false,
  bias: false,
};
