/**
 * Matrix products. Of two matrices a Gemm, which takes transposes at no cost; constant factors of the operands move out of it. Three products are none:
 *
 *     a bᵀ for columns a, b      outer product: elementwise with broadcasting
 *     A · 1, 1 · B               sums over an axis, spread
 */
import { mul } from './arithmetic.js';
import { expand } from './broadcast.js';
import { type Builder, isOperation } from './builder.js';
import { constantFactor } from './factors.js';
import { sum } from './reductions.js';
import { permutationOf, reshape, transpose } from './shapes.js';
import type { Attributes, Value } from './value.js';

interface Factor {
  readonly value: Value;
  readonly transposed: boolean;
  readonly scale: number;
}

const simplest = (b: Builder, { value, transposed, scale }: Factor): Factor => {
  if (!b.rewrites.products) return { value, transposed, scale };
  if (isOperation(value, 'Transpose') && permutationOf(value)[0] === 1) {
    return simplest(b, { value: value.inputs[0]!, transposed: !transposed, scale });
  }
  const factor = constantFactor(value);
  return factor && factor[0].shape.length === 2
    ? simplest(b, { value: factor[0], transposed, scale: scale * factor[1] })
    : { value, transposed, scale };
};

const turned = (b: Builder, { value, transposed }: Factor): Value => (transposed ? transpose(b, value, [1, 0]) : value);

/** α op(A) op(B) of two matrices; op transposes where asked. */
export const matMul = (b: Builder, x: Value, y: Value, transposeX = false, transposeY = false): Value => {
  const left = simplest(b, { value: x, transposed: transposeX, scale: 1 });
  const right = simplest(b, { value: y, transposed: transposeY, scale: 1 });
  const scale = left.scale * right.scale;
  const [n, k] = left.transposed
    ? [left.value.shape[1]!, left.value.shape[0]!]
    : (left.value.shape as [number, number]);
  const m = right.value.shape[right.transposed ? 0 : 1]!;
  if (b.rewrites.products) {
    const simpler = degenerate(b, left, right, n, k, m);
    if (simpler) return mul(b, simpler, b.splat(scale, []));
  }
  const attributes: Attributes = {
    ...(left.transposed ? { transA: { int: 1 } } : {}),
    ...(right.transposed ? { transB: { int: 1 } } : {}),
  };
  const product = b.operation('Gemm', [left.value, right.value], attributes, [n, m], 'float32');
  return mul(b, product, b.splat(scale, []));
};

const degenerate = (b: Builder, left: Factor, right: Factor, n: number, k: number, m: number): Value | undefined => {
  if (k === 1) return mul(b, reshape(b, left.value, [n, 1]), reshape(b, right.value, [1, m]));
  if (left.value.kind === 'splat') {
    const row = sum(b, turned(b, right), [0], true);
    return expand(b, mul(b, row, b.splat(left.value.number, [])), [n, m]);
  }
  if (right.value.kind === 'splat') {
    const column = sum(b, turned(b, left), [1], true);
    return expand(b, mul(b, column, b.splat(right.value.number, [])), [n, m]);
  }
  return undefined;
};
