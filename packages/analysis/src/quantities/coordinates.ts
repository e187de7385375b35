/** A coordinate as an option of a quantity: by its name, or by its number from 0. */
import { fail } from '@fokker/core';
import { z } from 'zod';

export const coordinateOption = z.union([z.string(), z.int().nonnegative()]);

/** j; E_PARAMETERS for a coordinate that the process does not have. `option`: which one says so. */
export const coordinateIndex = (names: readonly string[], name: string | number, option: string): number => {
  const j = typeof name === 'number' ? name : names.indexOf(name);
  if (Number.isInteger(j) && j >= 0 && j < names.length) return j;
  return fail('E_PARAMETERS', {
    summary: `there is no coordinate '${name}'`,
    got: `${option}: ${name}`,
    expected: `one of ${names.join(', ')}, or a number from 0 to ${names.length - 1}`,
    tryThis: [option === 'coordinates' ? `coordinates: [${names.slice(0, 2).join(', ')}]` : `${option}: ${names[0]}`],
  });
};
