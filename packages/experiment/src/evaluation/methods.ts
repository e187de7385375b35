/**
 * What is compared with simulation:
 *
 *     reverse              terminal states carried back by the reverse sampler with the learnt score
 *     forward-flow         states of the first sampling time carried forward by the probability flow
 *     control-unreversed   the terminal states as they are
 *     control-gaussian     a Gaussian with the moments of the simulated states
 */
import type { Acceptance, Batch, Key, LostPath, ScoreField } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import type { Method } from '../config/schema.js';
import type { Progress } from '../progress.js';
import { openSampler, stepsFor, travel } from '../sampling/travel.js';
import { type StateFrame, simulatePaths } from '../simulation/paths.js';
import { matchedGaussian } from './gaussian-control.js';

/** What a sampler with the score needs. */
export interface CarryContext {
  readonly experiment: Experiment;
  readonly score: ScoreField;
  readonly times: readonly number[];
  readonly n: number;
  readonly key: Key;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

export interface MethodContext extends CarryContext {
  /** States at the horizon, where the reversed paths and their control begin. */
  terminal(): Promise<Batch>;
  /** Simulated states at the times. */
  readonly reference: readonly StateFrame[];
}

export interface MethodSamples {
  readonly method: Method;
  readonly frames: readonly StateFrame[];
  readonly lost: readonly LostPath[];
  readonly acceptance?: Acceptance | undefined;
}

async function carry(
  context: CarryContext,
  method: 'reverse' | 'forward-flow',
  start: Batch,
  from: number,
  to: number,
) {
  const { experiment, score, times, key, progress, signal } = context;
  const { reverse, flow, steps, bound, batch } = experiment.config.sampling;
  const sampler = openSampler(experiment, method === 'reverse' ? reverse : flow);
  const arrival = await travel({
    sde: experiment.sde,
    score,
    sampler,
    start,
    from,
    to,
    steps: stepsFor(experiment.sde, from, to, steps),
    times,
    key: key.at(method),
    bound,
    batch,
    stage: method,
    progress,
    signal,
  });
  return { method, ...arrival };
}

export async function forwardFlow(context: CarryContext): Promise<MethodSamples> {
  const { experiment, times, n, key, signal } = context;
  const from = experiment.config.sampling.cutoff;
  const [start] = await simulatePaths(experiment, { n, times: [from], key: key.at('initial'), signal });
  return carry(context, 'forward-flow', start!.y, from, Math.max(...times));
}

const makers: Record<Method, (context: MethodContext) => Promise<MethodSamples>> = {
  reverse: async (context) =>
    carry(context, 'reverse', await context.terminal(), context.experiment.sde.span.T, Math.min(...context.times)),
  'forward-flow': forwardFlow,
  'control-unreversed': async (context) => {
    const y = await context.terminal();
    return { method: 'control-unreversed', frames: context.times.map((t) => ({ t, y })), lost: [] };
  },
  'control-gaussian': async ({ reference, key }) => ({
    method: 'control-gaussian',
    frames: reference.map(({ t, y }, k) => ({ t, y: matchedGaussian(y, key.at('gaussian', k)) })),
    lost: [],
  }),
};

export const samplesOf = (method: Method, context: MethodContext): Promise<MethodSamples> => makers[method](context);
