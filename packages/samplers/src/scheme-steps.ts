/**
 * A one-step scheme of core/numerics/schemes taken back in time, or along the flow: the same code that simulates, asked for f − c (∇·Q + Q s) instead of f.
 *
 * The noise of path i at step k depends on (key, i, k) alone. A state that a scheme proposes to the score is held inside the bound first.
 */
import {
  type Batch,
  createStepNoise,
  createVelocity,
  fillNormal,
  ofState,
  reflectInside,
  type SamplingJob,
  type Scheme,
  type StepNoise,
} from '@fokker/core';
import type { PathGuard } from './lost-paths.js';
import type { Advance } from './travel.js';

const silence: StepNoise = { xi: new Float64Array(0), add() {} };

/** Standard normals of a step, [n, columns], into `out`. */
export type Normals = (index: number, columns: number, out: Float64Array) => void;

export const keyedNormals =
  ({ key, first = 0, start: { n } }: SamplingJob): Normals =>
  (index, columns, out) =>
    fillNormal(key.at('step', index), first, n, columns, out);

export interface SchemeSteps {
  /** 1: the reverse SDE; ½: the flow, without noise. */
  readonly c: 1 | 0.5;
  /** Leave the noise out of the last step. */
  readonly denoise?: boolean;
  /** Where the normals come from: the job's key, unless a test couples paths. */
  readonly normals?: Normals;
}

export function schemeSteps(
  scheme: Scheme,
  job: SamplingJob,
  guard: PathGuard,
  { c, denoise = false, normals = keyedNormals(job) }: SchemeSteps,
): Advance {
  const { sde } = job;
  const { n, d } = job.start;
  const velocity = createVelocity(job, c);
  const columns = c === 1 ? scheme.columns(d, sde.diffusion.noiseDim) : 0;
  const noiseOf = createStepNoise(sde.diffusion, columns, ofState(sde));
  const xi = new Float64Array(n * columns);
  const step = scheme.create(d);
  const [time, nextTime, length] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  return async (y: Batch, { index, t, next, last }, out) => {
    const leg = { y, t: time.fill(t), tNext: nextTime.fill(next), h: length.fill(next - t), out };
    const noisy = c === 1 && !(last && denoise);
    if (noisy) normals(index, columns, xi);
    else xi.fill(0);
    for (const ask of step(leg, noisy ? noiseOf(leg, xi) : { ...silence, xi })) {
      if (ask.y !== y) guard.hold(y, ask.y, t);
      if (ask.y !== y && sde.domain !== undefined) reflectInside(sde.domain, ask.y);
      await velocity(ask.y, ask.t, ask.out);
    }
  };
}
