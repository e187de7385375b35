/**
 * Broadcasting. An elementwise operation of operands that were spread over a larger shape is computed on the small ones, and what comes out is spread:
 *
 *     φ(Expand x, Expand y) = Expand φ(x, y)
 *
 * which costs nothing where the other operand has the full shape already.
 */
import { type Builder, int64s, isOperation, numberOf } from './builder.js';
import { reshape } from './shapes.js';
import { type DType, type Shape, sameShape, sizeOf, type Value } from './value.js';

/** The shape that shapes broadcast to, as numpy does. */
export const broadcastShape = (shapes: readonly Shape[]): Shape => {
  const rank = Math.max(0, ...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, i) => {
    const extents = shapes.map((shape) => shape[i - rank + shape.length] ?? 1);
    return extents.find((extent) => extent !== 1) ?? 1;
  });
};

/** x spread to a shape that it broadcasts to. */
export const expand = (b: Builder, x: Value, shape: Shape): Value => {
  if (sameShape(x.shape, shape)) return x;
  if (x.kind === 'splat') return b.splat(x.number, shape, x.dtype);
  if (x.kind === 'constant' && x.elements.length === 1) return b.splat(Number(x.elements[0]), shape, x.dtype);
  if (sizeOf(x.shape) === sizeOf(shape)) return reshape(b, x, shape);
  if (b.rewrites.spreads && isOperation(x, 'Expand')) return expand(b, x.inputs[0]!, shape);
  return b.operation('Expand', [x, int64s(b, shape)], {}, shape, x.dtype);
};

/** What an elementwise operation may read in place of x: less, of the same elements. */
const small = (b: Builder, x: Value): Value => {
  const number = numberOf(x);
  if (number !== undefined) return b.splat(number, [], x.dtype);
  return b.rewrites.spreads && isOperation(x, 'Expand') ? x.inputs[0]! : x;
};

/** Computes on the small operands and spreads the result. */
export const elementwise = (
  b: Builder,
  operands: readonly Value[],
  compute: (operands: readonly Value[]) => Value,
): Value => expand(b, compute(operands.map((x) => small(b, x))), broadcastShape(operands.map(({ shape }) => shape)));

/** An elementwise operation as it stands. */
export const pointwise = (b: Builder, op: string, operands: readonly Value[], dtype: DType): Value =>
  b.operation(op, operands, {}, broadcastShape(operands.map(({ shape }) => shape)), dtype);
