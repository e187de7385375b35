/**
 * The log-likelihood by change of variables along the probability flow (Chen et al. 2018; Song et al. 2021; MATH §6.4).
 *
 *     dy/dt = u(y, t),   dℓ/dt = ∇·u,   (y, ℓ)(from) = (x, 0)          log p_from(x) = log π(y(to)) + ℓ(to)
 *     ∇·u = ∇·f − ½ ∂∂:Q − ½ (∇·Q)·s − ½ tr(Q ∂s/∂y)
 *
 * The augmented state [y | ℓ₁ … ℓ_K] is carried by Dormand–Prince with one tolerance for both and steps of each row's own. tr(Q ∂s/∂y) is exact, or taken along K fixed random directions a
 * row, one ℓ_k each: their mean is reported with the 95 % interval of Student's t. Degenerate noise: only the part of ∂s/∂y in range(Q) enters, and log p is that of all coordinates.
 * With an approximate score this is the exact density of the flow's own model, not of the data.
 *
 * π is the law of y(to). Where it is a stand-in for p_to (a normal prior for VP), the result carries log(π/p_to) of the end state: 4e-3 nats a coordinate for VP with β from 0.1 to 20.
 * Rows whose path is lost have NaN. Throws what check-job.ts says, and E_INTERRUPTED.
 */
import {
  type Batch,
  completeSde,
  createDormandPrince,
  createVelocity,
  defineLikelihood,
  growing,
  type LikelihoodJob,
  type LogLikelihood,
  type LostPath,
  type RowField,
  zeros,
} from '@fokker/core';
import { z } from 'zod';
import { checkJob, interrupted } from './check-job.js';
import { createNoiseTrace, type NoiseTrace, traceOptions } from './noise-trace.js';
import { meanOfDraws } from './student.js';

const options = traceOptions.extend({
  rtol: z.number().positive().default(1e-5).describe('error of a step relative to state and log-density'),
  atol: z.number().positive().default(1e-5).describe('error of a step in units of the state and in nats'),
});
type Options = z.infer<typeof options>;

const bound = 1e6;

/** (u, ∇·u, …) on rows [y | ℓ₁ … ℓ_K]. */
function augmentedField(job: LikelihoodJob, traces: NoiseTrace): RowField {
  const sde = completeSde(job.sde);
  const d = sde.dim;
  const K = traces.probes;
  const [states, velocities] = [growing(d), growing(d)];
  let shared = new Float64Array(0);
  let [half, trace] = [shared, shared];
  const velocity = createVelocity({ sde, score: job.score }, 0.5, (s, divQ) => {
    if (divQ === undefined) return;
    for (let i = 0, k = 0; i < s.n; i++)
      for (let j = 0; j < d; j++, k++) shared[i]! -= 0.5 * divQ.data[k]! * s.data[k]!;
  });
  return async (state, t, out, rows) => {
    const [y, u] = [states(state.n), velocities(state.n)];
    const width = d + K;
    if (shared.length !== state.n) {
      [shared, half, trace] = [new Float64Array(state.n), new Float64Array(state.n), new Float64Array(state.n)];
    }
    for (let i = 0; i < state.n; i++) for (let j = 0; j < d; j++) y.data[i * d + j] = state.data[i * width + j]!;
    sde.divergence!(y, t, shared);
    sde.noiseDivergence!.halfHessianTrace(y, t, half);
    for (let i = 0; i < state.n; i++) shared[i]! -= half[i]!;
    await velocity(y, t, u);
    for (let i = 0; i < state.n; i++) for (let j = 0; j < d; j++) out.data[i * width + j] = u.data[i * d + j]!;
    for (let k = 0; k < K; k++) {
      await traces.trace(k, y, t, rows, trace);
      for (let i = 0; i < state.n; i++) out.data[i * width + d + k] = shared[i]! - 0.5 * trace[i]!;
    }
  };
}

const augmented = ({ data, n, d }: Batch, K: number): Batch => {
  const state = zeros(n, d + K);
  for (let i = 0; i < n; i++) state.data.set(data.subarray(i * d, (i + 1) * d), i * (d + K));
  return state;
};

async function logLikelihood(job: LikelihoodJob, chosen: Options): Promise<LogLikelihood> {
  checkJob(job, true);
  const { data, from, to, first = 0, onStep, signal } = job;
  const { n, d } = data;
  const traces = createNoiseTrace(job, chosen);
  const K = traces.probes;
  const lost: LostPath[] = [];
  const solver = createDormandPrince(
    {
      field: augmentedField(job, traces),
      start: augmented(data, K),
      from,
      to,
      bound,
      onStop: (row, t) => lost.push({ path: first + row, t }),
      onRound(t) {
        if (signal?.aborted) interrupted(`t = ${t}`);
        onStep?.(Math.floor((100 * (t - from)) / (to - from)), 100);
      },
    },
    { rtol: chosen.rtol, atol: chosen.atol, control: 'row' },
  );
  const end = zeros(n, d + K);
  await solver.advance(to, end);
  onStep?.(100, 100);

  const y = zeros(n, d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) y.data[i * d + j] = end.data[i * (d + K) + j]!;
  const logPi = new Float64Array(n);
  job.terminal(y, logPi);
  for (const { path } of lost) logPi[path - first] = Number.NaN;
  const [value, standardError, low, high] = [logPi, new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const mean = meanOfDraws(end.data, i * (d + K) + d, 1, K);
    const terminal = logPi[i]!;
    value[i] = terminal + mean.value;
    standardError[i] = traces.exact ? 0 : mean.standardError;
    low[i] = traces.exact ? value[i]! : terminal + mean.low;
    high[i] = traces.exact ? value[i]! : terminal + mean.high;
  }
  return { value, standardError, low, high, lost };
}

export const flowLikelihood = defineLikelihood({
  id: 'flow',
  summary: 'change of variables along the probability flow: the density itself',
  options,
  create: (chosen) => ({ kind: 'density', logLikelihood: (job) => logLikelihood(job, chosen) }),
});
