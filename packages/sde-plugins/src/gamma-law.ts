/**
 * Independent Gamma laws on the positive half-lines, all of shape a and rate b:
 *
 *     p(y) = b^a y^{a−1} e^{−by}/Γ(a),     ∂ log p = (a − 1)/y − b
 *
 * Samples by Marsaglia & Tsang 2000 (A simple method for generating gamma variables): with c = a − ⅓, x = c v, v = (1 + z/√(9c))³ is taken where
 * log u < ½z² + c (1 − v + log v); for a < 1 a draw of shape a + 1 is multiplied by u^{1/a}. Try r of coordinate j draws from keys of its own.
 */
import { type Distribution, fillNormalRow, fillUniform, type Key } from '@fokker/core';
import { logGamma } from './log-gamma.js';

export const gammaLaw = (dim: number, shape: number, rate: number): Distribution => {
  const logNormaliser = shape * Math.log(rate) - logGamma(shape);
  return {
    dim,
    sample(key, first, out) {
      for (let j = 0; j < dim; j++) {
        const draw = createDraw(key.at('gamma', j), shape);
        for (let i = 0; i < out.n; i++) out.data[i * dim + j] = draw(first + i) / rate;
      }
    },
    logDensity(y, out) {
      for (let i = 0, k = 0; i < y.n; i++) {
        let sum = dim * logNormaliser;
        for (let j = 0; j < dim; j++, k++) sum += (shape - 1) * Math.log(y.data[k]!) - rate * y.data[k]!;
        out[i] = sum;
      }
    },
    score(y, out) {
      for (let k = 0; k < y.n * dim; k++) out.data[k] = (shape - 1) / y.data[k]! - rate;
    },
  };
};

/** Row → a draw of shape a and rate 1. */
const createDraw = (key: Key, shape: number): ((row: number) => number) => {
  const c = (shape < 1 ? shape + 1 : shape) - 1 / 3;
  const tries: { readonly normal: Key; readonly uniform: Key }[] = [];
  const boost = key.at('boost');
  const one = new Float64Array(1);
  const uniform = (under: Key, row: number): number => {
    fillUniform(under, row, 1, 1, one);
    return one[0]!;
  };
  return (row) => {
    for (let r = 0; ; r++) {
      tries[r] ??= { normal: key.at('normal', r), uniform: key.at('uniform', r) };
      fillNormalRow(tries[r]!.normal, row, 0, 1, one, 0);
      const z = one[0]!;
      const v = (1 + z / Math.sqrt(9 * c)) ** 3;
      if (v <= 0 || Math.log(uniform(tries[r]!.uniform, row)) >= 0.5 * z * z + c * (1 - v + Math.log(v))) continue;
      return shape < 1 ? c * v * uniform(boost, row) ** (1 / shape) : c * v;
    }
  };
};
