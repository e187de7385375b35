/**
 * An experiment file as subjects: the experiment as a whole, then its parts as they stand in it, the process at the states it visits, the network in the shape of the process.
 * A file whose parts do not fit is one subject with one failed case.
 */
import { errorCodes, featuresOf, isFokkerError, noiseRangeOf } from '@fokker/core';
import { contractOf, modelContract, objectiveContract, processContract, samplerContract } from '@fokker/core/testing';
import { modelBench, objectiveBench } from '@fokker/runtime/testing';
import { type Experiment, openExperiment } from '../composition/experiment.js';
import type { PartConfig } from '../config/schema.js';
import type { CheckOptions, Subject } from './check.js';
import { dataContract } from './data-contract.js';
import { experimentContract, visitedStates } from './experiment-contract.js';

/** The failure of a configuration, as opposed to that of a file or of words. */
const doesNotFit = (error: unknown): boolean => isFokkerError(error) && errorCodes[error.code].exit === 65;

const refusal = (subject: string, error: unknown): Subject => ({
  subject,
  cases: () =>
    contractOf([
      {
        name: 'the parts fit each other',
        run() {
          throw error;
        },
      },
    ]),
});

export async function experimentSubjects(file: string, { set, plugins }: CheckOptions): Promise<readonly Subject[]> {
  const subject = `experiment ${file}`;
  const opened = await openExperiment(file, { set, plugins }).catch((error: unknown) => {
    if (doesNotFit(error)) return refusal(subject, error);
    throw error;
  });
  return 'cases' in opened ? [opened] : subjectsOf(subject, opened);
}

const optionsOf = ({ id: _, ...options }: PartConfig) => options;

/** Looked at where its data lead it. */
const processSubject = (experiment: Experiment): Subject => {
  const { process, config, registry } = experiment;
  return {
    subject: `process ${process.id}`,
    plugin: registry.origin('sde', process.id).name,
    cases: () => processContract(process, optionsOf(config.process), { states: visitedStates(experiment), rows: 32 }),
  };
};

function subjectsOf(subject: string, experiment: Experiment): readonly Subject[] {
  const { config, registry, sde, data, objective, model, problem } = experiment;
  const bench = modelBench();
  const range = noiseRangeOf(sde);
  const context = { dim: sde.dim, featureDim: featuresOf(sde)?.dim ?? 0, outputDim: range.rank, range };
  const plugin = (...[kind, id]: Parameters<typeof registry.origin>): string => registry.origin(kind, id).name;
  const samplers = [config.sampling.reverse, config.sampling.flow].filter(
    ({ id }, k, all) => all.findIndex((other) => other.id === id) === k,
  );
  return [
    { subject, cases: () => experimentContract(experiment) },
    {
      subject: `data ${config.data.id}`,
      plugin: plugin('dataset', config.data.id),
      cases: () => dataContract(data, sde.dim),
    },
    ...(problem.kind === 'process' ? [processSubject(experiment)] : []),
    {
      subject: `objective ${objective.definition.id}`,
      plugin: plugin('objective', objective.definition.id),
      cases: () =>
        objectiveContract(objective.definition, sde, optionsOf(config.objective), { problem, bench: objectiveBench() }),
    },
    {
      subject: `model ${model.definition.id}`,
      plugin: plugin('model', model.definition.id),
      cases: () => modelContract(model.definition, optionsOf(config.model), { bench, context }),
    },
    ...samplers.map((part) => ({
      subject: `sampler ${part.id}`,
      plugin: plugin('sampler', part.id),
      cases: () => samplerContract(registry.get('sampler', part.id), optionsOf(part)),
    })),
  ];
}
