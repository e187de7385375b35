/**
 * What a structure promises beyond its entries, for J, G and the roots of a transition.
 *
 *     low rank   Rᵀ R = I, but for columns that are zero
 *     action     u·(J v) = v·(J u) where it is said to be symmetric,   u·(J v) = v·(Jᵀ u) where Jᵀ is given
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { ActionForm, LowRankForm } from '../contracts/matrix.js';
import type { Sde } from '../contracts/sde.js';
import { jacobianLength } from '../numerics/jacobian.js';
import { lowRankLayout } from '../structures/low-rank.js';
import { assertAllClose } from './close.js';
import { type Check, worstOf } from './contract.js';
import { copyOf, type Probes } from './probes.js';

/** Rounding of a product of d terms of one size, d in the thousands. */
const rounding = 1e-10;

export const formCases = (sde: Sde, probes: Probes): readonly Check[] => {
  const { jacobian, diffusion, transition, dim: d } = sde;
  const cases: Check[] = [];
  if (jacobian?.structure === 'low-rank') {
    const entries = new Float64Array(probes.y.n * jacobianLength(jacobian, d));
    jacobian.entries(probes.y, probes.t, entries);
    cases.push(basisCase('jacobian', jacobian, d, entries, probes.y.n));
  }
  for (const [name, form] of Object.entries({ diffusion, transition })) {
    if (form?.structure === 'low-rank') cases.push(basisCase(name, form, d, new Float64Array(0), 1));
  }
  if (jacobian?.structure === 'action') cases.push(...actionCases(jacobian, probes));
  return cases;
};

const basisCase = (name: string, form: LowRankForm, d: number, entries: Float64Array, n: number): Check => ({
  name: `${name}: the basis of its low rank is orthonormal, but for columns that are zero`,
  run() {
    const layout = lowRankLayout(form, d);
    const rows = form.basis === undefined ? n : 1;
    const products = Array.from({ length: rows }, (_, i) => {
      const [R, at] = form.basis === undefined ? [entries, i * layout.length + layout.basis] : [form.basis, 0];
      const gram = gramOf(R, at, form.rank, d);
      const expected = gram.map((value, k) => (k % (form.rank + 1) === 0 && value !== 0 ? 1 : 0));
      return assertAllClose('Rᵀ R', gram, expected, { atol: rounding });
    });
    return worstOf(products);
  },
});

const gramOf = (R: Float64Array, at: number, r: number, d: number): Float64Array =>
  Float64Array.from({ length: r * r }, (_, k) => {
    const [a, b] = [at + Math.floor(k / r) * d, at + (k % r) * d];
    let sum = 0;
    for (let j = 0; j < d; j++) sum += R[a + j]! * R[b + j]!;
    return sum;
  });

const actionCases = (form: ActionForm, { y, t }: Probes): readonly Check[] => {
  const [u, v] = [copyOf(y), copyOf(y)];
  v.data.reverse();
  const inner = (a: Batch, b: Batch): Float64Array =>
    Float64Array.from({ length: y.n }, (_, i) => {
      let sum = 0;
      for (let k = i * y.d; k < (i + 1) * y.d; k++) sum += a.data[k]! * b.data[k]!;
      return sum;
    });
  const check = (what: string, mirrored: ActionForm['times']) => () => {
    const [image, back] = [zeros(y.n, y.d), zeros(y.n, y.d)];
    form.times(y, t, v, image);
    mirrored(y, t, u, back);
    return assertAllClose(what, inner(u, image), inner(v, back), { rtol: rounding, atol: rounding });
  };
  const cases: Check[] = [];
  if (form.symmetric === true) {
    cases.push({
      name: 'jacobian: its products are those of a symmetric matrix',
      run: check('u·(J v) and v·(J u)', (...at) => form.times(...at)),
    });
  }
  if (form.transposed !== undefined) {
    cases.push({
      name: 'jacobian: products and transposed products belong together',
      run: check('u·(J v) and v·(Jᵀ u)', (...at) => form.transposed?.(...at)),
    });
  }
  return cases;
};
