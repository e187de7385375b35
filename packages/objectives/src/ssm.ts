/**
 * Sliced score matching (Song et al. 2019) on states y ~ p_t, with M random directions v, E[v vᵀ] = I, in the noise range.
 *
 *     ssm      ℓ = mean over v of  vᵀ(∂s)v + ½ (v·s)²
 *     ssm-vr   ℓ = mean over v of  vᵀ(∂s)v  + ½ ‖s‖²         the second term exactly: less variance
 *
 * with √w v for v where a weight w(t) is given. Both have the minimiser ∇log p_t and the minimum −½ E‖∇log p_t‖²_W: no kernel, no smoothing, no bias.
 *
 * Needs nothing of the process but simulation. Second derivatives of the network: smooth activations only.
 */
import { defineObjective, pathOptions, type Tensors, type TracedModel } from '@fokker/core';
import { add, dot, mul, square, type Tensor1D } from '@fokker/ops';
import { z } from 'zod';
import { directionLaw, drawDirections } from './directions.js';
import { divergence, implicitSource, prepareImplicit } from './implicit.js';
import { halfSquare } from './loss.js';

const options = z.strictObject({
  projections: z.int().min(1).max(64).default(1).describe('M, directions a sample'),
  directions: directionLaw.default('rademacher').describe('law of the directions'),
  bank: pathOptions.prefault({}).describe('the trajectory bank that states are read from'),
});

/** ½ mean over v of (v·s)², [n] */
const slicedSquare = (model: TracedModel, tensors: Tensors, projections: number): Tensor1D => {
  const s = model.score(tensors);
  const terms = Array.from({ length: projections }, (_, k) => square(dot(tensors[`along/${k}/v`]!, s)));
  return mul(
    0.5 / projections,
    terms.reduce((a, b) => add(a, b)),
  );
};

const sliced = (id: string, summary: string, second: (projections: number) => typeof halfSquare) =>
  defineObjective({
    id,
    summary,
    options,
    needs: [],
    problems: ['process', 'density'],
    weights: 'time',
    derivatives: 2,
    create({ projections, directions: law, bank }) {
      const half = second(projections);
      return {
        rowsPerSample: 1,
        prepare: (problem, key) => prepareImplicit(problem, bank, key),
        source: (problem, prepared, key) =>
          implicitSource(
            problem,
            prepared,
            (first, count, r, at) =>
              Array.from({ length: projections }, (_, k) => drawDirections(law, at.at(k), first, count, r)),
            key,
          ),
        perSample: (model, tensors) => add(divergence(model, tensors, projections, projections), half(model, tensors)),
      };
    },
  });

export const ssm = sliced(
  'ssm',
  'sliced score matching: derivatives along random directions; any process, needs samples only; densities',
  (projections) => (model, tensors) => slicedSquare(model, tensors, projections),
);
export const ssmVr = sliced(
  'ssm-vr',
  'sliced score matching of reduced variance; any process, needs samples only; densities',
  () => halfSquare,
);
