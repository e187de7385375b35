/** Where reversed paths begin: draws of the prior, or simulated states at the horizon. */
import { type Batch, fail, type Key, ownCapabilities, zeros } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import type { Progress } from '../progress.js';
import { simulatePaths } from '../simulation/paths.js';

export interface StartOptions {
  readonly n: number;
  /** Path of row 0; 0 by default. */
  readonly first?: number | undefined;
  readonly key: Key;
  readonly start: 'auto' | 'prior' | 'simulated';
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** States at T, [n, d]. E_CAPABILITY where a prior is asked for and the process has none. */
export async function terminalStates(experiment: Experiment, options: StartOptions): Promise<Batch> {
  const { sde } = experiment;
  const { n, first = 0, key, start, progress, signal } = options;
  const prior = start === 'prior' || (start === 'auto' && ownCapabilities(sde).has('prior')) ? sde.prior : undefined;
  if (prior !== undefined) {
    const y = zeros(n, sde.dim);
    prior.sample(key.at('prior'), first, y);
    return y;
  }
  if (start === 'prior') {
    return fail('E_CAPABILITY', {
      summary: `process '${experiment.process.id}' has no prior`,
      got: 'start: prior',
      expected: "'prior', a law of the terminal state that can be sampled",
      tryThis: ['start: simulated'],
    });
  }
  const times = [sde.span.T];
  const [frame] = await simulatePaths(experiment, {
    n,
    first,
    times,
    key: key.at('simulated'),
    progress,
    signal,
    stage: 'simulate start',
  });
  return frame!.y;
}
