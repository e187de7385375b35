/**
 * A network with its parameters as losses and programs see it: score u = NN(x), directional derivatives v_k · (∂u/∂x) ẋ_k, potential.
 *
 * Direction k comes beside the inputs x: `along/k/v` [n, r] and the tangents `along/k/NAME` of the inputs that depend on y. The network reads all inputs, tangents or not.
 */
import type { Objective, ScoreModel, TensorMap, Tensors, TracedModel } from '@fokker/core';
import { add, directional, mul, type Tensor1D, type Tensor2D } from '@fokker/ops';

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

/** The network whose score is added to the baseline among its inputs; the network itself where there is none. */
export const withBaseline = (model: ScoreModel): ScoreModel => {
  const { apply, potential } = model;
  return {
    ...model,
    apply: (params, inputs) =>
      inputs.baseline === undefined ? apply(params, inputs) : add<Tensor2D>(apply(params, inputs), inputs.baseline),
    ...(potential && {
      potential: (params: TensorMap, inputs: Tensors) =>
        inputs.basePotential === undefined
          ? potential(params, inputs)
          : add<Tensor1D>(potential(params, inputs), inputs.basePotential),
    }),
  };
};

/** Name of the array [n] that multiplies the losses of the rows, where the trainer draws times by importance. */
export const importance = 'trainer/importance';

/** The loss of each row, [n], as a training step takes it. */
export const trainingLoss =
  (objective: Pick<Objective, 'perSample'>, model: ScoreModel) =>
  (params: TensorMap, batch: Tensors): Tensor1D => {
    const { [importance]: factor, ...tensors } = batch;
    const loss = objective.perSample(tracedModel(model, params), tensors);
    return factor === undefined ? loss : mul(loss, factor);
  };
