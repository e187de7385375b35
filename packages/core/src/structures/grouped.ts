/**
 * Kronecker and block structures: d/k = m groups of k coordinates, group j owning j, m + j, 2m + j, …
 *
 *     kronecker   M = B ⊗ I        one block [k, k] for every group
 *     blocks      M = ⊕_j B_j      a block a group, [m, k, k]
 *
 * Everything splits into the k×k problems of dense.ts. O(d k) a product.
 */
import type { GroupedForm } from '../contracts/matrix.js';
import { fail } from '../errors.js';
import { denseMatrix, denseNoiseProducts, denseRoot } from './dense.js';
import type { MatrixOperators, NoiseProducts, RootOperators, RootProduct } from './operators.js';
import { columnRange, coordinateRange } from './range.js';

/** Groups m, distinct blocks, and the step from one group's block to the next. E_SHAPE unless k divides d. */
export const groupsOf = ({ structure, block: k }: GroupedForm, d: number) => {
  const m = d / k;
  if (!Number.isInteger(m) || !(k > 0)) {
    fail('E_SHAPE', {
      summary: 'blocks do not tile the state',
      got: `blocks of ${k} in dimension ${d}`,
      expected: 'a block size that divides the dimension',
      tryThis: [`block: ${k > 0 ? d : 1}, or a state of another dimension`],
    });
  }
  return structure === 'kronecker' ? { m, distinct: 1, stride: 0 } : { m, distinct: m, stride: k * k };
};

/** Copies group j of a vector in m groups of k out and back. */
export const gather = (k: number, m: number, j: number, v: Float64Array, at: number, out: Float64Array): void => {
  for (let a = 0; a < k; a++) out[a] = v[at + a * m + j]!;
};
export const scatter = (k: number, m: number, j: number, v: Float64Array, out: Float64Array, outAt: number): void => {
  for (let a = 0; a < k; a++) out[outAt + a * m + j] = v[a]!;
};

export const groupedMatrix = (form: GroupedForm, d: number): MatrixOperators => {
  const { block: k } = form;
  const { m, distinct, stride } = groupsOf(form, d);
  const inner = denseMatrix(k);
  const [x, y] = [new Float64Array(k), new Float64Array(k)];
  return {
    length: distinct * k * k,
    linear: distinct * k * k,
    times(M, at, w, wAt, out, outAt) {
      for (let j = 0; j < m; j++) {
        gather(k, m, j, w, wAt, x);
        inner.times(M, at + j * stride, x, 0, y, 0);
        scatter(k, m, j, y, out, outAt);
      }
    },
    trace(M, at) {
      let sum = 0;
      for (let b = 0; b < distinct; b++) sum += inner.trace(M, at + b * stride);
      return (m / distinct) * sum;
    },
    growth(M, at) {
      let largest = inner.growth(M, at);
      for (let b = 1; b < distinct; b++) largest = Math.max(largest, inner.growth(M, at + b * stride));
      return largest;
    },
  };
};

export const groupedRoot = (form: GroupedForm, d: number): RootOperators => {
  const { block: k } = form;
  const { m, distinct, stride } = groupsOf(form, d);
  const inner = denseRoot(k);
  const x = new Float64Array(k);
  const each =
    (on: RootProduct): RootProduct =>
    (L, at, z, zAt, scale, out, outAt) => {
      for (let j = 0; j < m; j++) {
        gather(k, m, j, z, zAt, x);
        on(L, at + j * stride, x, 0, scale, x, 0);
        scatter(k, m, j, x, out, outAt);
      }
    };
  const sum = (of: (b: number) => number, count: number): number => {
    let total = 0;
    for (let b = 0; b < count; b++) total += of(b);
    return total;
  };
  return {
    length: distinct * k * k,
    times: each(inner.times),
    timesTransposed: each(inner.timesTransposed),
    solve: each(inner.solve),
    solveTransposed: each(inner.solveTransposed),
    logDeterminant: (L, at) => (m / distinct) * sum((b) => inner.logDeterminant(L, at + b * stride), distinct),
    variance: (L, at, b, bAt) =>
      sum((j) => {
        gather(k, m, j, b, bAt, x);
        return inner.variance(L, at + j * stride, x, 0);
      }, m),
    variances(L, at, out) {
      for (let j = 0; j < m; j++) {
        if (j < distinct) inner.variances(L, at + j * stride, x);
        scatter(k, m, j, x, out, 0);
      }
    },
    totalVariance: (L, at) => (m / distinct) * sum((b) => inner.totalVariance(L, at + b * stride), distinct),
  };
};

/** G = H ⊗ I, H [k, l]: column (c, j) stands at c·m + j. */
export const kroneckerNoiseProducts = (form: GroupedForm, d: number, noiseDim: number): NoiseProducts => {
  const { block: k } = form;
  const { m } = groupsOf(form, d);
  const l = noiseDim / m;
  const inner = denseNoiseProducts(k, l);
  const [x, y] = [new Float64Array(Math.max(k, l)), new Float64Array(k)];
  const each =
    (on: NoiseProducts['times'], size: number): NoiseProducts['times'] =>
    (G, v, vAt, scale, out, outAt) => {
      for (let j = 0; j < m; j++) {
        gather(size, m, j, v, vAt, x);
        gather(k, m, j, out, outAt, y);
        on(G, x, 0, scale, y, 0);
        scatter(k, m, j, y, out, outAt);
      }
    };
  const allOf = (a: number): number[] => Array.from({ length: m }, (_, j) => a * m + j);
  return {
    length: k * l,
    times: each(inner.times, l),
    timesQ: each(inner.timesQ, k),
    variances(G, out) {
      inner.variances(G, y);
      for (let j = 0; j < m; j++) scatter(k, m, j, y, out, 0);
    },
    isDiagonal: inner.isDiagonal,
    range(samples) {
      const one = columnRange(k, l, samples);
      if (one.basis === 'coordinates') return coordinateRange(one.coordinates.flatMap(allOf));
      const { rank, basis } = one;
      const columns = new Float64Array(d * rank * m);
      for (let a = 0; a < k; a++) {
        for (let c = 0; c < rank; c++) {
          for (let j = 0; j < m; j++) columns[(a * m + j) * rank * m + c * m + j] = basis[a * rank + c]!;
        }
      }
      return { rank: rank * m, basis: columns };
    },
  };
};
