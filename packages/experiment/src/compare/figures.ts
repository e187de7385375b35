/** The figures of a cell from its trials, and what they are beyond those of another cell, seed by seed. */
import type { Estimate } from '@fokker/core';
import type { Outcome, Trial } from './cell.js';
import { type Difference, type Figures, summarise } from './summary.js';

const numberOf = (error: number | Estimate): number => (typeof error === 'number' ? error : error.value);

const scoreErrors = (trials: readonly Trial[]): Figures['scoreError'] =>
  (trials[0]?.evaluation.score.times ?? []).flatMap(({ t, ...errors }, i) =>
    Object.keys(errors).map((metric) => ({
      t,
      metric,
      relative: trials[0]!.evaluation.score.relative.includes(metric),
      error: summarise(trials.map(({ evaluation }) => numberOf(evaluation.score.times[i]![metric]!))),
    })),
  );

const distances = (trials: readonly Trial[]): Figures['distances'] =>
  (trials[0]?.evaluation.samples[0]?.times ?? []).flatMap(({ t, metrics }, i) =>
    Object.keys(metrics).map((metric) => {
      const measured = trials.map(({ evaluation }) => evaluation.samples[0]!.times[i]!.metrics[metric]!);
      return {
        t,
        metric,
        value: summarise(measured.map(({ value }) => value)),
        floor: summarise(measured.map(({ floor }) => floor)).mean,
      };
    }),
  );

/** What came out under a seed. */
export interface Seeded {
  readonly seed: number;
  readonly outcome: Outcome;
}

/** `pace`: ms/step by seed of the objective that ratios are taken to; its own where there is none yet. */
export function figuresOf(found: readonly Seeded[], pace: ReadonlyMap<number, number> = new Map()): Figures {
  const arrived = found.flatMap(({ seed, outcome }) => ('trial' in outcome ? [{ seed, trial: outcome.trial }] : []));
  const trials = arrived.map(({ trial }) => trial);
  return {
    seeds: arrived.map(({ seed }) => seed),
    scoreError: scoreErrors(trials),
    distances: distances(trials),
    gradientVariance: (trials[0]?.bands ?? []).map(({ from, to }, b) => ({
      from,
      to,
      variance: summarise(trials.map(({ bands }) => bands[b]!.variance)),
    })),
    lost: trials.reduce((sum, { evaluation }) => sum + (evaluation.samples[0]?.lost.count ?? 0), 0),
    msPerStep: summarise(trials.map(({ msPerStep }) => msPerStep)),
    stepRatio: summarise(arrived.map(({ seed, trial }) => trial.msPerStep / (pace.get(seed) ?? trial.msPerStep))),
    divergences: found.flatMap(({ seed, outcome }) =>
      'diverged' in outcome ? [{ seed, text: outcome.diverged }] : [],
    ),
  };
}

/** ms/step by seed. */
export const paceOf = ({ seeds, msPerStep }: Figures): Map<number, number> =>
  new Map(seeds.map((seed, i) => [seed, msPerStep.values[i]!]));

/** The one number by which learning rates are chosen: the first error of the score, or else the first distance in floors, in the mean over times. Divergences weigh more than any error. */
export function rankOf({ scoreError, distances: found, divergences }: Figures): number {
  if (divergences.length > 0) return Number.MAX_VALUE * (divergences.length / (divergences.length + 1));
  const errors = scoreError.filter(({ metric }) => metric === scoreError[0]!.metric).map(({ error }) => error.mean);
  const multiples = found.filter(({ metric }) => metric === found[0]!.metric);
  const values = errors.length > 0 ? errors : multiples.map(({ value, floor }) => value.mean / floor);
  const mean = summarise(values).mean;
  return Number.isFinite(mean) ? mean : Number.MAX_VALUE;
}

/** Every figure less that of `reference` under the same seed, which shares data, paths and samples: what they have in common drops out. */
export function differencesOf(figures: Figures, reference: Figures): Difference[] {
  const entries = ({ scoreError, distances: found }: Figures) => [
    ...scoreError.map(({ error, ...rest }) => ({ ...rest, values: error.values })),
    ...found.map(({ t, metric, value }) => ({ t, metric, relative: false, values: value.values })),
  ];
  const others = entries(reference);
  return entries(figures).flatMap(({ t, metric, relative, values }) => {
    const other = others.find((entry) => entry.t === t && entry.metric === metric);
    const pairs = figures.seeds.flatMap((seed, i) => {
      const j = reference.seeds.indexOf(seed);
      return other === undefined || j < 0 ? [] : [values[i]! - other.values[j]!];
    });
    return pairs.length === 0 ? [] : [{ t, metric, relative, difference: summarise(pairs) }];
  });
}
