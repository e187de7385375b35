/**
 * W(t, y_t) = c(y_t) σ̄(t)²: the weight `noise-normalised`, larger where the score matters most, a barrier or a rare state.
 *
 *     c(y) = b + (1 − b) exp(−½ Σ_j ((y_j − μ_j)/w_j)²),      0 < b ≤ 1
 *
 * μ = `centre` [d], w = `width`, one for all coordinates or [d], in the unit of the states; b = `floor`, the weight far away. A function of the state at which the score is asked, so the minimiser
 * is the same (MATH §5); what moves is which errors a network of finite size accepts.
 *
 * Throws E_INCOMPATIBLE where centre or widths are not of the dimension of the states.
 */
import { z } from 'zod';
import type { WeightingDefinition } from '../contracts/problem.js';
import { fail } from '../errors.js';
import { noiseNormalisedWeighting } from './noise-normalised.js';

const width = z.number().positive();
const options = z.strictObject({
  centre: z.array(z.number()).min(1).describe('μ, the middle of the region, [d]'),
  width: z.union([width, z.array(width)]).describe('w, its standard deviation: one, or [d]'),
  floor: z.number().positive().max(1).default(0.1).describe('b, weight far from it over the weight in its middle'),
});

export const regionWeighting: WeightingDefinition<z.infer<typeof options>> = {
  id: 'region',
  summary: 'W = σ̄(t)², times more where y_t is near a point; objectives that denoise',
  options,
  dependsOn: 'state',
  create({ centre, width, floor }, { sde, noise }) {
    const { dim } = sde;
    const widths = typeof width === 'number' ? centre.map(() => width) : width;
    if (centre.length !== dim || widths.length !== dim) {
      return fail('E_INCOMPATIBLE', {
        summary: "weight 'region' is not of the space of this process",
        got: `a centre of ${centre.length} and widths of ${widths.length} coordinates`,
        expected: `${dim} coordinates`,
        tryThis: [`weighting.centre: [${new Array<number>(dim).fill(0).join(', ')}]`, 'weighting.width: one number'],
      });
    }
    return {
      ...noiseNormalisedWeighting.create({}, { sde, noise }),
      factor(y, _t, out) {
        for (let i = 0; i < y.n; i++) {
          let square = 0;
          for (let j = 0; j < dim; j++) square += ((y.data[i * dim + j]! - centre[j]!) / widths[j]!) ** 2;
          out[i] = floor + (1 - floor) * Math.exp(-0.5 * square);
        }
      },
    };
  },
};
