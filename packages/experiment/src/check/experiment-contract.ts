/**
 * Do the parts of an experiment work together? Composition has already matched capabilities, dimensions and options; here what they compute is looked at.
 */
import {
  createPilot,
  type Key,
  type LinearisationError,
  type Problem,
  type ProcessProblem,
  rootKey,
} from '@fokker/core';
import { assertContract, type ContractCase, contractOf, type Measurement } from '@fokker/core/testing';
import type { Experiment } from '../composition/experiment.js';

const looks = 1000;

/** Training times of evenly spread quantiles, ascending. */
const timesOf = ({ times, sde }: ProcessProblem): number[] => {
  const t = Array.from({ length: looks }, (_, k) => times.time((k + 0.5) / looks));
  t.forEach((at, k) => {
    assertContract(
      at >= Math.max(sde.cutoff.train, sde.span.t0) && at <= sde.span.T,
      `a training time t = ${at}`,
      `a time in [${sde.cutoff.train}, ${sde.span.T}]`,
    );
    assertContract(k === 0 || at >= t[k - 1]!, `quantiles that fall at t = ${at}`, 'nondecreasing times');
  });
  return t;
};

const checkSchedule = (problem: ProcessProblem, key: Key): Measurement[] => {
  const { sde, data } = problem;
  const schedule = problem.schedule.restore(sde, problem.schedule.prepare(sde, data, key));
  const times = timesOf(problem);
  const starts = times.map((t) => schedule.start(t));
  starts.forEach((s, k) => {
    assertContract(s >= sde.span.t0 && s < times[k]!, `s = ${s} for t = ${times[k]}`, 't0 ≤ s(t) < t');
    assertContract(k === 0 || s >= starts[k - 1]!, `a start that falls at t = ${times[k]}`, 'nondecreasing starts');
  });
  const lags = times.map((t, k) => t - starts[k]!);
  return [
    { what: 'shortest lag', value: Math.min(...lags) },
    { what: 'longest lag', value: Math.max(...lags) },
  ];
};

const toldOf = ({ mean, high, worst, kl }: LinearisationError): Measurement[] => [
  { what: 'mean error in units of the noise', value: mean },
  { what: '99 % quantile', value: high },
  { what: `mean at its worst time, t = ${Number(worst.t.toPrecision(3))}`, value: worst.mean },
  ...('most' in kl ? [{ what: 'KL to the process, nats', value: kl.most }] : []),
];

const checkWeights = (problem: Problem, dim: number): void => {
  const weights = problem.weighting(() => 1);
  const w = new Float64Array(dim);
  for (const t of problem.kind === 'process' ? timesOf(problem) : [0]) {
    weights.diagonal(t, w);
    const bad = w.find((value) => !(value >= 0 && value < Number.POSITIVE_INFINITY));
    assertContract(bad === undefined, `a weight ${bad} at t = ${t}`, 'a finite number, at least 0');
  }
};

export const experimentContract = ({ problem, objective, sde, key }: Experiment): readonly ContractCase[] =>
  contractOf([
    { name: 'the parts fit each other', run: () => undefined },
    ...(problem.kind === 'process'
      ? [
          {
            name: 'times and schedule: t0 ≤ s(t) < t, neither ever falls',
            run: () => checkSchedule(problem, key.at('check', 'schedule')),
          },
        ]
      : []),
    { name: 'weights: finite and not negative', run: () => checkWeights(problem, sde.dim) },
    {
      name: 'linearisation: what it costs the targets',
      run() {
        const { linearisation } = objective.instance.prepare(problem, key.at('prepare'));
        return linearisation === undefined ? [] : toldOf(linearisation);
      },
    },
  ]);

/** States the process visits, from its data: 8 at each of 4 times. */
export const visitedStates = ({ sde, data }: Experiment) => {
  const pilot = createPilot({ sde, data }, 8, rootKey(29).at('check'));
  const { t0, T } = sde.span;
  const parts = [0, 0.1, 0.4, 1].map((share) => pilot.at(t0 + share * (T - t0)).data);
  return { data: Float64Array.from(parts.flatMap((part) => [...part])), n: 32, d: sde.dim };
};
