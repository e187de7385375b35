/**
 * A lower bound on the log-likelihood of the generative model, reverse SDE with s from π, for any process (MATH §5.8).
 *
 *     log p(x) ≥ E log π(y_to) + ∫_from^to E[ integrand(y_t, t) ] dt,       y_from = x,  y simulated forward
 *
 * Of each row `paths` are simulated, and the integral of each is sampled at one random time in each of `strata` stretches: unbiased for any number of either. A path's end and its integral are added before the mean is taken over paths, so that what they share cancels; their spread is the standard error.
 *
 *     form: simulated   the first integrand (elbo-integrand.ts), y_t by exact transitions or an accurate integrator: a certified bound, in expectation
 *     form: local       the local integrand: y_t drawn from the kernel linearised at y_s, s = max(t − lag, from), at m ± L z. Needs no derivative of the score. An estimate
 *                       of the same bound, with the error of the linearisation (none where the kernel is exact)
 *
 * With the exact score and π = p_to the bound is an equality for every x. It starts at `from`: for from > t₀ it bounds log p_from.
 *
 * Rows of which a path leaves the finite numbers throw E_DIVERGED. Throws what check-job.ts says, E_CAPABILITY (local form under noise of the state), E_INTERRUPTED.
 */
import {
  type Batch,
  completeSde,
  createIntegrator,
  createLineariser,
  defineLikelihood,
  drawFromKernel,
  fillNormal,
  fillUniform,
  type Key,
  kernelTarget,
  type LikelihoodJob,
  type LogLikelihood,
  type Sde,
  transitionKernel,
  zeros,
} from '@fokker/core';
import { z } from 'zod';
import { checkJob, interrupted } from './check-job.js';
import { firstIntegrand, localIntegrand } from './elbo-integrand.js';
import { createNoiseTrace, traceOptions } from './noise-trace.js';
import { meanOfDraws } from './student.js';

const options = traceOptions.omit({ probes: true }).extend({
  form: z
    .enum(['simulated', 'local'])
    .default('simulated')
    .describe('simulated: certified, needs derivatives of the score; local: by the linearised kernel, an estimate'),
  paths: z.int().min(2).max(100_000).default(32).describe('simulated paths of each row'),
  strata: z.int().min(1).max(10_000).default(64).describe('times at which the integrand of a path is sampled'),
  lag: z
    .number()
    .positive()
    .optional()
    .describe('lag of the local form in the clock; by default a fiftieth of the way'),
  step: z.number().positive().optional().describe('longest step of the simulation; by default a thousandth of the way'),
});
type Options = z.infer<typeof options>;

/** The clock θ in which lags are measured: B where there is one, else t. */
const clockOf = ({ timeChange }: Sde) => {
  const clock = timeChange?.clock;
  return {
    theta: (t: number): number => clock?.B(t) ?? t,
    time: (theta: number): number => clock?.inverse(theta) ?? theta,
    /** dt/dθ */
    rate: (t: number): number => 1 / (clock?.beta(t) ?? 1),
  };
};

/** Strata are equal in w = (θ − θ₀)^{1/4}: near a start with a narrow law the integrand goes like 1/θ, and every decade of θ has a share in the integral. */
const power = 4;
const strataOf = (sde: Sde) => {
  const { theta, time, rate } = clockOf(sde);
  const origin = theta(sde.span.t0);
  return {
    w: (t: number): number => Math.max(theta(t) - origin, 0) ** (1 / power),
    time: (w: number): number => time(origin + w ** power),
    /** dt/dw */
    rate: (w: number, t: number): number => power * w ** (power - 1) * rate(t),
  };
};

/** Moves every row from its time to another, by the exact transition or in small steps; rows that are there already stay. */
type Move = (y: Batch, from: Float64Array, to: Float64Array, key: Key, first: number) => void;

function mover(sde: Sde, step: number): Move {
  const { transition } = sde;
  if (transition === undefined) return createIntegrator(sde, { scheme: 'heun', step }).advance;
  return (y, from, to, key, first) => {
    const noise = new Float64Array(y.data.length);
    fillNormal(key, first, y.n, y.d, noise);
    const next = zeros(y.n, y.d);
    const later = to.map((t, i) => (t > from[i]! ? t : from[i]! + 1)); // a kernel of no length has no root; those rows are left out below
    drawFromKernel(transitionKernel(transition, y, from, later), noise, 1, next);
    for (let i = 0; i < y.n; i++) {
      if (to[i]! > from[i]!) y.data.set(next.data.subarray(i * y.d, (i + 1) * y.d), i * y.d);
    }
  };
}

interface Form {
  /** Where a path has to be for time t: t itself, or the start of the lag. */
  before(t: number): number;
  /** The integrand at t of paths that are at y at s = before(t), [y.n]. */
  integrand(y: Batch, s: Float64Array, t: Float64Array, key: Key, first: number, out: Float64Array): Promise<void>;
}

function simulatedForm(job: LikelihoodJob, sde: Sde, { trace }: Options): Form {
  return {
    before: (t) => t,
    integrand: (y, _s, t, key, first, out) => {
      const rows = Int32Array.from({ length: y.n }, (_, i) => i);
      const traces = createNoiseTrace({ ...job, data: y, key, first }, { trace, probes: 1 });
      return firstIntegrand(sde, job.score, (at, time, to) => traces.trace(0, at, time, rows, to), y, t, out);
    },
  };
}

function localForm({ score, from, to }: LikelihoodJob, sde: Sde, { lag }: Options): Form {
  const { theta, time } = clockOf(sde);
  const lineariser = createLineariser(sde);
  const length = lag ?? (theta(to) - theta(from)) / 50;
  return {
    before: (t) => (theta(t) - length > theta(from) ? time(theta(t) - length) : from),
    async integrand(ys, s, t, key, first, out) {
      const noise = new Float64Array(ys.data.length);
      fillNormal(key, first, ys.n, ys.d, noise);
      const kernel = lineariser.kernel(ys, s, t);
      const [y, g] = [zeros(ys.n, ys.d), zeros(ys.n, ys.d)];
      const part = new Float64Array(ys.n);
      out.fill(0);
      for (const sign of [1, -1] as const) {
        drawFromKernel(kernel, noise, sign, y);
        kernelTarget(kernel, noise, sign, g);
        await localIntegrand(sde, score, y, t, g, part);
        for (let i = 0; i < ys.n; i++) out[i]! += 0.5 * part[i]!;
      }
    },
  };
}

/** `paths` copies of every row, one after the other. */
function repeated({ data, n, d }: Batch, paths: number): Batch {
  const out = zeros(n * paths, d);
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < paths; p++) out.data.set(data.subarray(i * d, (i + 1) * d), (i * paths + p) * d);
  }
  return out;
}

async function logLikelihood(job: LikelihoodJob, chosen: Options): Promise<LogLikelihood> {
  checkJob(job, chosen.form === 'simulated');
  const sde = completeSde(job.sde);
  const { data, from, to, terminal, key, first = 0, onStep, signal } = job;
  const { paths, strata } = chosen;
  const { w, time, rate } = strataOf(sde);
  const form = chosen.form === 'simulated' ? simulatedForm(job, sde, chosen) : localForm(job, sde, chosen);
  const move = mover(sde, chosen.step ?? (to - from) / 1000);
  const y = repeated(data, paths);
  const firstPath = first * paths;
  const [here, there, t, weight] = Array.from({ length: 4 }, () => new Float64Array(y.n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const [u, value, total] = [new Float64Array(y.n), new Float64Array(y.n), new Float64Array(y.n)];
  here.fill(from);
  const start = w(from);
  const width = (w(to) - start) / strata;
  for (let k = 0; k < strata; k++) {
    if (signal?.aborted) interrupted(`${k} of ${strata} strata`);
    fillUniform(key.at('time', k), firstPath, y.n, 1, u);
    for (let i = 0; i < y.n; i++) {
      const at = start + (k + u[i]!) * width;
      t[i] = Math.min(to, time(at));
      weight[i] = width * rate(at, t[i]!);
      there[i] = form.before(t[i]!);
    }
    move(y, here, there, key.at('path', k), firstPath);
    here.set(there);
    await form.integrand(y, here, t, key.at('integrand', k), firstPath, value);
    for (let i = 0; i < y.n; i++) total[i]! += weight[i]! * value[i]!;
    onStep?.(k + 1, strata);
  }
  move(y, here, there.fill(to), key.at('path', strata), firstPath);
  terminal(y, value);
  for (let i = 0; i < y.n; i++) total[i]! += value[i]!;
  return summary(total, data.n, paths);
}

function summary(total: Float64Array, n: number, paths: number): LogLikelihood {
  const means = Array.from({ length: n }, (_, i) => meanOfDraws(total, i * paths, 1, paths));
  return {
    value: Float64Array.from(means, ({ value }) => value),
    standardError: Float64Array.from(means, ({ standardError }) => standardError),
    low: Float64Array.from(means, ({ low }) => low),
    high: Float64Array.from(means, ({ high }) => high),
    lost: [],
  };
}

export const elboLikelihood = defineLikelihood({
  id: 'elbo',
  summary: 'a lower bound by simulation, for nonlinear processes too',
  options,
  create: (chosen) => ({
    kind: chosen.form === 'simulated' ? 'bound' : 'estimate',
    logLikelihood: (job) => logLikelihood(job, chosen),
  }),
});
