/**
 * A graph with a free number of rows, from two graphs of the same function at different numbers of rows: what differs between them depends on the rows.
 *
 *     shapes of inputs and outputs   the extents that differ become the dimension `n`
 *     Reshape to a constant shape    the extent that differs becomes −1; it may be a multiple of the rows
 *     Expand to a constant shape     the extents that differ are read from an input while running
 *     Slice to a constant end        the end that differs becomes as far as there is
 *
 * Anything else that differs, say a mean over the rows, has no meaning for single rows: E_SHAPE names the operation.
 */
import { fail } from '@fokker/core';
import type { Graph } from '../graph/graph.js';
import { type ConstantValue, type OperationValue, type Shape, sameShape, type Value } from '../graph/value.js';
import type { Initialiser, OnnxGraph, OnnxNode } from './encode.js';
import { type Lowered, lower } from './model.js';

/** Numbers of rows that occur nowhere else in a network; primes, so that their multiples are told apart. */
export const probes = [1009, 1013] as const;
export const rows = 'n';

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
  Slice: { 2: 'end' },
};

const differences = (a: ConstantValue, b: ConstantValue): number[] =>
  [...a.elements.keys()].filter((i) => a.elements[i] !== b.elements[i]);

interface Patch {
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

/** Walks both graphs at once. */
const compare = (a: Graph, b: Graph): Patch[] => {
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

const int64s = (name: string, list: readonly (bigint | number)[], shape: Shape = [list.length]): Initialiser => ({
  name,
  dtype: 'int64',
  shape,
  elements: BigInt64Array.from(list, BigInt),
});
const node = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode['attributes'] = {},
): OnnxNode => ({
  op,
  inputs,
  outputs: [output],
  attributes,
});
const farthest = 2n ** 63n - 1n;

/** What stands for a constant that depended on the rows: a new constant, or nodes that compute it. */
const replacement = (
  { constant, entries, how }: Patch,
  name: string,
): { initialisers: Initialiser[]; nodes: OnnxNode[] } => {
  const list = [...(constant.elements as BigInt64Array)];
  if (how !== 'rows') {
    for (const i of entries) list[i] = how === 'rest' ? -1n : farthest;
    return { initialisers: [int64s(name, list)], nodes: [] };
  }
  const index = `${name}/index`;
  return {
    initialisers: [int64s(`${name}/list`, list), int64s(index, entries)],
    nodes: [
      node('Expand', ['rows/count', `${name}/many`], `${name}/rows`),
      node('ScatterElements', [`${name}/list`, index, `${name}/rows`], name),
    ],
  };
};

/** Throws E_SHAPE where the function cannot be had at any number of rows. `graphs`: at each of `probes`. */
export const freeRows = (graphs: readonly [Graph, Graph], options: Lowered): OnnxGraph => {
  const [a, b] = graphs;
  const patches = compare(a, b);
  const other = new Map<string, Shape>(
    [
      ...b.inputs.map(({ name, shape }) => ({ name, shape })),
      ...b.outputs.map(({ name, value }) => ({ name, shape: value.shape })),
    ].map(({ name, shape }) => [name, shape]),
  );
  const shapeOf = (name: string, shape: Shape): (number | string)[] =>
    shape.map((extent, i) => (extent === other.get(name)?.[i] ? extent : rows));
  const graph = lower(a, { ...options, shapeOf });
  const counted = a.inputs.find(({ name, shape }) => shapeOf(name, shape)[0] === rows);
  if (counted === undefined) return graph;

  const position = new Map(a.operations.map((operation, i) => [operation, i]));
  const nodes = graph.nodes.map((node) => [node]);
  const initialisers = [...graph.initialisers];
  if (patches.some(({ how }) => how === 'rows')) {
    initialisers.push(int64s('rows/first', [0]));
    nodes.unshift([
      node('Shape', [counted.name], 'rows/shape'),
      node('Gather', ['rows/shape', 'rows/first'], 'rows/count'),
    ]);
  }
  const offset = nodes.length - graph.nodes.length;
  patches.forEach((patch, k) => {
    const name = `rows/${k}`;
    const made = replacement(patch, name);
    if (patch.how === 'rows') initialisers.push(int64s(`${name}/many`, [patch.entries.length]));
    initialisers.push(...made.initialisers);
    const at = position.get(patch.operation)! + offset;
    const old = nodes[at]!.at(-1)!;
    const inputs = old.inputs.map((input, i) => (i === patch.at ? name : input));
    nodes[at] = [...nodes[at]!.slice(0, -1), ...made.nodes, { ...old, inputs }];
  });
  const read = new Set(nodes.flat().flatMap(({ inputs }) => inputs));
  return { ...graph, initialisers: initialisers.filter(({ name }) => read.has(name)), nodes: nodes.flat() };
};
