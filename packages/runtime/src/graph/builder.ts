/**
 * Makes values. `operation` is the raw way: it computes no shapes and simplifies nothing, but shares equal operations and gives every operation real inputs
 * (no splats). The functions of this folder (`add`, `reshape`, `matMul`, …) infer shapes, simplify, and end here.
 */
import type { Graph, GraphOutput } from './graph.js';
import { allRewrites, type Rewrites } from './rewrites.js';
import {
  type Attributes,
  type ConstantValue,
  type DType,
  type Elements,
  type InputValue,
  type OperationValue,
  type Shape,
  type SplatValue,
  sizeOf,
  type Value,
} from './value.js';

export interface Builder {
  readonly rewrites: Rewrites;
  input(name: string, shape: Shape, dtype?: DType): InputValue;
  /** A splat where all elements are equal. */
  constant(elements: Elements, shape: Shape): ConstantValue | SplatValue;
  splat(number: number, shape: Shape, dtype?: DType): SplatValue;
  operation(op: string, inputs: readonly Value[], attributes: Attributes, shape: Shape, dtype: DType): OperationValue;
  /** The graph of these outputs, as built; `finishGraph` rewrites it first. */
  finish(outputs: Readonly<Record<string, Value>>): Graph;
}

export const dtypeOf = (elements: Elements): DType => {
  if (elements instanceof Float32Array) return 'float32';
  if (elements instanceof Int32Array) return 'int32';
  return elements instanceof BigInt64Array ? 'int64' : 'bool';
};

const uniform = (elements: Elements): boolean => {
  const first = elements[0];
  for (let i = 1; i < elements.length; i++) if (elements[i] !== first) return false;
  // 0 and −0 compare equal.
  if (elements instanceof Float32Array && first === 0) {
    for (let i = 1; i < elements.length; i++) if (!Object.is(elements[i], first)) return false;
  }
  return elements.length > 0;
};

/** Elements of a splat written out. */
export const fillElements = (number: number, length: number, dtype: DType): Elements => {
  if (dtype === 'float32') return new Float32Array(length).fill(number);
  if (dtype === 'int32') return new Int32Array(length).fill(number);
  if (dtype === 'int64') return new BigInt64Array(length).fill(BigInt(number));
  return new Uint8Array(length).fill(number);
};

const bytesOf = ({ buffer, byteOffset, byteLength }: Elements): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('latin1');

/** Operations that give the same bits with their operands exchanged. */
const commutes = new Set(['Add', 'Mul']);

export const createBuilder = (rewrites: Rewrites = allRewrites): Builder => {
  const inputs: InputValue[] = [];
  const known = new Map<string, Value>();
  let count = 0;

  const once = <T extends Value>(kind: T['kind'], key: string, make: (id: number) => T): T => {
    const found = known.get(key);
    if (found?.kind === kind) return found as T;
    const value = make(count++);
    known.set(key, value);
    return value;
  };
  const literal = (elements: Elements, shape: Shape): ConstantValue => {
    const dtype = dtypeOf(elements);
    const key = `constant ${dtype} ${shape.join()} ${bytesOf(elements)}`;
    return once<ConstantValue>('constant', key, (id) => ({ id, kind: 'constant', shape, dtype, elements }));
  };

  const builder: Builder = {
    rewrites,
    input(name, shape, dtype = 'float32') {
      const value: InputValue = { id: count++, kind: 'input', name, shape: [...shape], dtype };
      inputs.push(value);
      return value;
    },
    constant(elements, shape) {
      if (uniform(elements)) return builder.splat(Number(elements[0]), shape, dtypeOf(elements));
      return literal(elements.slice(), [...shape]);
    },
    splat(number, shape, dtype = 'float32') {
      const rounded = dtype === 'float32' ? Math.fround(number) : number;
      const key = `splat ${dtype} ${shape.join()} ${Object.is(rounded, -0) ? '-0' : rounded}`;
      return once<SplatValue>('splat', key, (id) => ({ id, kind: 'splat', shape: [...shape], dtype, number: rounded }));
    },
    operation(op, given, attributes, shape, dtype) {
      const read = given.map(real);
      const make = (id: number): OperationValue => ({
        id,
        kind: 'operation',
        op,
        inputs: read,
        attributes,
        shape: [...shape],
        dtype,
      });
      if (!rewrites.sharing) return make(count++);
      const ids = read.map(({ id }) => id);
      const operands = (commutes.has(op) ? ids.sort((x, y) => x - y) : ids).join();
      return once('operation', `${op} ${operands} ${JSON.stringify(attributes)} ${dtype} ${shape.join()}`, make);
    },
    finish(named) {
      const reached = new Set<Value>();
      const outputs = new Map<OperationValue, GraphOutput>();
      for (const [name, value] of Object.entries(named)) {
        const source = real(value);
        const free = source.kind === 'operation' && !outputs.has(source);
        const own: OperationValue = free
          ? source
          : { ...source, kind: 'operation', id: count++, op: 'Identity', inputs: [source], attributes: {} };
        outputs.set(own, { name, value: own });
      }
      const pending: Value[] = [...outputs.keys()];
      for (let value = pending.pop(); value; value = pending.pop()) {
        if (reached.has(value)) continue;
        reached.add(value);
        if (value.kind === 'operation') pending.push(...value.inputs);
      }
      const live = [...reached].sort((a, b) => a.id - b.id);
      return {
        inputs: [...inputs],
        constants: live.filter((value) => value.kind === 'constant'),
        operations: live.filter((value) => value.kind === 'operation'),
        outputs: [...outputs.values()],
      };
    },
  };

  /** What an operation may read in place of a splat. */
  const real = (value: Value): Exclude<Value, SplatValue> => {
    if (value.kind !== 'splat') return value;
    const { number, shape, dtype } = value;
    if (sizeOf(shape) === 1) return literal(fillElements(number, 1, dtype), shape);
    const target = literal(BigInt64Array.from(shape, BigInt), [shape.length]);
    return builder.operation('Expand', [literal(fillElements(number, 1, dtype), []), target], {}, shape, dtype);
  };

  return builder;
};

/** The list that ONNX takes shapes, axes and bounds in. */
export const int64s = (b: Builder, list: readonly number[]): Value =>
  b.constant(BigInt64Array.from(list, BigInt), [list.length]);

/** The number that all elements of a value are, if that is known. */
export const numberOf = (value: Value): number | undefined => {
  if (value.kind === 'splat') return value.number;
  return value.kind === 'constant' && value.elements.length === 1 ? Number(value.elements[0]) : undefined;
};

/** Whether a value is this operation. */
export const isOperation = <K extends string>(value: Value, op: K): value is OperationValue & { readonly op: K } =>
  value.kind === 'operation' && value.op === op;
