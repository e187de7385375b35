/**
 * Matrices on R^d by structure, so that nobody pays d² for less. A form is data: which structure, and what of it never changes; the entries are one flat block a matrix.
 *
 *     structure    matrix                                   entries
 *     scalar       M = μ I                                  μ                                         [1]
 *     diagonal     M = diag(μ)                              μ                                         [d]
 *     low-rank     M = μ (I − R Rᵀ) + R B Rᵀ                μ, B, and R where each matrix has its own   [1 + r²] or [1 + r² + r d]
 *     kronecker    M = B ⊗ I, one block for all groups      B                                         [k²]
 *     blocks       M = ⊕_j B_j, a block a group             B_1, B_2, …                               [k d]
 *     dense        M                                        M                                         [d²]
 *
 * Blocks are row-major. R has r orthonormal (or zero) columns, stored one after the other, [r, d]: B = Rᵀ M R is M on their span and μ its rate off it, so a textbook
 * −a I + R diag(ε) Rᵀ has μ = −a and B = diag(ε − a). Group j of `kronecker` and `blocks` owns the k coordinates j, j + d/k, j + 2d/k, …: all positions, then all velocities.
 *
 * Roots of covariances are lower-triangular in the same forms (low-rank: B is). Every structure but `action` is closed under products, exponentials and roots:
 * `core/structures` has the products, `core/linearise` the kernels.
 */
import type { Batch } from './batch.js';

export interface PlainForm {
  readonly structure: 'scalar' | 'diagonal' | 'dense';
}
export interface LowRankForm {
  readonly structure: 'low-rank';
  /** r */
  readonly rank: number;
  /** R shared by all matrices, [r, d]; absent where each carries its own. */
  readonly basis?: Float64Array;
}
export interface GroupedForm {
  readonly structure: 'kronecker' | 'blocks';
  /** k, which divides d. */
  readonly block: number;
}
export type MatrixForm = PlainForm | LowRankForm | GroupedForm;

/**
 * J known by what it does alone. Its entries are the point (t, y) where it is taken, [1 + d].
 * The covariance of a kernel needs Jᵀ: say `symmetric` for the drift of a potential, or give `transposed`.
 */
export interface ActionForm {
  readonly structure: 'action';
  /** out = J(y, t) w, [n, d]. */
  times(y: Batch, t: Float64Array, w: Batch, out: Batch): void;
  readonly symmetric?: boolean;
  /** out = J(y, t)ᵀ w, [n, d]. */
  transposed?(y: Batch, t: Float64Array, w: Batch, out: Batch): void;
}

/** Row-wise J(y, t): [n] matrices of one form. */
export type JacobianField = (MatrixForm | ActionForm) & {
  entries(y: Batch, t: Float64Array, out: Float64Array): void;
};

/** What a root L with L Lᵀ = Σ is asked for, one matrix at `at`. `out` may be the argument itself. A direction without noise is solved by 0: no score exists along it. */
export interface RootOperators {
  /** Numbers a matrix. */
  readonly length: number;
  /** out = scale · L z */
  times: RootProduct;
  /** out = scale · Lᵀ z */
  timesTransposed: RootProduct;
  /** out = scale · L⁻¹ z */
  solve: RootProduct;
  /** out = scale · L⁻ᵀ z */
  solveTransposed: RootProduct;
  /** log |det L|, half that of Σ. */
  logDeterminant(L: Float64Array, at: number): number;
  /** bᵀ Σ b */
  variance(L: Float64Array, at: number, b: Float64Array, bAt: number): number;
  /** out [d] = diag Σ */
  variances(L: Float64Array, at: number, out: Float64Array): void;
  /** tr Σ */
  totalVariance(L: Float64Array, at: number): number;
}
export type RootProduct = (
  L: Float64Array,
  at: number,
  z: Float64Array,
  zAt: number,
  scale: number,
  out: Float64Array,
  outAt: number,
) => void;

/** The form of a root; one without entries of its own brings its operators along. */
export type RootForm = MatrixForm | { readonly structure: 'action'; readonly operators: RootOperators };

/** Row-wise Gaussian kernels N(mean, L Lᵀ). Draw y = mean + L z; the score of the kernel at y is −L⁻ᵀ z. */
export type GaussianKernel = RootForm & {
  readonly mean: Batch;
  /** Entries of L, a block a row. */
  readonly root: Float64Array;
};

/** The exact q(y_t | y_s) of an affine process, 0 ≤ s < t, a time pair per row. */
export type GaussianTransition = MatrixForm & {
  mean(ys: Batch, s: Float64Array, t: Float64Array, out: Batch): void;
  root(s: Float64Array, t: Float64Array, out: Float64Array): void;
};
