/**
 * The components of a mixture as parameters: weights, means and spreads, checked against each other and laid out flat.
 *
 *     π = Σ_k w_k N(μ_k, C_k),   C_k = c_k² I or a full matrix
 */
import { z } from 'zod';

const component = z
  .object({
    weight: z.number().positive().default(1).describe('w, relative to the others'),
    mean: z.union([z.number(), z.array(z.number()).min(1)]).describe('μ, [d], or one number for all coordinates'),
    std: z.number().positive().optional().describe('c of C = c² I; 1 without a covariance'),
    covariance: z.array(z.array(z.number()).min(1)).min(1).optional().describe('C, [d, d], instead of std'),
  })
  .refine(({ std, covariance }) => std === undefined || covariance === undefined, {
    path: ['covariance'],
    error: 'a component has a std or a covariance, not both',
  });

const corners = [-2, 2].flatMap((x) => [-2, 2].map((y) => ({ weight: 1, mean: [x, y], std: 0.7 })));

export const mixtureParameters = {
  dim: z.int().positive().optional().describe('dimension d; that of the means unless these are numbers'),
  components: z.array(component).min(1).default(corners).describe('components of π: weight, mean, std or covariance'),
};

const schema = z.object(mixtureParameters);
type Given = z.infer<typeof schema>;

const dimensionOf = ({ dim, components }: Given): number | undefined =>
  dim ??
  components.map(({ mean }) => (typeof mean === 'number' ? undefined : mean.length)).find((d) => d !== undefined);

/** Reports what does not fit together, at its path. */
export const checkComponents = (given: Given, context: z.core.ParsePayload<Given>): void => {
  const refuse = (path: (string | number)[], message: string): void => {
    context.issues.push({ code: 'custom', path, message, input: given });
  };
  const d = dimensionOf(given);
  if (d === undefined) {
    refuse(['dim'], 'means that are numbers need the dimension: dim');
    return;
  }
  given.components.forEach(({ mean, covariance }, k) => {
    if (typeof mean !== 'number' && mean.length !== d) {
      refuse(['components', k, 'mean'], `a mean has an entry a coordinate: ${d}, not ${mean.length}`);
    }
    if (covariance?.some((row) => row.length !== d) || (covariance && covariance.length !== d)) {
      refuse(['components', k, 'covariance'], `a covariance has ${d} rows of ${d} numbers`);
    }
  });
};

export interface Components {
  readonly d: number;
  /** w_k, normalised, [K] */
  readonly weight: Float64Array;
  /** μ_k, [K, d] */
  readonly mean: Float64Array;
  /** c_k, [K], where every covariance is c_k² I */
  readonly std?: Float64Array;
  /** C_k */
  readonly covariance: (k: number) => readonly (readonly number[])[];
}

export const componentsOf = (given: Given): Components => {
  const { components } = given;
  const d = dimensionOf(given) ?? 1;
  const total = components.reduce((sum, { weight }) => sum + weight, 0);
  const mean = new Float64Array(components.length * d);
  components.forEach((own, k) => {
    if (typeof own.mean === 'number') mean.fill(own.mean, k * d, (k + 1) * d);
    else mean.set(own.mean, k * d);
  });
  const isotropic = components.every(({ covariance }) => covariance === undefined);
  return {
    d,
    weight: Float64Array.from(components, ({ weight }) => weight / total),
    mean,
    ...(isotropic ? { std: Float64Array.from(components, ({ std }) => std ?? 1) } : {}),
    covariance(k) {
      const { covariance, std = 1 } = components[k]!;
      return (
        covariance ?? Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (i === j ? std ** 2 : 0)))
      );
    },
  };
};
