/** The figures of a cell from its trials. */
import type { Estimate } from '@fokker/core';
import type { Trial } from './cell.js';
import { type Divergence, type Figures, summarise } from './summary.js';

const numberOf = (error: number | Estimate): number => (typeof error === 'number' ? error : error.value);

const scoreErrors = (trials: readonly Trial[]): Figures['scoreError'] =>
  (trials[0]?.evaluation.score.times ?? []).flatMap(({ t, ...errors }, i) =>
    Object.keys(errors).map((metric) => ({
      t,
      metric,
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

/** `pace`: ms/step, seed by seed, of the objective that ratios are taken to. */
export function figuresOf(
  trials: readonly Trial[],
  divergences: readonly Divergence[],
  pace: readonly number[],
): Figures {
  const each = trials.map(({ msPerStep }) => msPerStep);
  return {
    scoreError: scoreErrors(trials),
    distances: distances(trials),
    gradientVariance: (trials[0]?.bands ?? []).map(({ from, to }, b) => ({
      from,
      to,
      variance: summarise(trials.map(({ bands }) => bands[b]!.variance)),
    })),
    lost: trials.reduce((sum, { evaluation }) => sum + (evaluation.samples[0]?.lost.count ?? 0), 0),
    msPerStep: summarise(each),
    stepRatio: summarise(each.map((ms, i) => ms / (pace[i] ?? ms))),
    divergences,
  };
}
