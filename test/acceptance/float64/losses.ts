/** Losses of an objective in float64: its traced half recorded once, evaluated for any parameters. */
import type { NamedArray, Objective, ScoreModel, Tensors } from '@fokker/core';
import { mul, type Scalar, sum, type Tensor, type Tensor1D, valueAndGradient } from '@fokker/ops';
import { trace, tracedModel } from '@fokker/runtime';
import { runFloat64 } from './run-graph.js';

export type Network = Pick<ScoreModel, 'apply' | 'potential'>;
export type Shapes = Readonly<Record<string, readonly number[]>>;
export type Parameters = Readonly<Record<string, ArrayLike<number>>>;
export interface Losses {
  /** Of each row, [n]. */
  readonly rows: Float64Array;
  /** Σ over rows of share × loss. */
  readonly value: number;
  /** Of the value, parameter after parameter. */
  readonly gradient: Float64Array;
}

/** `share` [n] weighs the rows: 1/n each by default, or the weights of a quadrature rule. */
export const lossesOf = async (
  objective: Pick<Objective, 'perSample'>,
  network: Network,
  shapes: Shapes,
  arrays: Readonly<Record<string, NamedArray>>,
  share?: Float64Array,
): Promise<(parameters: Parameters) => Losses> => {
  const n = arrays.y!.data.length / arrays.y!.shape.reduce((a, b) => a * b, 1);
  const rows = Object.fromEntries(
    Object.entries(arrays).map(([name, { shape }]) => [`row ${name}`, { shape: [n, ...shape] }]),
  );
  const names = Object.keys(shapes);
  const specs = {
    ...rows,
    ...Object.fromEntries(names.map((name) => [name, { shape: shapes[name]! }])),
    share: { shape: [n] },
  };
  const graph = await trace((inputs: Readonly<Record<string, Tensor>>) => {
    const batch: Tensors = Object.fromEntries(Object.keys(arrays).map((name) => [name, inputs[`row ${name}`]!]));
    const perRow = (given: readonly Tensor[]): Tensor1D => {
      const params = Object.fromEntries(names.map((name, i) => [name, given[i]!]));
      const model: ScoreModel = { kind: 'score', init: () => ({ layout: [], data: new Float32Array() }), ...network };
      return objective.perSample(tracedModel(model, params), batch);
    };
    const at = names.map((name) => inputs[name]!);
    const mean = (...given: Tensor[]): Scalar => sum<Scalar>(mul(inputs.share!, perRow(given)));
    const { gradients } = valueAndGradient(mean)(...at);
    return {
      rows: perRow(at),
      ...Object.fromEntries(gradients.map((gradient, i) => [`gradient ${names[i]}`, gradient])),
    };
  }, specs);
  const weights = share ?? new Float64Array(n).fill(1 / n);
  const fixed = Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [`row ${name}`, data]));
  return (parameters) => {
    const out = runFloat64(graph, { ...fixed, ...parameters, share: weights });
    const losses = out.rows!;
    return {
      rows: losses,
      value: losses.reduce((total, loss, i) => total + weights[i]! * loss, 0),
      gradient: Float64Array.from(names.flatMap((name) => [...out[`gradient ${name}`]!])),
    };
  };
};
