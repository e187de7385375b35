/**
 * What physics is asked of: a trained run with the score of its network, or a process with a known one: that of the law of its data, in closed form or solved on a grid, else of its
 * stationary law, and then the paths of whatever reads the score begin in the steady state.
 */
import { analyticField, type Dataset, type Key, rootKey, type ScoreField } from '@fokker/core';
import { defaultTimes } from '../composition/choices.js';
import type { OpenProcess } from '../composition/process.js';
import { isKnown } from '../evaluation/score-error.js';
import type { Progress } from '../progress.js';
import type { Run } from '../run/run.js';
import { openScore } from '../run/score.js';

export interface Subject extends OpenProcess {
  readonly score: ScoreField;
  /** Of the score: a network, a closed form, a solution on a grid, that of the stationary law, or nothing. */
  readonly kind: 'learnt' | 'exact' | 'solved' | 'stationary' | 'none';
  /** Smallest time at which the score is asked. */
  readonly cutoff: number;
  readonly times: readonly number[];
  readonly key: Key;
  close(): void;
}

const nothing: ScoreField = { provides: new Set(), evaluate: async () => undefined };

/** A score without a network, with data from which it is that of p_t. */
interface Known {
  readonly score: ScoreField;
  readonly kind: 'exact' | 'solved' | 'stationary';
  readonly data: Dataset;
}

function knownScore({ sde, data }: OpenProcess, times: readonly number[]): Known | undefined {
  const law = sde.marginal?.(data);
  if (law !== undefined && times.every((t) => isKnown(law, t))) {
    return { score: analyticField({ score: law.score }), kind: law.error === undefined ? 'exact' : 'solved', data };
  }
  const { stationary } = sde;
  if (stationary?.score === undefined) return undefined;
  const { score, logDensity } = stationary;
  return {
    score: analyticField({ score: (y, _t, out) => score(y, out) }),
    kind: 'stationary',
    data: {
      dim: sde.dim,
      draw: (key, first, out) => stationary.sample(key, first, out),
      ...(logDensity !== undefined && { density: { logDensity, score } }),
    },
  };
}

/** `score`: one that is given counts as exact. `reads`: what reads no score keeps the data of the configuration. */
export function processSubject(
  open: OpenProcess & { readonly seed?: number },
  reads: 'score' | 'process',
  score?: ScoreField,
): Subject {
  const { t0, T } = open.sde.span;
  const given = score === undefined ? undefined : { score, kind: 'exact' as const, data: open.data };
  const times = defaultTimes.map((fraction) => t0 + fraction * (T - t0));
  const found = reads === 'process' ? undefined : (given ?? knownScore(open, times));
  return {
    ...open,
    ...(found ?? { score: nothing, kind: 'none' }),
    cutoff: Math.max(t0, open.sde.cutoff.sample),
    times,
    key: rootKey(open.seed ?? 0).at('physics'),
    close: () => undefined,
  };
}

export async function runSubject(run: Run, device?: string, progress?: Progress): Promise<Subject> {
  const { experiment } = run;
  const score = await openScore(run, { device, progress });
  return {
    ...experiment,
    score: score.field,
    kind: 'learnt',
    cutoff: experiment.config.sampling.cutoff,
    times: experiment.config.evaluation.times,
    key: experiment.key.at('physics'),
    close: () => score.close(),
  };
}
