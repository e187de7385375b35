/**
 * log π of the state at the horizon, where a likelihood ends.
 *
 *     prior        the law the process states as its end
 *     stationary   its invariant law, close to p_T for a long horizon
 *     marginal     p_T itself, where the process knows it: by its transition from data that are a mixture, or on a grid
 *     gaussian     a normal law with the moments of simulated end states: an approximation
 *     auto         the first of prior, stationary and marginal that there is; no fit unless asked for
 */
import { type Batch, fail, gaussianDistribution, type Key, type LogDensity } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import type { Progress } from '../progress.js';
import { simulatePaths } from '../simulation/paths.js';

export const terminals = ['auto', 'prior', 'stationary', 'marginal', 'gaussian'] as const;
export type TerminalName = (typeof terminals)[number];

export interface Terminal {
  readonly name: Exclude<TerminalName, 'auto'>;
  readonly logDensity: LogDensity;
}

interface Asked {
  readonly experiment: Experiment;
  readonly key: Key;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

const simulatedEnds = 10_000;

async function fitted({ experiment, key, progress, signal }: Asked): Promise<LogDensity> {
  const times = [experiment.sde.span.T];
  const stage = 'simulate end states';
  const [frame] = await simulatePaths(experiment, {
    n: simulatedEnds,
    times,
    key: key.at('end'),
    progress,
    signal,
    stage,
  });
  const { mean, covariance } = momentsOf(frame!.y);
  const { logDensity } = gaussianDistribution(mean, covariance);
  return logDensity!;
}

function momentsOf({ data, n, d }: Batch) {
  const mean = new Array<number>(d).fill(0);
  for (let k = 0; k < n * d; k++) mean[k % d]! += data[k]! / n;
  const covariance = mean.map(() => new Array<number>(d).fill(0));
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) {
        covariance[a]![b]! += ((data[i * d + a]! - mean[a]!) * (data[i * d + b]! - mean[b]!)) / n;
      }
    }
  }
  return { mean, covariance };
}

const makers: Record<Terminal['name'], (asked: Asked) => LogDensity | undefined | Promise<LogDensity>> = {
  prior: ({ experiment: { sde } }) => sde.prior?.logDensity?.bind(sde.prior),
  stationary: ({ experiment: { sde } }) => sde.stationary?.logDensity?.bind(sde.stationary),
  marginal({ experiment: { sde, data } }) {
    const law = sde.marginal?.(data);
    return law && ((y, out) => law.logDensity(y, new Float64Array(y.n).fill(sde.span.T), out));
  },
  gaussian: fitted,
};

/** E_CAPABILITY where the process has no such law. */
export async function terminalLaw(name: TerminalName, asked: Asked): Promise<Terminal> {
  const candidates = name === 'auto' ? (['prior', 'stationary', 'marginal'] as const) : [name];
  for (const candidate of candidates) {
    const logDensity = await makers[candidate](asked);
    if (logDensity !== undefined) return { name: candidate, logDensity };
  }
  return fail('E_CAPABILITY', {
    summary: `process '${asked.experiment.process.id}' has no log-density at its horizon`,
    got: `terminal: ${name}`,
    expected: `${name === 'auto' ? "'prior', 'stationary' or 'marginal'" : `'${name}'`} with a log-density`,
    tryThis: [
      ...(name === 'auto' ? [] : ['terminal: auto (whichever there is)']),
      'terminal: gaussian (moments of simulated end states; approximate)',
    ],
  });
}
