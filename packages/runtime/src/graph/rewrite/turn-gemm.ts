/**
 * A transposed product is the product of the transposes, (op(A) op(B))ᵀ = op(B)ᵀ op(A)ᵀ, and Gemm transposes for nothing. Only where nobody reads the product
 * itself.
 */
import { type Builder, isOperation } from '../builder.js';
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
    const source = isOperation(value, 'Transpose') ? value.inputs[0]! : undefined;
    if (!source || !isOperation(source, 'Gemm') || source.inputs.length !== 2 || readers.get(source) !== 1)
      return undefined;
    const [x, y] = [again(source.inputs[0]!), again(source.inputs[1]!)];
    return b.operation('Gemm', [y, x], turned(source), value.shape, value.dtype);
  });
};
