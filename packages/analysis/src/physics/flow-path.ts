/**
 * Points carried along the probability flow with the change of the log-density there (MATH §6.4):
 *
 *     dy/dt = u(y, t),     dℓ/dt = −∇·u(y, t),     so that log p_t(y(t)) = log p_{t'}(y(t')) + ℓ(t) − ℓ(t')
 *
 * by the classical Runge–Kutta method of order four, in either direction of time; ∇·u is exact (flow.ts). Explicit: a direction contracted at rate r needs |h| r < 2.8.
 * Throws E_TIME, E_CAPABILITY, E_DIVERGED.
 */
import { type Batch, fail, zeros } from '@fokker/core';
import type { Flow } from './flow.js';

export interface FlowFrame {
  readonly t: number;
  readonly y: Batch;
  /** ℓ(t) − ℓ(from), [n] */
  readonly logDensityChange: Float64Array;
}

interface Slope {
  readonly u: Batch;
  readonly divergence: Float64Array;
}

async function slopeAt(flow: Flow, y: Batch, t: number): Promise<Slope> {
  const rows = await flow.at(y, t);
  return { u: rows.u, divergence: (await flow.divergences(rows)).u };
}

const moved = (y: Batch, h: number, { u }: Slope): Batch => ({
  ...y,
  data: y.data.map((value, k) => value + h * u.data[k]!),
});

function checkPoints({ data }: Batch, t: number): void {
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  fail('E_DIVERGED', {
    summary: 'the probability flow left the finite numbers',
    got: `${data[wrong]} at t = ${t}`,
    expected: 'finite states',
    tryThis: ['more steps', 'points inside the samples: a score means nothing far outside them'],
  });
}

/** Frames at `times`, which run from `from` in one direction; `steps` for the whole way. */
export async function carryAlong(
  flow: Flow,
  points: Batch,
  from: number,
  times: readonly number[],
  steps: number,
  onStep?: (done: number, of: number) => void,
): Promise<FlowFrame[]> {
  const end = times.at(-1) ?? from;
  const direction = Math.sign(end - from);
  const frames: FlowFrame[] = [];
  let y: Batch = { ...points, data: points.data.slice() };
  const change = new Float64Array(points.n);
  let t = from;
  let done = 0;
  for (const time of times) {
    if ((time - t) * direction < 0 || !Number.isFinite(time)) {
      fail('E_TIME', {
        summary: 'times along a flow run in one direction',
        got: `t = ${time} after t = ${t}`,
        expected: 'times in order, ascending or descending',
        tryThis: ['sort the times'],
      });
    }
    const count = Math.max(time === t ? 0 : 1, Math.round((steps * (time - t)) / (end - from || 1)));
    const h = (time - t) / Math.max(1, count);
    const start = t;
    for (let k = 0; k < count; k++) {
      t = start + k * h;
      const k1 = await slopeAt(flow, y, t);
      const k2 = await slopeAt(flow, moved(y, h / 2, k1), t + h / 2);
      const k3 = await slopeAt(flow, moved(y, h / 2, k2), t + h / 2);
      const k4 = await slopeAt(flow, moved(y, h, k3), t + h);
      const next = zeros(y.n, y.d);
      for (let c = 0; c < next.data.length; c++) {
        next.data[c] = y.data[c]! + (h / 6) * (k1.u.data[c]! + 2 * k2.u.data[c]! + 2 * k3.u.data[c]! + k4.u.data[c]!);
      }
      for (let i = 0; i < y.n; i++) {
        change[i]! -= (h / 6) * (k1.divergence[i]! + 2 * k2.divergence[i]! + 2 * k3.divergence[i]! + k4.divergence[i]!);
      }
      checkPoints(next, t + h);
      y = next;
      done += 1;
      onStep?.(done, steps);
    }
    t = time;
    frames.push({ t, y, logDensityChange: change.slice() });
  }
  return frames;
}
