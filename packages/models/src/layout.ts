/** Parameters laid out one after the other in a flat vector, in the order they are named. */
import { type ParameterLayout, sizeOf } from '@fokker/core';

export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

export const layOut = (arrays: readonly NamedShape[]): { layout: readonly ParameterLayout[]; length: number } => {
  let length = 0;
  const layout = arrays.map(({ name, shape }) => {
    const offset = length;
    length += sizeOf(shape);
    return { name, shape, offset };
  });
  return { layout, length };
};
