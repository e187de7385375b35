/**
 * Arithmetic, simplified as it is written down. Signs and constant factors move outwards, where they meet and merge:
 *
 *     (−x) y = −(x y),   (c x) y = c (x y),   x + (−y) = x − y,   x / c = x · (1/c)
 *
 * and numbers combine with numbers. A product with 0 is 0: what a network computes is taken for finite. Integers are left as they stand.
 */
import { broadcastShape, elementwise, pointwise } from './broadcast.js';
import { type Builder, isOperation, numberOf } from './builder.js';
import { constantFactor } from './factors.js';
import { sameShape, sizeOf, type Value } from './value.js';

type Rule = (b: Builder, x: Value, y: Value) => Value | undefined;

/** The constant factor of an operand that is as large as the result: moved out of a smaller one it would cost more. */
const factorOf = (x: Value, other: Value): readonly [Value, number] | undefined => {
  const factor = constantFactor(x);
  return factor && sameShape(broadcastShape([x.shape, other.shape]), factor[0].shape) ? factor : undefined;
};

/** Far from both ends of float32, so that merging two factors neither overflows nor loses digits. */
const ordinary = (number: number): boolean => Math.abs(number) < 1e30 && Math.abs(number) > 1e-30;

const scaled = (b: Builder, x: Value, factor: number): Value =>
  factor === 1 ? x : factor === -1 ? neg(b, x) : mul(b, x, b.splat(factor, []));

/** p u ± q v → p (u ± (q/p) v): the factor can move on, and where p = ±q one is saved. */
const commonFactor = (b: Builder, x: Value, y: Value, sum: typeof add): Value | undefined => {
  const [left, right] = [factorOf(x, y), factorOf(y, x)];
  if (!left || !right || !ordinary(left[1]) || !ordinary(right[1])) return undefined;
  return scaled(b, sum(b, left[0], scaled(b, right[0], right[1] / left[1])), left[1]);
};

/** (x + row) + another → x + (row + another): what is small is added first. */
const smallFirst = (b: Builder, x: Value, y: Value): Value | undefined => {
  const size = sizeOf(broadcastShape([x.shape, y.shape]));
  if (!isOperation(x, 'Add')) return undefined;
  for (const [part, rest] of [x.inputs, [...x.inputs].reverse()] as [Value, Value][]) {
    const together = sizeOf(broadcastShape([part.shape, y.shape]));
    if (together < size && numberOf(part) === undefined) return add(b, rest, add(b, part, y));
  }
  return undefined;
};

const addRule: Rule = (b, x, y) => {
  const [p, q] = [numberOf(x), numberOf(y)];
  if (p !== undefined && q !== undefined) return b.splat(p + q, []);
  if (p !== undefined) return add(b, y, x);
  if (q === 0) return x;
  if (q !== undefined && isOperation(x, 'Add')) {
    const inner = numberOf(x.inputs[1]!);
    if (inner !== undefined) return add(b, x.inputs[0]!, b.splat(inner + q, []));
  }
  if (isOperation(y, 'Neg')) return sub(b, x, y.inputs[0]!);
  if (isOperation(x, 'Neg')) return sub(b, y, x.inputs[0]!);
  if (x === y) return scaled(b, x, 2);
  return smallFirst(b, x, y) ?? smallFirst(b, y, x) ?? commonFactor(b, ...ordered(x, y), add);
};

const subRule: Rule = (b, x, y) => {
  const [p, q] = [numberOf(x), numberOf(y)];
  if (q !== undefined) return add(b, x, b.splat(-q, []));
  if (p === 0) return neg(b, y);
  if (isOperation(y, 'Neg')) return add(b, x, y.inputs[0]!);
  return commonFactor(b, x, y, sub);
};

const mulRule: Rule = (b, x, y) => {
  const [p, q] = [numberOf(x), numberOf(y)];
  if (p !== undefined && q !== undefined) return b.splat(p * q, []);
  if (p !== undefined) return mul(b, y, x);
  if (q === 0) return b.splat(0, []);
  if (q === 1) return x;
  if (q === -1) return neg(b, x);
  const [left, right] = [factorOf(x, y), factorOf(y, x)];
  if (q !== undefined) {
    return left && (ordinary(left[1] * q) || left[1] === -1) ? scaled(b, left[0], left[1] * q) : undefined;
  }
  if (left) return scaled(b, mul(b, left[0], y), left[1]);
  if (right) return scaled(b, mul(b, x, right[0]), right[1]);
  return undefined;
};

const divRule: Rule = (b, x, y) => {
  const q = numberOf(y);
  if (q !== undefined && ordinary(q)) return mul(b, x, b.splat(1 / q, []));
  const factor = factorOf(x, y);
  if (factor) return scaled(b, div(b, factor[0], y), factor[1]);
  return numberOf(x) === 1 ? pointwise(b, 'Reciprocal', [y], y.dtype) : undefined;
};

/** Operands of a commutative operation in one order, a number last. */
const ordered = (x: Value, y: Value): readonly [Value, Value] => {
  const [p, q] = [numberOf(x) !== undefined, numberOf(y) !== undefined];
  return p !== q ? (p ? [y, x] : [x, y]) : x.id <= y.id ? [x, y] : [y, x];
};

const binary =
  (op: string, commutative: boolean, rule?: Rule) =>
  (b: Builder, x: Value, y: Value): Value =>
    elementwise(b, [x, y], ([u, v]) => {
      const simpler = b.rewrites.algebra && x.dtype === 'float32' ? rule?.(b, u!, v!) : undefined;
      return simpler ?? pointwise(b, op, commutative ? ordered(u!, v!) : [u!, v!], x.dtype);
    });

export const add = binary('Add', true, addRule);
export const sub = binary('Sub', false, subRule);
export const mul = binary('Mul', true, mulRule);
export const div = binary('Div', false, divRule);
export const maximum = binary('Max', true);
export const minimum = binary('Min', true);

export const neg = (b: Builder, x: Value): Value =>
  elementwise(b, [x], ([u]) => {
    if (b.rewrites.algebra && u!.dtype === 'float32') {
      const number = numberOf(u!);
      if (number !== undefined) return b.splat(-number, []);
      if (isOperation(u!, 'Sub')) return sub(b, u.inputs[1]!, u.inputs[0]!);
      const factor = constantFactor(u!);
      if (factor) return factor[1] === -1 ? factor[0] : scaled(b, factor[0], -factor[1]);
    }
    return pointwise(b, 'Neg', [u!], u!.dtype);
  });

/** x^p for a number p. */
export const power = (b: Builder, x: Value, p: number): Value => {
  if (b.rewrites.algebra) {
    if (p === 0) return b.splat(1, x.shape);
    if (p === 1) return x;
    if (p === 2) return mul(b, x, x);
    if (p === 3) return mul(b, mul(b, x, x), x);
    if (p === 0.5) return elementwise(b, [x], ([u]) => pointwise(b, 'Sqrt', [u!], 'float32'));
    if (p === -1) return div(b, b.splat(1, []), x);
  }
  return elementwise(b, [x], ([u]) => pointwise(b, 'Pow', [u!, b.splat(p, [])], 'float32'));
};

/** An operation on each element that has no rules of its own. */
export const unary = (b: Builder, op: string, x: Value): Value =>
  elementwise(b, [x], ([u]) => pointwise(b, op, [u!], x.dtype));

export const cast = (b: Builder, x: Value, dtype: Value['dtype']): Value => {
  if (x.dtype === dtype) return x;
  const to = { float32: 1, int32: 6, int64: 7, bool: 9 }[dtype];
  return elementwise(b, [x], ([u]) => {
    const number = numberOf(u!);
    if (number !== undefined) {
      return b.splat(
        dtype === 'bool' ? Number(number !== 0) : dtype === 'float32' ? number : Math.trunc(number),
        [],
        dtype,
      );
    }
    return b.operation('Cast', [u!], { to: { int: to } }, u!.shape, dtype);
  });
};

/** Yes or no for each pair. */
export const compare = (b: Builder, op: string, x: Value, y: Value): Value =>
  elementwise(b, [x, y], ([u, v]) => pointwise(b, op, [u!, v!], 'bool'));

/** `yes` where the condition holds, else `no`, with broadcasting. */
export const where = (b: Builder, condition: Value, yes: Value, no: Value): Value =>
  elementwise(b, [condition, yes, no], (operands) => pointwise(b, 'Where', operands, yes.dtype));

/** x between two numbers. */
export const clip = (b: Builder, x: Value, low: number, high: number): Value =>
  minimum(b, maximum(b, x, b.splat(low, [])), b.splat(high, []));

/** x for x > 0, α x below. */
export const leakyRelu = (b: Builder, x: Value, alpha: number): Value =>
  elementwise(b, [x], ([u]) => b.operation('LeakyRelu', [u!], { alpha: { float: alpha } }, u!.shape, 'float32'));
