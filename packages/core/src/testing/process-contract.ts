/**
 * The conformance suite of a process: every claim its definition makes, held against its drift and noise.
 *
 *     describe('vp', () => {
 *       test.each(processContract(vp, { dim: 2 }))('$name', ({ run }) => run());
 *     });
 *
 * Checks come from what the process declares; a derived transition or marginal is held to the same equations. Probes are standard normal states
 * times `scale`, moved inside the walls of the process: give it where coordinates are not of order one. Paths start where the process says it does, else there. Takes about a second for a few coordinates; checks that
 * form matrices of d² entries are left out beyond d = 64.
 */

import { ownCapabilities } from '../composition/capability-names.js';
import { checkSde } from '../composition/check-sde.js';
import { completeSde } from '../composition/complete-sde.js';
import { describeSchema } from '../composition/describe-schema.js';
import { parseOptions } from '../composition/parse-part.js';
import type { ScalarField, VectorField } from '../contracts/batch.js';
import type { Dataset } from '../contracts/problem.js';
import { describeSde, type Sde, type SdeDefinition } from '../contracts/sde.js';
import { placeInside } from '../numerics/domain.js';
import { assertContract, type Check, type ContractCase, codeOf, contractOf } from './contract.js';
import { derivativeCases, largestDense } from './derivative-contract.js';
import { fieldCases } from './field-contract.js';
import { formCases } from './form-contract.js';
import { integratorCases } from './integrator-contract.js';
import { chapmanKolmogorovCase, fokkerPlanckCase, scoreCase } from './law-contract.js';
import { priorCases } from './prior-contract.js';
import { type Probes, probesOf, type Region } from './probes.js';
import { samplingCase, shapeCases } from './shape-contract.js';
import { generatorCase } from './stationary-contract.js';
import { affineCase, clockCases, noiseRangeCase } from './structure-contract.js';
import { transitionCase } from './transition-contract.js';

export interface ProcessContractOptions extends Region {
  /** Number of probed rows, at least 4. Default 8. */
  readonly rows?: number;
}

/** The checks of `definition` at `parameters` (defaults filled in). Throws E_PARAMETERS at once if they do not fit the schema. */
export const processContract = (
  definition: SdeDefinition,
  parameters: Readonly<Record<string, unknown>> = {},
  { rows = 8, ...region }: ProcessContractOptions = {},
): readonly ContractCase[] => {
  const options = (): unknown => parseOptions('sde', definition, parameters);
  const make = (): Sde => definition.create(options());
  const sde = make();
  const probes = probesOf(sde, rows, region);
  const sound = codeOf(() => checkSde(sde)) === undefined;
  return contractOf([
    { name: 'parameters that are not finite are refused', run: () => checkSchema(definition, parameters) },
    ...shapeCases(describeSde(definition, options()), sde, probes),
    ...fieldCases(make, probes),
    ...derivativeCases(sde, probes),
    ...(sound ? [...structureCases(sde, probes), ...lawCases(completeSde(sde), sde, probes, region)] : []),
    ...(sound ? integratorCases(sde, region) : []),
    {
      name: 'completion changes nothing the author wrote',
      run() {
        const keys = Object.keys(sde);
        const own = [...ownCapabilities(sde)];
        const completed = completeSde(sde);
        assertContract(
          Object.keys(sde).join() === keys.join(),
          'fields added to the process',
          'the process as its author made it',
        );
        assertContract(
          [...ownCapabilities(completed)].join() === own.join(),
          'other own capabilities after completion',
          own.join(),
        );
      },
    },
  ]);
};

const checkSchema = (definition: SdeDefinition, parameters: Readonly<Record<string, unknown>>): void => {
  for (const { name, type } of describeSchema(definition.parameters)) {
    if (!/^(number|integer)/.test(type)) continue;
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const code = codeOf(() => parseOptions('sde', definition, { ...parameters, [name]: value }));
      assertContract(code === 'E_PARAMETERS', `${name} = ${value} gives ${code ?? 'no error'}`, 'E_PARAMETERS');
    }
  }
};

/** Two overlapping components inside the walls: correlated Gaussians, smooth from the first moment on, or the atoms at their centres. */
const mixtureData = ({ dim, domain }: Sde, atoms: boolean): Dataset => ({
  dim,
  draw: (_key, _first, out) => void out.data.fill(0),
  mixture: [-0.7, 0.4].map((centre, k) => ({
    weight: k === 0 ? 0.3 : 0.7,
    mean: centreInside(
      domain,
      Float64Array.from({ length: dim }, (_, j) => centre * (j % 2 === 0 ? 1 : -0.5)),
    ),
    covariance: Array.from({ length: dim * dim }, (_, ij) => (atoms ? 0 : ij % (dim + 1) === 0 ? 0.6 : 0.1)),
  })),
});

const centreInside = (domain: Sde['domain'], data: Float64Array): number[] => {
  if (domain !== undefined) placeInside(domain, { data, n: 1, d: data.length });
  return [...data];
};

const structureCases = (sde: Sde, probes: Probes): readonly Check[] => [
  ...formCases(sde, probes),
  ...(sde.affine === true ? [affineCase(sde, probes)] : []),
  ...(sde.timeChange === undefined || sde.dim > largestDense ? [] : clockCases(sde, sde.timeChange, probes)),
  ...(sde.noiseRange === undefined || sde.dim > largestDense ? [] : [noiseRangeCase(sde, sde.noiseRange, probes)]),
];

/** Of the completed process; `own` is as its author wrote it. */
const lawCases = ({ transition, marginal }: Sde, own: Sde, probes: Probes, region: Region): readonly Check[] => {
  const cases: Check[] = [];
  const dense = own.dim <= largestDense;
  if (transition !== undefined && dense) {
    cases.push(chapmanKolmogorovCase(own, transition), transitionCase(own, transition, region));
  }
  const law = marginal?.(mixtureData(own, false)) ?? marginal?.(mixtureData(own, true));
  if (law !== undefined && dense) {
    cases.push(scoreCase('marginal', law.logDensity, law.score, probes));
    cases.push(fokkerPlanckCase('marginal', own, law, probes, false));
  }
  for (const name of ['prior', 'stationary'] as const) {
    const distribution = own[name];
    if (distribution === undefined) continue;
    cases.push(samplingCase(name, distribution, own.dim, probes.y.n));
    if (distribution.logDensity === undefined || distribution.score === undefined || !dense) continue;
    const fields: { logDensity: ScalarField; score: VectorField } = {
      logDensity: (y, _t, out) => distribution.logDensity?.(y, out),
      score: (y, _t, out) => distribution.score?.(y, out),
    };
    cases.push(scoreCase(name, fields.logDensity, fields.score, probes));
    if (name === 'stationary') cases.push(fokkerPlanckCase(name, own, fields, probes, true));
  }
  if (own.stationary !== undefined && dense) cases.push(generatorCase(own, own.stationary));
  if (own.prior !== undefined) cases.push(...priorCases(own, own.prior, region));
  return cases;
};
