/**
 * The conformance suite of a process: every claim its definition makes, held against its drift and noise.
 *
 *     describe('vp', () => {
 *       test.each(processContract(vp, { dim: 2 }))('$name', ({ run }) => run());
 *     });
 *
 * Checks come from what the process declares; a derived transition or marginal is held to the same equations. Probes are standard normal states times `scale`:
 * give it where coordinates are not of order one.
 */

import { ownCapabilities } from '../composition/capability-names.js';
import { checkSde } from '../composition/check-sde.js';
import { completeSde } from '../composition/complete-sde.js';
import { describeSchema } from '../composition/describe-schema.js';
import { parseOptions } from '../composition/parse-part.js';
import type { ScalarField, VectorField } from '../contracts/batch.js';
import type { Dataset } from '../contracts/problem.js';
import type { Sde, SdeDefinition } from '../contracts/sde.js';
import { assertContract, type ContractCase, codeOf } from './contract.js';
import { derivativeCases } from './derivative-contract.js';
import { chapmanKolmogorovCase, fokkerPlanckCase, scoreCase } from './law-contract.js';
import { type Probes, probesOf } from './probes.js';
import { samplingCase, shapeCases } from './shape-contract.js';
import { clockCases, noiseRangeCase } from './structure-contract.js';

export interface ProcessContractOptions {
  /** Root mean square of the probed states. Default 1. */
  readonly scale?: number;
  /** Number of probed rows, at least 4. Default 8. */
  readonly rows?: number;
}

/** The checks of `definition` at `parameters` (defaults filled in). Throws E_PARAMETERS at once if they do not fit the schema. */
export const processContract = (
  definition: SdeDefinition,
  parameters: Readonly<Record<string, unknown>> = {},
  { scale = 1, rows = 8 }: ProcessContractOptions = {},
): readonly ContractCase[] => {
  const make = (): Sde => definition.create(parseOptions('sde', definition, parameters));
  const sde = make();
  const probes = probesOf(sde, rows, scale);
  return [
    { name: 'parameters that are not finite are refused', run: () => checkSchema(definition, parameters) },
    ...shapeCases(make, probes),
    ...derivativeCases(sde, probes),
    ...(codeOf(() => checkSde(sde)) === undefined ? lawCases(sde, probes) : []),
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
  ];
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

/** Two overlapping components: correlated Gaussians, smooth from the first moment on, or the atoms at their centres. */
const mixtureData = (dim: number, atoms: boolean): Dataset => ({
  dim,
  draw: (_key, _first, out) => void out.data.fill(0),
  mixture: [-0.7, 0.4].map((centre, k) => ({
    weight: k === 0 ? 0.3 : 0.7,
    mean: Array.from({ length: dim }, (_, j) => centre * (j % 2 === 0 ? 1 : -0.5)),
    covariance: Array.from({ length: dim * dim }, (_, ij) => (atoms ? 0 : ij % (dim + 1) === 0 ? 0.6 : 0.1)),
  })),
});

const lawCases = (sde: Sde, probes: Probes): readonly ContractCase[] => {
  const cases: ContractCase[] = [];
  const { transition, marginal } = completeSde(sde);
  if (sde.timeChange !== undefined) cases.push(...clockCases(sde, sde.timeChange, probes));
  if (sde.noiseRange !== undefined) cases.push(noiseRangeCase(sde, sde.noiseRange, probes));
  if (transition !== undefined) cases.push(chapmanKolmogorovCase(sde, transition));
  const law = marginal?.(mixtureData(sde.dim, false)) ?? marginal?.(mixtureData(sde.dim, true));
  if (law !== undefined) {
    cases.push(scoreCase('marginal', law.logDensity, law.score, probes));
    if (sde.diffusion.dependsOn !== 'state') cases.push(fokkerPlanckCase('marginal', sde, law, probes, false));
  }
  for (const name of ['prior', 'stationary'] as const) {
    const distribution = sde[name];
    if (distribution === undefined) continue;
    cases.push(samplingCase(name, distribution, probes.y.n));
    if (distribution.logDensity === undefined || distribution.score === undefined) continue;
    const fields: { logDensity: ScalarField; score: VectorField } = {
      logDensity: (y, _t, out) => distribution.logDensity?.(y, out),
      score: (y, _t, out) => distribution.score?.(y, out),
    };
    cases.push(scoreCase(name, fields.logDensity, fields.score, probes));
    if (name === 'stationary' && sde.diffusion.dependsOn !== 'state') {
      cases.push(fokkerPlanckCase(name, sde, fields, probes, true));
    }
  }
  return cases;
};
