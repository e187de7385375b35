/**
 * Functions of a matrix A of which only products A w are known (Saad 1992; Hochbruck & Lubich 1997).
 *
 *     F(A) v ≈ ‖v‖ V_m F(H_m) e₁,    A V_m = V_m H_m + h v_{m+1} e_mᵀ,    V_m an orthonormal basis of span{v, A v, …, A^{m−1} v}
 *
 * The basis grows until the coefficients F(H_m) e₁ stand still. Orthogonalised twice, so a symmetric A gives a tridiagonal H to rounding.
 */

/** out [d] = A w */
export type Action = (w: Float64Array, out: Float64Array) => void;

/** Writes F(H) e₁ to c [m]; H [m, m] is stored with row length `stride`. */
export type SmallFunction = (m: number, H: Float64Array, stride: number, c: Float64Array) => void;

/** out[outAt …] = scale · F(A) v; false where `most` vectors were too few (out is then the best there is). */
export type MatrixFunction = (
  A: Action,
  v: Float64Array,
  vAt: number,
  F: SmallFunction,
  scale: number,
  out: Float64Array,
  outAt: number,
) => boolean;

/** Coefficients that move by less than this have converged. */
const still = 1e-14;

/** For vectors of R^d, with a basis of at most `most`. */
export const createMatrixFunction = (d: number, most: number): MatrixFunction => {
  const size = Math.min(d, most);
  const V: Float64Array[] = [];
  const H = new Float64Array(size * size);
  const [c, before] = [new Float64Array(size), new Float64Array(size)];
  const w = new Float64Array(d);

  /** Subtracts from w what lies in the first m vectors, adding the coefficients to column m − 1 of H; twice. Returns ‖w‖. */
  const orthogonalise = (m: number): number => {
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < m; k++) {
        const v = V[k]!;
        let along = 0;
        for (let j = 0; j < d; j++) along += v[j]! * w[j]!;
        for (let j = 0; j < d; j++) w[j]! -= along * v[j]!;
        H[k * size + m - 1]! += along;
      }
    }
    return norm(w, 0, d);
  };

  return (A, v, vAt, F, scale, out, outAt) => {
    const length = norm(v, vAt, d);
    if (length === 0) {
      out.fill(0, outAt, outAt + d);
      return true;
    }
    H.fill(0);
    before.fill(0);
    V[0] ??= new Float64Array(d);
    for (let j = 0; j < d; j++) V[0][j] = v[vAt + j]! / length;
    let m = 1;
    let converged = false;
    for (; ; m++) {
      A(V[m - 1]!, w);
      const image = norm(w, 0, d);
      const rest = orthogonalise(m);
      F(m, H, size, c);
      let [change, whole] = [0, 0];
      for (let k = 0; k < m; k++) {
        change += (c[k]! - before[k]!) ** 2;
        whole += c[k]! ** 2;
        before[k] = c[k]!;
      }
      // an invariant subspace, or one more vector that changed nothing
      converged = !(rest > 1e-14 * image) || m === d || (m > 1 && change <= still * still * whole);
      if (converged || m === size) break;
      H[m * size + m - 1] = rest;
      V[m] ??= new Float64Array(d);
      for (let j = 0; j < d; j++) V[m]![j] = w[j]! / rest;
    }
    out.fill(0, outAt, outAt + d);
    for (let k = 0; k < m; k++) {
      const share = scale * length * c[k]!;
      for (let j = 0; j < d; j++) out[outAt + j]! += share * V[k]![j]!;
    }
    return converged;
  };
};

const norm = (v: Float64Array, at: number, d: number): number => {
  let square = 0;
  for (let j = 0; j < d; j++) square += v[at + j]! ** 2;
  return Math.sqrt(square);
};
