/**
 * The errors of the score at each time where something is known of the true one: its law for this data, or E‖s‖²_Q from the configuration; figures that need no reference at every time.
 */
import type { Estimate, MarginalLaw, ScoreField, ScoreReference, VectorField } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import type { StateFrame } from '../simulation/paths.js';
import { scoreMetrics } from './metric-set.js';

/** A law that is solved is a reference where its own error, E‖s̃ − s‖²/E‖s‖², is below this: a tenth of one per cent. */
const tolerated = 1e-3;

export interface ScoreErrors {
  /** Names of the errors that are fractions of the mean square of the true score. */
  readonly relative: readonly string[];
  readonly times: readonly { readonly t: number; readonly [metric: string]: number | Estimate }[];
}

/** Two times that are the same number up to rounding in a file. */
const same = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));

/** In closed form, or solved well enough. */
export const isKnown = ({ error }: NonNullable<ReturnType<MarginalLaw>>, t: number): boolean =>
  error === undefined || error(t) < tolerated;

/** ∇log p_t where it is known. */
export function trueScore({ sde, data }: Pick<Experiment, 'sde' | 'data'>, t: number): VectorField | undefined {
  const law = sde.marginal?.(data);
  return law !== undefined && isKnown(law, t) ? law.score : undefined;
}

function referenceAt(experiment: Experiment, t: number): ScoreReference | undefined {
  const score = trueScore(experiment, t);
  if (score !== undefined) return { score };
  const known = experiment.config.evaluation.reference.find((entry) => same(entry.t, t));
  return known === undefined ? undefined : { fisher: known.fisher };
}

/** `frames` are independent simulated states; times at which nothing can be said are left out. */
export async function scoreErrors(
  experiment: Experiment,
  score: ScoreField,
  frames: readonly StateFrame[],
): Promise<ScoreErrors> {
  const metrics = scoreMetrics(experiment);
  const times: { t: number; [metric: string]: number | Estimate }[] = [];
  for (const { t, y } of frames) {
    const reference = referenceAt(experiment, t);
    const errors: Record<string, Estimate> = {};
    for (const { name, metric, needsReference } of metrics) {
      if (reference === undefined && needsReference) continue;
      errors[name] = await metric.error({ sde: experiment.sde, score, samples: y, t, reference });
    }
    if (Object.keys(errors).length > 0) times.push({ t, ...errors });
  }
  return { relative: metrics.flatMap(({ name, relative }) => (relative ? [name] : [])), times };
}
