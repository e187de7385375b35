/** What passes share: who reads what, and building a graph again with some operations replaced. */
import type { Builder } from '../builder.js';
import type { OperationValue, Value } from '../value.js';

/** How often each value is read, by operations that the outputs reach and by the outputs themselves. */
export const countReaders = (outputs: readonly Value[]): ReadonlyMap<Value, number> => {
  const readers = new Map<Value, number>();
  const pending: Value[] = [];
  const read = (value: Value): void => {
    const count = readers.get(value) ?? 0;
    readers.set(value, count + 1);
    if (count === 0) pending.push(value);
  };
  outputs.forEach(read);
  for (let value = pending.pop(); value; value = pending.pop()) {
    if (value.kind === 'operation') value.inputs.forEach(read);
  }
  return readers;
};

/** Replaces an operation, or leaves it; `again` gives what has become of a value it read. */
export type Replace = (value: OperationValue, again: (value: Value) => Value) => Value | undefined;

export const rebuild = (b: Builder, outputs: readonly Value[], replace: Replace): readonly Value[] => {
  const done = new Map<Value, Value>();
  const again = (value: Value): Value => {
    if (value.kind !== 'operation') return value;
    const known = done.get(value);
    if (known) return known;
    const result = replace(value, again) ?? same(value);
    done.set(value, result);
    return result;
  };
  const same = (value: OperationValue): Value => {
    const inputs = value.inputs.map(again);
    if (inputs.every((input, i) => input === value.inputs[i])) return value;
    return b.operation(value.op, inputs, value.attributes, value.shape, value.dtype);
  };
  return outputs.map(again);
};
