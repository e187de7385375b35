/**
 * Monomials φ(y) = Π_j y_j^{α_j} of degree 1 … m in d variables, with gradient and Hessian.
 */

export interface Monomial {
  /** α, [d] */
  readonly powers: readonly number[];
  /** x^2 v */
  readonly name: string;
}

const nameOf = (powers: readonly number[], coordinates: readonly string[]): string =>
  powers
    .flatMap((power, j) => (power === 0 ? [] : [power === 1 ? coordinates[j]! : `${coordinates[j]}^${power}`]))
    .join(' ');

/** α with |α| = degree, in lexicographic order. */
function powersOf(d: number, degree: number): number[][] {
  if (d === 1) return [[degree]];
  return Array.from({ length: degree + 1 }, (_, k) => degree - k).flatMap((first) =>
    powersOf(d - 1, degree - first).map((rest) => [first, ...rest]),
  );
}

/** Number of monomials of degree 1 … m: C(d + m, m) − 1. */
export function monomialCount(d: number, degree: number): number {
  let count = 1;
  for (let k = 1; k <= degree; k++) count *= (d + k) / k;
  return Math.round(count) - 1;
}

export const monomials = (coordinates: readonly string[], degree: number): Monomial[] =>
  Array.from({ length: degree }, (_, k) => powersOf(coordinates.length, k + 1))
    .flat()
    .map((powers) => ({ powers, name: nameOf(powers, coordinates) }));

/** y_j^p for p = 0 … degree, [d][degree + 1] flat, of the state y[at …]. */
export function fillPowers(y: Float64Array, at: number, d: number, degree: number, out: Float64Array): void {
  for (let j = 0; j < d; j++) {
    let value = 1;
    for (let p = 0; p <= degree; p++) {
      out[j * (degree + 1) + p] = value;
      value *= y[at + j]!;
    }
  }
}

/** ∂^order φ for derivatives along the coordinates `along` (repeats allowed). */
export function derivative(
  powers: readonly number[],
  along: readonly number[],
  table: Float64Array,
  degree: number,
): number {
  let value = 1;
  for (let j = 0; j < powers.length; j++) {
    let power = powers[j]!;
    for (const direction of along) {
      if (direction !== j) continue;
      value *= power;
      power -= 1;
    }
    if (value === 0) return 0;
    value *= table[j * (degree + 1) + power]!;
  }
  return value;
}
