/**
 * The suite that a part has to pass, by its kind. An objective is put on a small process that has what it needs; a network is built for two coordinates and one feature.
 */
import { fail, type PartKind, type Parts, parseOptions } from '@fokker/core';
import {
  type ContractCase,
  modelContract,
  objectiveContract,
  processContract,
  processFor,
  samplerContract,
} from '@fokker/core/testing';
import { modelBench, objectiveBench } from '@fokker/runtime/testing';
import { dataContract } from './data-contract.js';

export type Options = Readonly<Record<string, unknown>>;

type Suites = {
  readonly [K in PartKind]?: (
    definition: Parts[K],
    options: Options,
  ) => readonly ContractCase[] | Promise<readonly ContractCase[]>;
};

const suites: Suites = {
  sde: (definition, options) => processContract(definition, options),
  objective: (definition, options) =>
    objectiveContract(definition, processFor(definition), options, { bench: objectiveBench() }),
  sampler: (definition, options) => samplerContract(definition, options),
  model: (definition, options) => modelContract(definition, options, { bench: modelBench() }),
  async dataset(definition, options) {
    const parsed = parseOptions('dataset', definition, options);
    return dataContract(await definition.create(parsed, { directory: process.cwd(), dim: 2 }), 2);
  },
};

export const checkedKinds = Object.keys(suites);

/** Throws what the part says to these options, and E_USAGE for a kind without a suite. */
export async function partContract<K extends PartKind>(
  kind: K,
  definition: Parts[K],
  options: Options,
): Promise<readonly ContractCase[]> {
  const suite = suites[kind];
  if (suite !== undefined) return suite(definition, options);
  return fail('E_USAGE', {
    summary: `there is no suite for '${definition.id}'`,
    got: `a part of kind ${kind}`,
    expected: `one of ${checkedKinds.join(', ')}`,
    tryThis: ['fokker check CONFIG  tries it in an experiment'],
  });
}
