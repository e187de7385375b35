/**
 * Implicit score matching (Hyvärinen 2005) on states y ~ p_t:
 *
 *     ℓ = ∇·(W s) + ½ ‖s‖²_W
 *
 * with the divergence in the noise range either exact, one derivative for each of its r directions, or by Hutchinson's estimate along M random ones (then it is SSM-VR).
 * Its minimiser is ∇log p_t, its minimum −½ E‖∇log p_t‖²_W. The baseline of the local-DSM paper.
 *
 * Needs nothing of the process but simulation. Second derivatives of the network: smooth activations only. Cost: r derivatives a row for the exact trace.
 */
import { defineObjective, pathOptions } from '@fokker/core';
import { add } from '@fokker/ops';
import { z } from 'zod';
import { directionLaw, drawDirections } from './directions.js';
import { type Directions, divergence, implicitSource, prepareImplicit } from './implicit.js';
import { halfSquare } from './loss.js';

const options = z.strictObject({
  trace: z.enum(['exact', 'hutchinson']).default('exact').describe('how the divergence is taken'),
  projections: z.int().min(1).max(64).default(1).describe('M, directions a sample of hutchinson'),
  directions: directionLaw.default('rademacher').describe('law of the directions of hutchinson'),
  bank: pathOptions.prefault({}).describe('the trajectory bank that states are read from'),
});

/** e_1 … e_r */
const basisDirections: Directions = (_first, count, r) =>
  Array.from({ length: r }, (_, k) => Float64Array.from({ length: count * r }, (_, at) => (at % r === k ? 1 : 0)));

export const ism = defineObjective({
  id: 'ism',
  summary: 'implicit score matching: the divergence of the score itself; any process, needs samples only; densities',
  options,
  needs: [],
  problems: ['process', 'density'],
  weights: 'time',
  derivatives: 2,
  create({ trace, projections, directions: law, bank }) {
    const random: Directions = (first, count, r, key) =>
      Array.from({ length: projections }, (_, k) => drawDirections(law, key.at(k), first, count, r));
    const directions = trace === 'exact' ? basisDirections : random;
    return {
      rowsPerSample: 1,
      prepare: (problem, key) => prepareImplicit(problem, bank, key),
      source: (problem, prepared, key) => implicitSource(problem, prepared, directions, key),
      perSample(model, tensors) {
        const exact = trace === 'exact';
        const count = exact ? tensors.weight!.shape[1]! : projections;
        return add(divergence(model, tensors, count, exact ? 1 : count), halfSquare(model, tensors));
      },
    };
  },
});
