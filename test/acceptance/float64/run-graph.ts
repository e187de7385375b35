/**
 * A traced graph evaluated in float64, operation by operation as ONNX defines them: losses and their gradients without the rounding of float32, for identities that hold to
 * the last digits. Slow and plain.
 */
import type { Graph } from '@fokker/runtime';

type Value = Graph['operations'][number]['inputs'][number];
type Operation = Graph['operations'][number];

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);
const stridesOf = (shape: readonly number[]): number[] => shape.map((_, i) => sizeOf(shape.slice(i + 1)));

/** Offsets into an array of `shape` for each element of the larger `out` that it is spread to. */
const spread = (shape: readonly number[], out: readonly number[]): Int32Array => {
  const lead = out.length - shape.length;
  const [strides, steps] = [stridesOf(shape), stridesOf(out)];
  return Int32Array.from({ length: sizeOf(out) }, (_, at) =>
    shape.reduce((offset, extent, i) => {
      const place = Math.floor(at / steps[i + lead]!) % out[i + lead]!;
      return offset + (extent === 1 ? 0 : place * strides[i]!);
    }, 0),
  );
};

const erf = (x: number): number => {
  let [sum, term] = [x, x];
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && k < 200; k++) {
    term *= (-x * x) / k;
    sum += term / (2 * k + 1);
  }
  return Math.abs(x) > 5 ? Math.sign(x) : (2 / Math.sqrt(Math.PI)) * sum;
};
const unary: Readonly<Record<string, (x: number) => number>> = {
  Identity: (x) => x,
  Neg: (x) => -x,
  Tanh: Math.tanh,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Softplus: (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))),
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Sin: Math.sin,
  Cos: Math.cos,
  Erf: erf,
  Abs: Math.abs,
  Sign: Math.sign,
  Relu: (x) => Math.max(x, 0),
  Elu: (x) => (x > 0 ? x : Math.expm1(x)),
  Cast: (x) => x,
};
const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Max: Math.max,
  Min: Math.min,
  Greater: (a, b) => Number(a > b),
  GreaterOrEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessOrEqual: (a, b) => Number(a <= b),
};

interface Held {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}
type Rule = (operation: Operation, inputs: readonly Held[]) => ArrayLike<number>;

const flag = ({ attributes }: Operation, name: string): boolean => {
  const value = attributes[name];
  return value !== undefined && 'int' in value && value.int === 1;
};

/** An attribute that is 1 where it is not given. */
const factor = ({ attributes }: Operation, name: string): number => {
  const value = attributes[name];
  return value !== undefined && 'float' in value ? value.float : 1;
};

const gemm: Rule = (operation, [a, b, c]) => {
  const [n, m] = operation.shape as [number, number];
  const [turnA, turnB] = [flag(operation, 'transA'), flag(operation, 'transB')];
  const [alpha, beta] = [factor(operation, 'alpha'), factor(operation, 'beta')];
  const k = a!.shape[turnA ? 0 : 1]!;
  const added = c === undefined ? undefined : { data: c.data, at: spread(c.shape, operation.shape) };
  return Float64Array.from({ length: n * m }, (_, at) => {
    const [i, j] = [Math.floor(at / m), at % m];
    let sum = 0;
    for (let l = 0; l < k; l++) {
      sum += a!.data[turnA ? l * n + i : i * k + l]! * b!.data[turnB ? j * k + l : l * m + j]!;
    }
    return alpha * sum + (added === undefined ? 0 : beta * added.data[added.at[at]!]!);
  });
};

const transpose: Rule = ({ attributes, shape }, [x]) => {
  const { perm } = attributes;
  const order = perm !== undefined && 'ints' in perm ? perm.ints : [];
  const [from, to] = [stridesOf(x!.shape), stridesOf(shape)];
  return Float64Array.from(
    x!.data,
    (_, at) =>
      x!.data[order.reduce((offset, axis, i) => offset + (Math.floor(at / to[i]!) % shape[i]!) * from[axis]!, 0)]!,
  );
};

const reduceSum: Rule = ({ shape }, [x, axes]) => {
  const summed = new Set(axes === undefined ? x!.shape.map((_, i) => i) : Array.from(axes.data));
  const kept = x!.shape.map((extent, i) => (summed.has(i) ? 1 : extent));
  const out = new Float64Array(sizeOf(shape));
  spread(kept, x!.shape).forEach((to, at) => {
    out[to]! += x!.data[at]!;
  });
  return out;
};

const slice: Rule = ({ shape }, [x, starts, , axes]) => {
  const [from, to] = [stridesOf(x!.shape), stridesOf(shape)];
  const begin = x!.shape.map((_, i) => {
    const k = axes!.data.indexOf(i);
    return k < 0 ? 0 : starts!.data[k]!;
  });
  return Float64Array.from({ length: sizeOf(shape) }, (_, at) => {
    const place = (i: number) => Math.floor(at / to[i]!) % shape[i]!;
    return x!.data[begin.reduce((offset, start, i) => offset + (start + place(i)) * from[i]!, 0)]!;
  });
};

/** Parts of two axes, side by side or one under the other. */
const concat: Rule = ({ shape, attributes }, parts) => {
  const along = attributes.axis !== undefined && 'int' in attributes.axis ? attributes.axis.int : 0;
  const out = new Float64Array(sizeOf(shape));
  const outer = sizeOf(shape.slice(0, along));
  let offset = 0;
  for (const part of parts) {
    const width = part.data.length / outer;
    for (let i = 0; i < outer; i++) {
      out.set(part.data.subarray(i * width, (i + 1) * width), (i * out.length) / outer + offset);
    }
    offset += width;
  }
  return out;
};

/** Widths before each axis, then after. */
const pad: Rule = ({ shape }, [x, widths]) => {
  const out = new Float64Array(sizeOf(shape));
  const [from, to] = [stridesOf(x!.shape), stridesOf(shape)];
  x!.data.forEach((value, at) => {
    out[
      x!.shape.reduce(
        (offset, extent, i) => offset + ((Math.floor(at / from[i]!) % extent) + widths!.data[i]!) * to[i]!,
        0,
      )
    ] = value;
  });
  return out;
};

/** Condition, yes, no: each spread to the result. */
const where: Rule = ({ shape }, inputs) => {
  const [c, yes, no] = inputs.map(({ data, shape: of }) => ({ data, at: spread(of, shape) }));
  return Float64Array.from({ length: sizeOf(shape) }, (_, i) => {
    const from = c!.data[c!.at[i]!]! === 0 ? no! : yes!;
    return from.data[from.at[i]!]!;
  });
};

const rules: Readonly<Record<string, Rule>> = {
  Gemm: gemm,
  Transpose: transpose,
  ReduceSum: reduceSum,
  Slice: slice,
  Concat: concat,
  Pad: pad,
  Where: where,
  Reshape: (_, [x]) => x!.data,
  Expand: ({ shape }, [x]) => Float64Array.from(spread(x!.shape, shape), (at) => x!.data[at]!),
};

const apply = (operation: Operation, inputs: readonly Held[]): ArrayLike<number> => {
  const { op, shape } = operation;
  const one = unary[op];
  if (one !== undefined) return inputs[0]!.data.map(one);
  const two = binary[op];
  if (two !== undefined) {
    const [a, b] = inputs.map(({ data, shape: of }) => ({ data, at: spread(of, shape) }));
    return Float64Array.from({ length: sizeOf(shape) }, (_, i) => two(a!.data[a!.at[i]!]!, b!.data[b!.at[i]!]!));
  }
  const rule = rules[op];
  if (rule === undefined) throw new Error(`the float64 evaluator has no operation ${op}`);
  return rule(operation, inputs);
};

/** The outputs for these inputs. */
export const runFloat64 = (
  graph: Graph,
  feeds: Readonly<Record<string, ArrayLike<number>>>,
): Record<string, Float64Array> => {
  const held = new Map<Value, Held>();
  for (const input of graph.inputs)
    held.set(input, { data: Float64Array.from(feeds[input.name]!), shape: input.shape });
  for (const constant of graph.constants) {
    held.set(constant, { data: Float64Array.from(constant.elements, Number), shape: constant.shape });
  }
  for (const operation of graph.operations) {
    const inputs = operation.inputs.map((value) => held.get(value)!);
    held.set(operation, { data: Float64Array.from(apply(operation, inputs)), shape: operation.shape });
  }
  return Object.fromEntries(graph.outputs.map(({ name, value }) => [name, held.get(value)!.data]));
};
