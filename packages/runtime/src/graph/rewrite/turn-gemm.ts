/**
 * A transposed product is the product of the transposes, (op(A) op(B))ᵀ = op(B)ᵀ op(A)ᵀ, and Gemm transposes for nothing. Only where nobody reads the product
 * itself. A sum of products is turned term by term.
 */
import { add, mul, sub } from '../arithmetic.js';
import { type Builder, isOperation } from '../builder.js';
import { constantFactor } from '../factors.js';
import type { Attributes, OperationValue, Value } from '../value.js';
import { countReaders, rebuild } from './rebuild.js';

const flag = ({ attributes }: OperationValue, name: string): number => {
  const attribute = attributes[name];
  return attribute && 'int' in attribute ? attribute.int : 0;
};

const turned = (product: OperationValue): Attributes => {
  const { transA: _a, transB: _b, ...others } = product.attributes;
  return {
    ...(flag(product, 'transB') === 1 ? {} : { transA: { int: 1 } }),
    ...(flag(product, 'transA') === 1 ? {} : { transB: { int: 1 } }),
    ...others,
  };
};

export const turnGemm = (b: Builder, outputs: readonly Value[]): readonly Value[] => {
  const readers = countReaders(outputs);
  return rebuild(b, outputs, (value, again) => {
    const turn = (x: Value): Value | undefined => {
      if (x.kind !== 'operation' || readers.get(x) !== 1) return undefined;
      const [u, v] = x.inputs;
      if (isOperation(x, 'Gemm') && x.inputs.length === 2) {
        return b.operation('Gemm', [again(v!), again(u!)], turned(x), [...x.shape].reverse(), x.dtype);
      }
      const factor = constantFactor(x);
      if (factor) {
        const inner = turn(factor[0]);
        return inner && mul(b, inner, b.splat(factor[1], []));
      }
      if (!isOperation(x, 'Add') && !isOperation(x, 'Sub')) return undefined;
      const left = turn(u!);
      const right = left && turn(v!);
      if (!left || !right) return undefined;
      return isOperation(x, 'Add') ? add(b, left, right) : sub(b, left, right);
    };
    return isOperation(value, 'Transpose') && value.shape.length === 2 ? turn(value.inputs[0]!) : undefined;
  });
};
