/**
 * Polynomials by their coefficients, constant first: c₀ + c₁ x + c₂ x² + …
 */
export type Polynomial = readonly number[];

/** Horner's rule. */
export const valueAt = (c: Polynomial, x: number): number => {
  let value = 0;
  for (let k = c.length - 1; k >= 0; k--) value = value * x + c[k]!;
  return value;
};

export const derivative = (c: Polynomial): Polynomial => c.slice(1).map((value, k) => (k + 1) * value);

export const scaled = (c: Polynomial, factor: number): Polynomial => c.map((value) => factor * value);

/** Without leading zeros. */
export const trimmed = (c: Polynomial): Polynomial => c.slice(0, c.findLastIndex((value) => value !== 0) + 1);

/** Does it grow without bound on both sides: even degree of two at least, positive leading coefficient? Expects a trimmed one. */
export const confines = (c: Polynomial): boolean => c.length >= 3 && c.length % 2 === 1 && c[c.length - 1]! > 0;

/** `x^4/4 - x^2/2`, for descriptions. */
export const polynomialText = (c: Polynomial, variable = 'x'): string => {
  const terms = c.map((value, k) => {
    if (value === 0) return '';
    const power = k === 0 ? '' : k === 1 ? variable : `${variable}^${k}`;
    const size = Math.abs(value);
    const factor = size === 1 && k > 0 ? power : k === 0 ? `${size}` : `${size} ${power}`;
    return `${value < 0 ? '-' : '+'} ${factor}`;
  });
  const text = terms
    .filter((term) => term !== '')
    .reverse()
    .join(' ');
  return text === '' ? '0' : text.replace(/^\+ /, '').replace(/^- /, '-');
};
