/**
 * Potentials by name or by coefficients, as experiment files give them: `potential: double-well`, or one polynomial a coordinate, constant first,
 * `potential: [[0, 0, -0.5, 0, 0.25], [0, 0, 0.5]]`.
 */
import { z } from 'zod';
import { muellerBrown } from './mueller-brown.js';
import { namesOf } from './names.js';
import { derivative, type Polynomial, polynomialText, scaled, trimmed } from './polynomial.js';
import { type Potential, separablePotential } from './potential.js';

const named = {
  harmonic: [0, 0, 0.5],
  quartic: [0, 0, 0, 0, 0.25],
  'double-well': [0, 0, -0.5, 0, 0.25],
} as const satisfies Record<string, Polynomial>;

const surfaces = { 'mueller-brown': muellerBrown } as const satisfies Record<string, Potential>;

const isSurface = (name: unknown): name is keyof typeof surfaces => typeof name === 'string' && name in surfaces;

const polynomial = z.array(z.number()).min(2).max(17);

export const potentialParameters = {
  potential: z
    .union([z.enum(['harmonic', 'quartic', 'double-well', 'mueller-brown']), z.array(polynomial).min(1)])
    .default('double-well')
    .describe(
      'U: a name (x²/2, x⁴/4, x⁴/4 − x²/2 of every coordinate, or the surface of Müller and Brown), or a polynomial a coordinate, constant first',
    ),
  dim: z.int().positive().optional().describe('coordinates that share the potential; 1, or as many as polynomials'),
};

interface Choice {
  readonly potential: keyof typeof named | keyof typeof surfaces | readonly Polynomial[];
  readonly dim?: number | undefined;
}

/** One polynomial a coordinate; none for a surface that couples them. */
const polynomialsOf = ({ potential, dim }: Choice): readonly Polynomial[] | undefined => {
  if (isSurface(potential)) return undefined;
  const given = typeof potential === 'string' ? [named[potential]] : potential;
  return given.length > 1 ? given : Array.from({ length: dim ?? 1 }, () => given[0]!);
};

export const potentialOf = (choice: Choice): Potential =>
  isSurface(choice.potential) ? surfaces[choice.potential] : separablePotential(polynomialsOf(choice)!);

/** Several polynomials are one a coordinate, and a surface has its own dimension. */
export const checkPotential = ({ potential, dim }: Choice, context: z.RefinementCtx): void => {
  const own = isSurface(potential) ? surfaces[potential].dim : typeof potential === 'string' ? 1 : potential.length;
  if (dim === undefined || dim === own || (own === 1 && !isSurface(potential))) return;
  context.addIssue({ code: 'custom', path: ['dim'], message: `${own}, as the potential has it, or leave dim out` });
};

/** Beyond this many lines a formula for all says more than one for each. */
const mostLines = 8;

/** Equations with the potential written out, a line a coordinate: `line(−U_j′, j)`; those for any potential where there are too many coordinates. */
export const forceLines = (
  choice: Choice,
  line: (force: string, j: number) => string,
): readonly string[] | undefined => {
  const polynomials = polynomialsOf(choice);
  if (polynomials === undefined || polynomials.length > mostLines) return undefined;
  const named = namesOf('q', polynomials.length);
  return polynomials.map((c, j) => line(polynomialText(scaled(trimmed(derivative(c)), -1), named[j]), j));
};
