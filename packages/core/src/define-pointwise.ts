/**
 * Processes written as pointwise code: one sample in, one sample out, in place.
 *
 *     drift(y, t, dy)       y, dy: Float64Array [d]      dy comes filled with zeros
 *     jacobian(y, t, J)     J: Float64Array [d·d], J[i·d + j] = ∂f_i/∂y_j, filled with zeros
 *     noise                 G of dY = f dt + G dW: a matrix [d][m], a diagonal [d], a number (G = g I), or a function of t that gives one of these
 *
 * Two scratch rows serve the whole batch, so nothing is allocated per sample; the code may keep neither of them, and has to be a pure function of y and t.
 */
import { z } from 'zod';
import type { VectorField } from './contracts/batch.js';
import type { Capabilities } from './contracts/capabilities.js';
import type { Diffusion, NoiseStructure } from './contracts/diffusion.js';
import type { JacobianField } from './contracts/matrix.js';
import type { Equations, Schema, Sde, SdeDefinition } from './contracts/sde.js';
import { fail } from './errors.js';
import { denseJacobian } from './numerics/jacobian.js';
import { flattenMatrix } from './numerics/matrix.js';
import { denseNoise, diagonalNoise, scalarNoise } from './numerics/noise.js';

export type NoiseMatrix = number | readonly number[] | readonly (readonly number[])[];

export interface PointwiseEquations extends Partial<Omit<Capabilities, 'jacobian'>> {
  drift(y: Float64Array, t: number, dy: Float64Array): void;
  jacobian?(y: Float64Array, t: number, J: Float64Array): void;
  readonly noise: NoiseMatrix | ((t: number) => NoiseMatrix);
  readonly affine?: boolean;
}

interface PointwiseDefinition<P> {
  readonly id: string;
  readonly summary?: string;
  readonly equations?: Equations;
  readonly coordinates?: readonly string[];
  readonly dim: number;
  /** T of a span that begins at 0; 1 by default. */
  readonly horizon?: number;
  /** The whole span, where it does not begin at 0. */
  readonly span?: { readonly t0: number; readonly T: number };
  /** Smallest times used; t0 + (T − t0)/1000 by default. */
  readonly cutoff?: { readonly train: number; readonly sample: number };
  create(parameters: P): PointwiseEquations;
}
type Defaults = Readonly<Record<string, number>>;

/**
 * A full process from pointwise code. `parameters` is a zod schema, or plain numbers: the names with their defaults (any finite number is then accepted, as a default too).
 * `create` throws E_SHAPE and E_NOT_FINITE for noise that does not fit `dim`.
 */
export function pointwiseSde<S extends z.ZodType>(
  definition: PointwiseDefinition<z.output<S>> & { readonly parameters: S },
): SdeDefinition<z.output<S>>;
export function pointwiseSde<D extends Defaults>(
  definition: PointwiseDefinition<{ readonly [K in keyof D]: number }> & { readonly parameters: D },
): SdeDefinition<{ readonly [K in keyof D]: number }>;
export function pointwiseSde(
  definition: PointwiseDefinition<Readonly<Record<never, number>>> & { readonly parameters?: undefined },
): SdeDefinition<Readonly<Record<never, number>>>;
export function pointwiseSde(
  definition: PointwiseDefinition<unknown> & { readonly parameters?: z.ZodType | Defaults | undefined },
): SdeDefinition {
  const { id, summary, equations, coordinates, dim, horizon = 1, span = { t0: 0, T: horizon } } = definition;
  const smallest = span.t0 + 1e-3 * (span.T - span.t0);
  return {
    id,
    ...(summary === undefined ? {} : { summary }),
    ...(equations === undefined ? {} : { equations }),
    ...(coordinates === undefined ? {} : { coordinates }),
    parameters: schemaFrom(definition.parameters),
    create(parameters): Sde {
      const { drift, jacobian, noise, ...capabilities } = definition.create(parameters);
      return {
        ...capabilities,
        dim,
        span,
        cutoff: definition.cutoff ?? { train: smallest, sample: smallest },
        drift: rowwise(dim, drift),
        diffusion: noiseDiffusion(dim, span.t0, noise),
        ...(jacobian === undefined ? {} : { jacobian: rowwiseJacobian(dim, jacobian) }),
      };
    },
  };
}

const schemaFrom = (parameters: z.ZodType | Defaults | undefined): Schema<unknown> => {
  if (parameters instanceof z.ZodType) return parameters;
  return z.object(
    Object.fromEntries(Object.entries(parameters ?? {}).map(([name, value]) => [name, z.number().prefault(value)])),
  );
};

const rowwise = (d: number, drift: PointwiseEquations['drift']): VectorField => {
  const [row, dy] = [new Float64Array(d), new Float64Array(d)];
  return (y, t, out) => {
    for (let i = 0, k = 0; i < y.n; i++, k += d) {
      for (let j = 0; j < d; j++) {
        row[j] = y.data[k + j]!;
        dy[j] = 0;
      }
      drift(row, t[i]!, dy);
      for (let j = 0; j < d; j++) out.data[k + j] = dy[j]!;
    }
  };
};

const rowwiseJacobian = (d: number, jacobian: NonNullable<PointwiseEquations['jacobian']>): JacobianField => {
  const [row, J] = [new Float64Array(d), new Float64Array(d * d)];
  return denseJacobian(d, (y, at, t, out, outAt) => {
    for (let j = 0; j < d; j++) row[j] = y[at + j]!;
    J.fill(0);
    jacobian(row, t, J);
    for (let k = 0; k < d * d; k++) out[outAt + k] = J[k]!;
  });
};

/** The structure is that of the value; for a function, that of its value at t0. */
const noiseDiffusion = (d: number, t0: number, noise: PointwiseEquations['noise']): Diffusion => {
  if (typeof noise !== 'function') {
    const structure = structureOf(noise);
    const { flat, columns } = flatNoise(d, noise);
    if (structure === 'scalar') return scalarNoise(d, flat[0]!);
    if (structure === 'diagonal') return diagonalNoise(d, [...flat]);
    return denseNoise(d, columns, (_t, out) => out.set(flat), 'none');
  }
  const first = noise(t0);
  const [structure, { columns }] = [structureOf(first), flatNoise(d, first)];
  const at = (t: number): Float64Array => {
    const value = noise(t);
    const { flat, columns: found } = flatNoise(d, value);
    if (structureOf(value) !== structure || found !== columns) refuseChange(t0, t);
    return flat;
  };
  if (structure === 'dense') return denseNoise(d, columns, (t, out) => out.set(at(t)));
  if (structure === 'diagonal') return diagonalNoise(d, (t, out) => out.set(at(t)));
  return scalarNoise(d, (t) => at(t)[0]!);
};

const refuseChange = (t0: number, t: number): never =>
  fail('E_SHAPE', {
    summary: 'the noise G changes its shape in time',
    got: `another shape at t = ${t} than at t = ${t0}`,
    expected: 'a number at all times, or a diagonal, or a matrix with as many columns',
    tryThis: ['zeros where there is no noise'],
  });

const structureOf = (value: NoiseMatrix): NoiseStructure => {
  if (typeof value === 'number') return 'scalar';
  return value.some((row) => typeof row !== 'number') ? 'dense' : 'diagonal';
};

const flatNoise = (d: number, value: NoiseMatrix): { flat: Float64Array; columns: number } => {
  const rows = typeof value === 'number' ? [[value]] : value.map((row) => (typeof row === 'number' ? [row] : row));
  const columns = rows[0]?.length ?? 0;
  const flat = flattenMatrix(rows, typeof value === 'number' ? 1 : d, columns, 'the noise G');
  return { flat, columns };
};
