/**
 * Two graphs of one function at different numbers of rows, side by side: what differs between them depends on the rows. In a function that treats every row by
 * itself these are shapes and bounds that operations are told, and nothing else. E_SHAPE names the operation where it is something else.
 */
import { fail } from '@fokker/core';
import type { Graph } from '../graph/graph.js';
import { type ConstantValue, type OperationValue, sameShape, type Value } from '../graph/value.js';

/** Numbers of rows that occur nowhere else in a network; primes, so that their multiples are told apart. */
export const probes = [1009, 1013] as const;

const refuse = (op: string, got: string): never =>
  fail('E_SHAPE', {
    summary: `the network depends on the number of rows: ${op}`,
    got,
    expected: 'values of each row that its own inputs determine',
    tryThis: [
      'reduce over the axes of one row only, never over the first axis',
      'take sizes from the input’s shape inside reshape, broadcastTo and slice, not in arithmetic',
    ],
  });

const sameConstant = (a: ConstantValue, b: ConstantValue): boolean =>
  a.dtype === b.dtype && sameShape(a.shape, b.shape) && a.elements.every((x, i) => Object.is(x, b.elements[i]));

const isShapeList = (value: Value): value is ConstantValue => value.kind === 'constant' && value.dtype === 'int64';

/** Which inputs of an operation say shapes, and what becomes of entries that depend on the rows. */
const shapeInputs: Readonly<Record<string, Readonly<Record<number, 'rest' | 'rows' | 'end'>>>> = {
  Reshape: { 1: 'rest' },
  Expand: { 1: 'rows' },
  Tile: { 1: 'rows' },
  Slice: { 2: 'end' },
};

const differences = (a: ConstantValue, b: ConstantValue): number[] =>
  [...a.elements.keys()].filter((i) => a.elements[i] !== b.elements[i]);

/** A constant that says a shape, and its entries that depend on the rows. */
export interface Patch {
  readonly operation: OperationValue;
  readonly at: number;
  readonly constant: ConstantValue;
  readonly entries: readonly number[];
  readonly how: 'rest' | 'rows' | 'end';
}

/** The axis that entry i of a Slice's bounds speaks of. */
const slicedAxis = ({ inputs }: OperationValue, i: number): number => {
  const axes = inputs[3];
  return axes?.kind === 'constant' ? Number(axes.elements[i]) : i;
};

const compareInput = (
  a: OperationValue,
  b: OperationValue,
  at: number,
  twins: ReadonlyMap<Value, Value>,
): Patch | undefined => {
  const x = a.inputs[at]!;
  const y = b.inputs[at]!;
  if (x.kind !== 'constant' || y.kind !== 'constant') {
    if (twins.get(x) !== y) refuse(a.op, 'other operands at another number of rows');
    return undefined;
  }
  if (sameConstant(x, y)) return undefined;
  const how = shapeInputs[a.op]?.[at];
  if (how === undefined || !isShapeList(x) || !isShapeList(y) || !sameShape(x.shape, y.shape)) {
    return refuse(a.op, 'a constant that changes with the number of rows');
  }
  const entries = differences(x, y);
  const proportional = entries.every((i) => Number(x.elements[i]) * probes[1] === Number(y.elements[i]) * probes[0]);
  if (!proportional) refuse(a.op, `extents [${x.elements.join(', ')}] for ${probes[0]} rows`);
  if (how === 'rest' && entries.length > 1) refuse(a.op, 'two axes that both grow with the rows');
  if (how === 'rows' && entries.some((i) => Number(x.elements[i]) !== probes[0])) {
    refuse(a.op, 'an axis of several times the rows');
  }
  if (how === 'end' && !entries.every((i) => Number(x.elements[i]) === a.inputs[0]!.shape[slicedAxis(a, i)])) {
    refuse(a.op, 'a part of an axis that grows with the rows');
  }
  return { operation: a, at, constant: x, entries, how };
};

/** The axes that grow with the rows. */
const growing = (a: Value, b: Value): number => a.shape.filter((extent, i) => extent !== b.shape[i]).length;

/** Rows go through every operation side by side: none may sum over them or set each against each. */
const checkRows = (a: OperationValue, b: OperationValue): void => {
  if (a.shape.length !== b.shape.length) refuse(a.op, 'another rank at another number of rows');
  const axes = growing(a, b);
  if (axes > 1) refuse(a.op, 'values for every pair of rows');
  if (axes === 0 && a.inputs.some((input, i) => growing(input, b.inputs[i]!) > 0)) {
    refuse(a.op, 'a value computed from all rows together');
  }
};

/** Walks both graphs at once. Throws E_SHAPE. */
export const compareRows = (a: Graph, b: Graph): Patch[] => {
  if (a.operations.length !== b.operations.length) {
    refuse('its operations', `${a.operations.length} for ${probes[0]} rows, ${b.operations.length} for ${probes[1]}`);
  }
  const twins = new Map<Value, Value>(a.inputs.map((input, i) => [input, b.inputs[i]!]));
  const patches: Patch[] = [];
  a.operations.forEach((x, i) => {
    const y = b.operations[i]!;
    if (x.op !== y.op || x.inputs.length !== y.inputs.length) refuse(x.op, `${y.op} at another number of rows`);
    if (JSON.stringify(x.attributes) !== JSON.stringify(y.attributes))
      refuse(x.op, 'other attributes at another number of rows');
    x.inputs.forEach((_, at) => {
      const patch = compareInput(x, y, at, twins);
      if (patch !== undefined) patches.push(patch);
    });
    checkRows(x, y);
    twins.set(x, y);
  });
  return patches;
};
