/**
 * A coordinate of time in which steps have equal local error.
 *
 *     e_k = ½ |h_k| ‖u(ỹ, t_{k+1}) − u(y, t_k)‖ / ‖y‖,   ỹ = y + h_k u(y, t_k)        root mean square over a pilot (pilot.ts)
 *     w(t_k) = Σ_{j<k} ( √e_j + m/20 ),   m = mean √e
 *
 * e_k is the difference of Euler's and Heun's step, the local error of a first-order method, ∝ h²: steps equal in ∫√e make it equal. A twentieth of the mean is added everywhere, so that
 * no stretch is left without steps.
 */
import { fail, type SamplingJob } from '@fokker/core';
import { type Coordinate, coordinateOf, type GridOptions } from './grid.js';
import { carryPilot, oncePerPilot, sizeOf } from './pilot.js';

const floor = 1 / 20;

/** z at x, linear between the points (x_k, z_k); x increasing. */
function interpolate(x: Float64Array, z: Float64Array, value: number): number {
  let [low, high] = [0, x.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= value) low = middle;
    else high = middle;
  }
  return z[low]! + ((z[high]! - z[low]!) * (value - x[low]!)) / (x[high]! - x[low]!);
}

/** The pilot's own steps are equal in the coordinate of `options`. E_DIVERGED where the pilot is lost. */
export const errorCoordinate = oncePerPilot(async (job: SamplingJob, options: GridOptions): Promise<Coordinate> => {
  const base = coordinateOf(job, options);
  const roots: number[] = [];
  const grid = await carryPilot(job, base, ({ h, y, v, w, lost }) => {
    const bend = { ...w, data: w.data.map((value, k) => 0.5 * h * (value - v.data[k]!)) };
    roots.push(Math.sqrt(sizeOf(bend, lost) / Math.max(sizeOf(y, lost), Number.MIN_VALUE)));
  });
  const mean = roots.reduce((sum, value) => sum + value, 0) / roots.length;
  if (mean === 0) return base; // nothing moves: any grid is as good
  if (!Number.isFinite(mean)) {
    return fail('E_DIVERGED', {
      summary: 'the pilot of an error grid left the finite numbers',
      got: `a mean local error of ${mean ** 2}`,
      expected: 'a score that is finite on the way',
      tryThis: ['grid: auto'],
    });
  }
  const along = new Float64Array(roots.length + 1);
  roots.forEach((root, k) => {
    along[k + 1] = along[k]! + root + floor * mean;
  });
  const total = along[roots.length]!;
  const first = base.w(job.from);
  const direction = job.to > job.from ? 1 : -1;
  const travelled = Float64Array.from(grid.t, (t) => direction * (base.w(t) - first));
  // w has to increase with t: going back in time, the pilot's own count runs the other way.
  const turned = (count: number) => (direction < 0 ? total - count : count);
  return {
    w: (t) => turned(interpolate(travelled, along, direction * (base.w(t) - first))),
    t: (w) => base.t(first + direction * interpolate(along, travelled, turned(w))),
  };
});
