/** Numbers as people read them, and the middle of several. */

/** So many significant digits, no trailing zeros; what is not finite stays as it is. */
export const rounded = (x: number, digits = 3): number => Number(x.toPrecision(digits));

/** Of an even number the upper one of the two in the middle. */
export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
