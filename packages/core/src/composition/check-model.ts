/**
 * Can a network serve an objective? A loss that reads derivatives of the network up to order k − 1 jumps as weights change where these jump, which its gradient cannot
 * see; so an objective of order k takes networks with k − 1 continuous derivatives.
 */
import type { ModelDefinition } from '../contracts/model.js';
import type { ObjectiveDefinition } from '../contracts/objective.js';
import { fail } from '../errors.js';

/** `options` as the model's schema returns them. Throws E_ACTIVATION. */
export const checkModel = (
  model: ModelDefinition,
  options: unknown,
  objective: ObjectiveDefinition,
  { where }: { readonly where?: string | undefined } = {},
): void => {
  const smoothness = model.smoothness(options);
  const asked = objective.derivatives - 1;
  if (smoothness >= asked) return;
  fail('E_ACTIVATION', {
    summary: `model '${model.id}' is not smooth enough for objective '${objective.id}'`,
    got: `a network with ${smoothness} continuous derivatives in y`,
    expected: `at least ${asked}: the loss reads derivatives of order ${asked}`,
    tryThis: ['model.activation: silu, or another that is smooth', 'an objective that reads the score alone'],
    where,
  });
};
