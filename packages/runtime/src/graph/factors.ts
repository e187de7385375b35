/** Constant factors of values, and moving them behind operations that are linear. */
import { type Builder, isOperation, numberOf } from './builder.js';
import type { Value } from './value.js';

/** c x → [x, c]: a product whose second factor is a number, or a negative. */
export const constantFactor = (x: Value): readonly [Value, number] | undefined => {
  if (isOperation(x, 'Neg')) return [x.inputs[0]!, -1];
  const number = isOperation(x, 'Mul') ? numberOf(x.inputs[1]!) : undefined;
  return isOperation(x, 'Mul') && number !== undefined ? [x.inputs[0]!, number] : undefined;
};

/** c x as it stands. */
const times = (b: Builder, x: Value, c: number): Value =>
  c === -1
    ? b.operation('Neg', [x], {}, x.shape, x.dtype)
    : b.operation('Mul', [x, b.splat(c, [])], {}, x.shape, x.dtype);

/** f(c x) = c f(x) for a linear f; nothing where x has no factor. */
export const behind = (b: Builder, x: Value, f: (x: Value) => Value): Value | undefined => {
  const factor = b.rewrites.algebra && x.dtype === 'float32' ? constantFactor(x) : undefined;
  return factor && times(b, f(factor[0]), factor[1]);
};

/** f(c x, d y, …) = c f(x, (d/c) y, …) for a linear f of values that all have factors. */
export const behindAll = (
  b: Builder,
  values: readonly Value[],
  f: (values: readonly Value[]) => Value,
): Value | undefined => {
  if (!b.rewrites.algebra || values[0]?.dtype !== 'float32') return undefined;
  const factors = values.map(constantFactor);
  const common = factors[0]?.[1];
  if (common === undefined) return undefined;
  const rest: Value[] = [];
  for (const factor of factors) {
    if (!factor) return undefined;
    rest.push(factor[1] === common ? factor[0] : times(b, factor[0], factor[1] / common));
  }
  return times(b, f(rest), common);
};
