/**
 * What the samplers add up.
 *
 *     velocity   v(y, t) = f(y, t) − c Q(t) s(y, t)      c = 1: reverse drift (used with h < 0);  c = ½: probability flow       (MATH §1)
 *     kick       y += √|h| G(t) ξ,   ξ ~ N(0, I_m) of (key, path, step)
 *
 * Of the score only Q s is read: with degenerate noise its other components never matter. One `ScoreField.evaluate` per velocity, on the whole
 * batch; buffers are reserved once.
 */
import { applyNoise, applyQ, type Batch, entriesLength, fillNormal, type SamplingJob, zeros } from '@fokker/core';

export type Velocity = (y: Batch, t: number, out: Batch) => Promise<void>;

export function createVelocity({ sde, score, start: { n, d } }: SamplingJob, c: 1 | 0.5): Velocity {
  const { diffusion } = sde;
  const s = zeros(n, d);
  const times = new Float64Array(n);
  const entries = new Float64Array(entriesLength(diffusion));
  return async (y, t, out) => {
    times.fill(t);
    sde.drift(y, times, out);
    await score.evaluate(y, times, { score: s });
    diffusion.entries(t, entries);
    for (let i = 0; i < n; i++) applyQ(diffusion, entries, s.data, i * d, -c, out.data, i * d);
  };
}

/** `time` is where G is taken, |h| the length of the step. */
export type Kick = (step: number, time: number, h: number, out: Batch) => void;

export function createKick({ sde: { diffusion }, key, first = 0, start: { n, d } }: SamplingJob): Kick {
  const m = diffusion.noiseDim;
  const xi = new Float64Array(n * m);
  const entries = new Float64Array(entriesLength(diffusion));
  return (step, time, h, out) => {
    fillNormal(key.at('step', step), first, n, m, xi);
    diffusion.entries(time, entries);
    const scale = Math.sqrt(Math.abs(h));
    for (let i = 0; i < n; i++) applyNoise(diffusion, entries, xi, i * m, scale, out.data, i * d);
  };
}

/** out = y + h v */
export function addScaled(y: Batch, h: number, v: Batch, out: Batch): void {
  for (let k = 0; k < out.data.length; k++) out.data[k] = y.data[k]! + h * v.data[k]!;
}

/** out = y + ½ h (v + w) */
export function addMean(y: Batch, h: number, v: Batch, w: Batch, out: Batch): void {
  for (let k = 0; k < out.data.length; k++) out.data[k] = y.data[k]! + 0.5 * h * (v.data[k]! + w.data[k]!);
}
