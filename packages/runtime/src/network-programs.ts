/**
 * What a device computes of a trained network, for `networkField`: its output, directional derivatives of it, its potential. Each is compiled when it is first
 * asked for, at any number of rows, and kept until all are disposed of.
 *
 *     score        u = NN(x)                             [n, r]
 *     directional  Σ_k v_k · (∂u/∂x) ẋ_k                 [n, 1]    `along/k/v` [n, r] and `along/k/NAME`, the tangents of the inputs, beside the inputs
 *     potential    f(x)                                  [n, 1]
 */
import type { Device, Forward, NetworkPrograms, Params, ScoreModel, TensorMap, Tensors } from '@fokker/core';
import { add, reshape, type Tensor2D } from '@fokker/ops';
import { tracedModel } from './traced-model.js';

export interface OwnedPrograms extends NetworkPrograms {
  dispose(): void;
}

const asColumn = (x: Tensors[string]): Tensor2D => reshape(x, [x.size, 1]);

/** The traced sum of directional derivatives. */
const alongDirections =
  (model: ScoreModel, count: number) =>
  (params: TensorMap, inputs: Tensors): Tensor2D => {
    const traced = tracedModel(model, params);
    const parts = Array.from({ length: count }, (_, k) => traced.directional(inputs, k));
    return asColumn(parts.reduce((total, part) => add(total, part)));
  };

export const networkPrograms = (device: Device, model: ScoreModel, params: Params): OwnedPrograms => {
  const compiled = new Map<string, Promise<Forward>>();
  const once = (name: string, apply: (params: TensorMap, inputs: Tensors) => Tensor2D): Promise<Forward> => {
    const known = compiled.get(name) ?? device.forward(apply, params);
    compiled.set(name, known);
    known.catch(() => compiled.delete(name));
    return known;
  };
  const { potential } = model;
  return {
    kind: model.kind,
    score: () => once('score', (tensors, inputs) => model.apply(tensors, inputs)),
    directional: (count) => once(`directional ${count}`, alongDirections(model, count)),
    ...(potential && {
      potential: () => once('potential', (tensors, inputs) => asColumn(potential(tensors, inputs))),
    }),
    dispose() {
      for (const forward of compiled.values()) forward.then((program) => program.dispose()).catch(() => {});
      compiled.clear();
    },
  };
};
