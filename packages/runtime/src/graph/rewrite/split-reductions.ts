/**
 * Sums over axes of sums with factors, where nobody else reads them: a pass over an array for each factor and each sum, when each sum over axes is but one.
 *
 *     Σ (a + c b − c d)  →  Σ a + c Σ b − c Σ d
 *
 * The last rewrite: in the others' eyes it hides sums that they could have factored.
 */
import { add, mul, neg } from '../arithmetic.js';
import { type Builder, isOperation } from '../builder.js';
import { constantFactor } from '../factors.js';
import { sameShape, type Value } from '../value.js';
import { countReaders, rebuild } from './rebuild.js';

interface Part {
  readonly value: Value;
  readonly factor: number;
}

export const splitReductions = (b: Builder, outputs: readonly Value[]): readonly Value[] => {
  const readers = countReaders(outputs);

  const partsOf = (value: Value, factor: number): readonly Part[] => {
    const part = { value, factor };
    if (value.kind !== 'operation' || readers.get(value) !== 1) return [part];
    const whole = value.inputs.every(({ shape }) => sameShape(shape, value.shape));
    if (whole && (isOperation(value, 'Add') || isOperation(value, 'Sub'))) {
      const sign = isOperation(value, 'Add') ? 1 : -1;
      return [...partsOf(value.inputs[0]!, factor), ...partsOf(value.inputs[1]!, sign * factor)];
    }
    const scaled = constantFactor(value);
    return scaled && sameShape(scaled[0].shape, value.shape) ? partsOf(scaled[0], factor * scaled[1]) : [part];
  };

  return rebuild(b, outputs, (value, again) => {
    if (!isOperation(value, 'ReduceSum') || value.dtype !== 'float32') return undefined;
    const parts = partsOf(value.inputs[0]!, 1);
    // Sums without factors take as many passes either way.
    if (parts.length < 2 || parts.every(({ factor }) => Math.abs(factor) === 1)) return undefined;
    const sums = parts.map(({ value: part, factor }) => {
      const sum = b.operation(
        'ReduceSum',
        [again(part), ...value.inputs.slice(1)],
        value.attributes,
        value.shape,
        'float32',
      );
      return factor === 1 ? sum : factor === -1 ? neg(b, sum) : mul(b, sum, b.splat(factor, []));
    });
    return sums.reduce((total, sum) => add(b, total, sum));
  });
};
