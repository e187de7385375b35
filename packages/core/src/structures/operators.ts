/**
 * What a structure does: products with one matrix of a form (contracts/matrix.ts), whose entries stand at `at`. One structure a file, the table of them in table.ts.
 * Operators own their scratch: one object serves one thread. Nothing here allocates once made.
 */
import type { NoiseRange } from '../contracts/capabilities.js';
import type { RootOperators } from '../contracts/matrix.js';

export type { RootOperators, RootProduct } from '../contracts/matrix.js';

/** Square matrices M: Jacobians. */
export interface MatrixOperators {
  /** Numbers a matrix. */
  readonly length: number;
  /** The first so many of them are linear in M; the others say where it acts. */
  readonly linear: number;
  /** out = M w; `out` must not be `w`. */
  times(M: Float64Array, at: number, w: Float64Array, wAt: number, out: Float64Array, outAt: number): void;
  trace(M: Float64Array, at: number): number;
  /** λ_max(½ (M + Mᵀ)): how fast ẏ = M y may grow. */
  growth(M: Float64Array, at: number): number;
}

/** Adds scale · (a product with a vector of its own length) to `out`; the two must not overlap. */
export type NoiseProduct = (
  G: Float64Array,
  v: Float64Array,
  vAt: number,
  scale: number,
  out: Float64Array,
  outAt: number,
) => void;

/** out_r += scales[r] · G ξ_r for rows r from `from` to `to` − 1 with one G: ξ_r at r · stride, out_r at r · d. */
export type NoiseRowsProduct = (
  G: Float64Array,
  xi: Float64Array,
  stride: number,
  scales: Float64Array,
  out: Float64Array,
  from: number,
  to: number,
) => void;

/** Noise coefficients G [d, m] with Q = G Gᵀ; entries from the start of `G`. What a structure says of them. */
export interface NoiseProducts {
  /** Numbers a matrix. */
  readonly length: number;
  /** out += scale · G ξ, ξ [m] */
  times: NoiseProduct;
  /** The same for many rows, bit for bit, where that is faster than a row at a time. */
  timesRows?: NoiseRowsProduct;
  /** out += scale · Q s, s [d] */
  timesQ: NoiseProduct;
  /** out [d] = diag Q */
  variances(G: Float64Array, out: Float64Array): void;
  /** Is every |Q_ij| ≤ tolerance · √(Q_ii Q_jj), i ≠ j? */
  isDiagonal(G: Float64Array, tolerance: number): boolean;
  /** The span of the columns of all of `samples`. */
  range(samples: readonly Float64Array[]): NoiseRange;
}
/** The same, and what follows from it. */
export interface NoiseOperators extends NoiseProducts {
  timesRows: NoiseRowsProduct;
  /** tr Q */
  totalVariance(G: Float64Array): number;
  /** out [d·m] = G, row-major */
  spread(G: Float64Array, out: Float64Array): void;
  /** out [d·d] = Q */
  spreadQ(G: Float64Array, out: Float64Array): void;
}

/** Writes a matrix in full, [rows · columns] row-major, from its products with unit vectors: for small systems, tests and structures that do not meet. */
export type Spread = (M: Float64Array, at: number, out: Float64Array, outAt: number) => void;

const createSpread = (
  rows: number,
  columns: number,
  product: (M: Float64Array, at: number, unit: Float64Array, image: Float64Array) => void,
): Spread => {
  const unit = new Float64Array(columns);
  const image = new Float64Array(rows);
  return (M, at, out, outAt) => {
    for (let j = 0; j < columns; j++) {
      unit[j] = 1;
      image.fill(0);
      product(M, at, unit, image);
      for (let i = 0; i < rows; i++) out[outAt + i * columns + j] = image[i]!;
      unit[j] = 0;
    }
  };
};

export const matrixSpread = ({ times }: MatrixOperators, d: number): Spread =>
  createSpread(d, d, (M, at, unit, image) => times(M, at, unit, 0, image, 0));

export const rootSpread = ({ times }: RootOperators, d: number): Spread =>
  createSpread(d, d, (L, at, unit, image) => times(L, at, unit, 0, 1, image, 0));

export const completeNoise = (products: NoiseProducts, d: number, m: number): NoiseOperators => {
  const spread = createSpread(d, m, (G, _at, unit, image) => products.times(G, unit, 0, 1, image, 0));
  const spreadQ = createSpread(d, d, (G, _at, unit, image) => products.timesQ(G, unit, 0, 1, image, 0));
  const own = new Float64Array(d);
  return {
    timesRows(G, xi, stride, scales, out, from, to) {
      for (let r = from; r < to; r++) products.times(G, xi, r * stride, scales[r]!, out, r * d);
    },
    ...products,
    totalVariance(G) {
      products.variances(G, own);
      let sum = 0;
      for (let j = 0; j < d; j++) sum += own[j]!;
      return sum;
    },
    spread: (G, out) => spread(G, 0, out, 0),
    spreadQ: (G, out) => spreadQ(G, 0, out, 0),
  };
};
