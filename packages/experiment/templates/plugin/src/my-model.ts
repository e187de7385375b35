/**
 * A score that is affine in the state, its coefficients polynomials of time.
 *
 *     u = [ỹ, t ỹ, t² ỹ, 1, t, t²]        [n, 3d + 3]
 *     s = gain(t) u W                      [n, r]
 *
 * ỹ [n, d] are states in units of their size at t, t is scaled to [0, 1]; the gain is a function of time alone. Exact for Gaussian laws, a baseline for all others.
 * Features of the process are not read. W is zero at first: training starts from s = 0, and the optimum of a quadratic loss is unique.
 */
import { defineModel, fillNormal, type Key, type Params } from '@fokker/core';
import { concat, matMul, mul, onesLike, reshape, type Tensor2D } from '@fokker/ops';
import { z } from 'zod';

const options = z.strictObject({
  spread: z.number().nonnegative().default(1e-3).describe('standard deviation of the initial weights'),
});

export const myModel = defineModel({
  id: 'my-model',
  summary: 'a score that is affine in the state',
  options,
  smoothness: () => Number.POSITIVE_INFINITY,
  create({ spread }, { dim, outputDim }) {
    const shape = [3 * dim + 3, outputDim] as const;
    return {
      kind: 'score',
      init(key: Key): Params {
        const draws = new Float64Array(shape[0] * shape[1]);
        fillNormal(key.at('my-model'), 0, shape[0], shape[1], draws);
        return { layout: [{ name: 'weight', shape, offset: 0 }], data: Float32Array.from(draws, (z) => spread * z) };
      },
      apply(params, { y, t, gain }): Tensor2D {
        const column = reshape(t!, [t!.size, 1]);
        const square = mul(column, column);
        const one = onesLike(column);
        const u = concat([y!, mul(column, y!), mul(square, y!), one, column, square], 1);
        return mul(matMul(u, params.weight!), reshape(gain!, [gain!.size, 1]));
      },
    };
  },
});
