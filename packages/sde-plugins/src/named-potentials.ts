/**
 * Potentials by name or by coefficients, as experiment files give them: `potential: double-well`, or one polynomial a coordinate, constant first,
 * `potential: [[0, 0, -0.5, 0, 0.25], [0, 0, 0.5]]`.
 */
import { z } from 'zod';
import { derivative, type Polynomial, polynomialText, scaled, trimmed } from './polynomial.js';

const named = {
  harmonic: [0, 0, 0.5],
  quartic: [0, 0, 0, 0, 0.25],
  'double-well': [0, 0, -0.5, 0, 0.25],
} as const satisfies Record<string, Polynomial>;

const polynomial = z.array(z.number()).min(2).max(17);

export const potentialParameters = {
  potential: z
    .union([z.enum(['harmonic', 'quartic', 'double-well']), z.array(polynomial).min(1)])
    .default('double-well')
    .describe('U: a name (x²/2, x⁴/4, x⁴/4 − x²/2 of every coordinate), or a polynomial a coordinate, constant first'),
  dim: z.int().positive().optional().describe('coordinates that share the potential; 1, or as many as polynomials'),
};

interface Choice {
  readonly potential: keyof typeof named | readonly Polynomial[];
  readonly dim?: number | undefined;
}

/** One polynomial a coordinate. */
export const polynomialsOf = ({ potential, dim }: Choice): readonly Polynomial[] => {
  const given = typeof potential === 'string' ? [named[potential]] : potential;
  return given.length > 1 ? given : Array.from({ length: dim ?? 1 }, () => given[0]!);
};

/** Several polynomials are one a coordinate. */
export const checkPotential = ({ potential, dim }: Choice, context: z.RefinementCtx): void => {
  if (typeof potential === 'string' || potential.length === 1 || dim === undefined || dim === potential.length) return;
  context.addIssue({
    code: 'custom',
    path: ['dim'],
    message: `a polynomial a coordinate: ${potential.length}, or leave dim out`,
  });
};

/** Beyond this many lines a formula for all says more than one for each. */
const mostLines = 8;

/** Equations with the potential written out, a line a coordinate: `line(−U_j′, j)`; those for any potential where there are too many coordinates. */
export const forceLines = (
  choice: Choice,
  line: (force: string, j: number) => string,
): readonly string[] | undefined => {
  const polynomials = polynomialsOf(choice);
  if (polynomials.length > mostLines) return undefined;
  const named = namesOf('q', polynomials.length);
  return polynomials.map((c, j) => line(polynomialText(scaled(trimmed(derivative(c)), -1), named[j]), j));
};

/** q, or q1, q2, … */
export const namesOf = (letter: string, n: number): readonly string[] =>
  n === 1 ? [letter] : Array.from({ length: n }, (_, j) => `${letter}${j + 1}`);
