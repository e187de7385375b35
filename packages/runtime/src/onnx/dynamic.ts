/**
 * A graph with a free number of rows, from two graphs of the same function at different numbers of rows: what differs between them depends on the rows.
 *
 *     shapes of inputs and outputs   the extents that differ become the dimension `n`
 *     Reshape to a constant shape    the extent that differs becomes −1; it may be a multiple of the rows
 *     Expand, Tile to constants      the extents that differ are read from an input while running
 *     Slice to a constant end        the end that differs becomes as far as there is
 *
 * Anything else that differs, say a mean over the rows, has no meaning for single rows: E_SHAPE names the operation.
 */
import type { Graph } from '../graph/graph.js';
import type { Shape } from '../graph/value.js';
import { compareRows, type Patch } from './compare-rows.js';
import type { Initialiser, OnnxGraph, OnnxNode } from './encode.js';
import { type Lowered, lower } from './model.js';

/** Name of the free dimension. */
const rows = 'n';

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
  const patches = compareRows(a, b);
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
