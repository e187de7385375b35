/**
 * A graph for people, a line an operation:
 *
 *     input   y          float32 [512, 2]
 *     %12     Gemm       [512, 128]   y, w1, b1                 transA=1
 *     output  loss       %40
 */
import { numberOf } from './builder.js';
import type { Graph } from './graph.js';
import { countOperations } from './graph.js';
import type { Attribute, ConstantValue, OperationValue, Value } from './value.js';

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
const attributeText = ([name, attribute]: [string, Attribute]): string => {
  const [value] = Object.values(attribute) as (number | string | readonly number[])[];
  return `${name}=${Array.isArray(value) ? shapeText(value) : value}`;
};
const shown = 8;
const constantText = (constant: ConstantValue): string => {
  const number = numberOf(constant);
  if (number !== undefined) return String(number);
  const head = Array.from(constant.elements.slice(0, shown), Number);
  return `[${head.join(', ')}${constant.elements.length > shown ? `, … ${constant.elements.length}` : ''}]`;
};
const nameOf = (value: Value): string => {
  if (value.kind === 'input') return value.name;
  return value.kind === 'constant' ? constantText(value) : `%${value.id}`;
};

const operationText = (value: OperationValue): string => {
  const { id, op, inputs, attributes, shape, dtype } = value;
  const type = dtype === 'float32' ? shapeText(shape) : `${dtype} ${shapeText(shape)}`;
  const settings = Object.entries(attributes).map(attributeText).join(' ');
  return `${`%${id}`.padEnd(8)}${op.padEnd(16)}${type.padEnd(18)}${inputs.map(nameOf).join(', ')}  ${settings}`.trimEnd();
};

export const printGraph = (graph: Graph): string =>
  [
    ...graph.inputs.map(({ name, dtype, shape }) => `input   ${name.padEnd(16)}${dtype} ${shapeText(shape)}`),
    ...graph.operations.map(operationText),
    ...graph.outputs.map(({ name, value }) => `output  ${name.padEnd(16)}${nameOf(value)}`),
    `${graph.operations.length} operations: ${[...countOperations(graph)].map(([op, n]) => `${n} ${op}`).join(', ')}`,
  ].join('\n');
