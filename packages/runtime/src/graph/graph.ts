/**
 * A finished graph: what is left of a builder when only its outputs matter.
 */
import type { ConstantValue, InputValue, OperationValue } from './value.js';

export interface GraphOutput {
  readonly name: string;
  /** Always an operation, and another one for every output: an input or a constant that leaves the graph passes through Identity. */
  readonly value: OperationValue;
}

export interface Graph {
  /** Every input that was declared, in that order, read or not. */
  readonly inputs: readonly InputValue[];
  /** The constants that operations read; never a splat. */
  readonly constants: readonly ConstantValue[];
  /** Every operation that an output reaches, each after the ones it reads. Reads inputs, constants and operations of this graph. */
  readonly operations: readonly OperationValue[];
  readonly outputs: readonly GraphOutput[];
}

/** How many operations of each kind, most frequent first. */
export const countOperations = (graph: Graph): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { op } of graph.operations) counts.set(op, (counts.get(op) ?? 0) + 1);
  return new Map([...counts].sort((a, b) => b[1] - a[1]));
};
