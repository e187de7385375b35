/**
 * The table of gradients, and its way into tfjs's registry.
 *
 * tfjs-core registers none under Node, and several of those that its larger packages bring are built from a saved output, which an outer tape takes for
 * a constant: right at first order, silently wrong at second. Here a pullback is made of this package's operators and of saved *inputs*, so it can be
 * differentiated again, to any order.
 *
 * The registry is global: a backend loaded later that brings tfjs's own gradients replaces ours. Whoever loads one calls `installGradients` after it.
 */
import { type GradConfig, type NamedAttrMap, registerGradient, type Tensor } from '@tensorflow/tfjs-core';
import { show } from '../operators/kernel.js';

/** The cotangent of each input by name, given that of the output; lazy, since the tape asks only for what it needs. */
export type Pullback = (dy: Tensor, saved: readonly Tensor[], attributes: NamedAttrMap) => Record<string, () => Tensor>;

const configs = new Map<string, GradConfig>();

/** Puts every gradient of this package into tfjs's registry; may be repeated. */
export const installGradients = (): void => {
  for (const config of configs.values()) registerGradient(config);
};

/** The kernels that can be differentiated. */
export const differentiableKernels = (): readonly string[] => [...configs.keys()];

export const declare = (kernelName: string, inputsToSave: string[], pullback: Pullback): void => {
  configs.set(kernelName, {
    kernelName,
    inputsToSave,
    gradFunc: (dy, saved, attributes) => {
      if (Array.isArray(dy)) throw new Error(`${kernelName}: one output expected, got ${dy.length}`);
      // tfjs's own operators pass undefined where there are none.
      return pullback(dy, saved, attributes ?? {});
    },
  });
};

/** A list of lengths or axes that the operator passed along. */
export const listFrom = (attributes: NamedAttrMap, name: string): number[] => {
  const list = attributes[name];
  if (!Array.isArray(list)) throw new Error(`attribute '${name}' is missing: the operators of @fokker/ops pass it`);
  return list as number[];
};

export const equalShapes = (a: readonly number[], b: readonly number[]): boolean => show(a) === show(b);
