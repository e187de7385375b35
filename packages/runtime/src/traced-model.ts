/**
 * A network with its parameters as losses and programs see it: score u = NN(x), directional derivatives v_k · (∂u/∂x) ẋ_k, potential.
 *
 * Direction k comes beside the inputs x: `along/k/v` [n, r] and the tangents `along/k/NAME` of the inputs that depend on y. The network reads all inputs, tangents or not.
 */
import type { ScoreModel, TensorMap, Tensors, TracedModel } from '@fokker/core';
import { directional } from '@fokker/ops';

const below = (tensors: Tensors, prefix: string): Tensors =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
    ),
  );

export const tracedModel = ({ apply, potential }: ScoreModel, params: TensorMap): TracedModel => ({
  score: (inputs) => apply(params, inputs),
  directional(inputs, k) {
    const { v, ...tangents } = below(inputs, `along/${k}/`);
    return directional((given) => apply(params, given), inputs, tangents, v!);
  },
  ...(potential && { potential: (inputs: Tensors) => potential(params, inputs) }),
});
