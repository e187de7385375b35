/** Which file knows which structure: the one place that reads structure names. */
import type { Diffusion } from '../contracts/diffusion.js';
import type { ActionForm, MatrixForm, RootForm } from '../contracts/matrix.js';
import { actionMatrix } from './action.js';
import { denseMatrix, denseNoiseProducts, denseRoot } from './dense.js';
import { diagonalMatrix, diagonalNoiseProducts, diagonalRoot } from './diagonal.js';
import { groupedMatrix, groupedRoot, kroneckerNoiseProducts } from './grouped.js';
import { lowRankMatrix, lowRankRoot } from './low-rank.js';
import { lowRankNoiseProducts } from './low-rank-noise.js';
import {
  completeNoise,
  type MatrixOperators,
  type NoiseOperators,
  type NoiseProducts,
  type RootOperators,
} from './operators.js';
import { scalarMatrix, scalarNoiseProducts, scalarRoot } from './scalar.js';

/** Products with Jacobians of this form on R^d. */
export const matrixOperators = (form: MatrixForm | ActionForm, d: number): MatrixOperators => {
  switch (form.structure) {
    case 'scalar':
      return scalarMatrix(d);
    case 'diagonal':
      return diagonalMatrix(d);
    case 'low-rank':
      return lowRankMatrix(form, d);
    case 'kronecker':
    case 'blocks':
      return groupedMatrix(form, d);
    case 'dense':
      return denseMatrix(d);
    case 'action':
      return actionMatrix(form, d);
  }
};

/** Products with roots of this form on R^d. */
export const rootOperators = (form: RootForm, d: number): RootOperators => {
  switch (form.structure) {
    case 'scalar':
      return scalarRoot(d);
    case 'diagonal':
      return diagonalRoot(d);
    case 'low-rank':
      return lowRankRoot(form, d);
    case 'kronecker':
    case 'blocks':
      return groupedRoot(form, d);
    case 'dense':
      return denseRoot(d);
    case 'action':
      return form.operators;
  }
};

const noiseProducts = (diffusion: Diffusion): NoiseProducts => {
  const { dim: d, noiseDim: m } = diffusion;
  switch (diffusion.structure) {
    case 'scalar':
      return scalarNoiseProducts(d);
    case 'diagonal':
      return diagonalNoiseProducts(d);
    case 'low-rank':
      return lowRankNoiseProducts(diffusion, d);
    case 'kronecker':
      return kroneckerNoiseProducts(diffusion, d, m);
    case 'dense':
      return denseNoiseProducts(d, m);
  }
};

const made = new WeakMap<Diffusion, NoiseOperators>();

/** Products with G, made once a diffusion. */
export const noiseOperators = (diffusion: Diffusion): NoiseOperators => {
  const known = made.get(diffusion);
  if (known !== undefined) return known;
  const operators = completeNoise(noiseProducts(diffusion), diffusion.dim, diffusion.noiseDim);
  made.set(diffusion, operators);
  return operators;
};
