/**
 * First-passage times of a coordinate through a level, by simulation.
 *
 *     τ = inf { t > t₀ : y_j(t) = a }
 *
 * A step that ends on the other side has crossed, at the time of the straight line between its ends. A step that ends on the same side has crossed in between with
 * the probability of a Brownian bridge, exp(−2 (a − y)(a − y⁺)/(Q_jj h)), drawn from a key (Gobet 2000): without it every passage time would be late by O(√h). Such a crossing is dated to the
 * middle of its step. Where Q_jj = 0 there is no bridge. Paths that have not arrived by the end are *censored*: counted, in the survival function up to the end, and in no
 * mean. Start states on the level have τ = t₀.
 *
 * Survival S(t) = P(τ > t) with Wilson's 95 % interval, exact from the counts; quantiles of τ to a ten-thousandth of the time simulated, which is finer than a step dates a crossing.
 * Arrivals are counted and forgotten: memory is O(batch·d), whatever n. Path i depends on (key, i) alone.
 * Throws E_PARAMETERS, E_TIME, E_DIVERGED, E_INTERRUPTED.
 */
import {
  createIntegrator,
  type Dataset,
  type Estimate,
  entriesLength,
  fail,
  fillQ,
  fillUniform,
  type Key,
  type Sde,
  zeros,
} from '@fokker/core';
import { wilson } from '../metrics/interval.js';
import { stopWhenAsked } from './stopped.js';

export interface PassageQuestion {
  readonly sde: Sde;
  readonly start: Pick<Dataset, 'draw'>;
  /** j, from 0. */
  readonly coordinate: number;
  /** a */
  readonly level: number;
  readonly n: number;
  /** By default the span of the process. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly steps: number;
  readonly batch?: number | undefined;
  readonly key: Key;
  readonly onStep?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FirstPassage {
  readonly n: number;
  readonly censored: number;
  /** Paths with τ = t₀. */
  readonly atStart: number;
  /** Arrivals by time: entry k counts those in (from + k·width, from + (k + 1)·width], [10,000]. */
  readonly arrivals: Float64Array;
  readonly width: number;
  /** At t₀ and 100 times after it. */
  readonly survival: readonly (Estimate & { readonly t: number })[];
  /** Those that are reached: 0.1, 0.25, 0.5, 0.75, 0.9. */
  readonly quantiles: readonly { readonly share: number; readonly t: number }[];
}

const points = 100;
const bins = 100 * points;

function check(question: PassageQuestion, from: number, to: number): void {
  const { sde, coordinate, level, n, steps } = question;
  if (!(Number.isInteger(coordinate) && coordinate >= 0 && coordinate < sde.dim && Number.isFinite(level))) {
    fail('E_PARAMETERS', {
      summary: 'a first passage needs a coordinate and a level',
      got: `coordinate ${coordinate}, level ${level}`,
      expected: `a coordinate from 0 to ${sde.dim - 1}, a finite number`,
      tryThis: ['coordinate: 0', 'level: 0'],
    });
  }
  if (from >= sde.span.t0 && to > from && steps >= 1 && Number.isInteger(steps) && n >= 1) return;
  fail('E_TIME', {
    summary: 'paths cannot be followed over this time',
    got: `from ${from} to ${to} in ${steps} steps, ${n} paths`,
    expected: `a start not before ${sde.span.t0}, an end after it, whole numbers of steps and paths`,
    tryThis: ['steps: 1000, n: 10000'],
  });
}

export async function firstPassage(question: PassageQuestion): Promise<FirstPassage> {
  const { sde, start, coordinate: j, level: a, n, steps, batch = 4096, key, onStep, signal } = question;
  const { from = sde.span.t0, to = sde.span.T } = question;
  check(question, from, to);
  const { dim: d, diffusion } = sde;
  const h = (to - from) / steps;
  const integrator = createIntegrator(sde, { scheme: 'heun', step: 1.5 * h });
  const entries = new Float64Array(entriesLength(diffusion));
  const Q = new Float64Array(d * d);
  const width = (to - from) / bins;
  const arrivals = new Float64Array(bins);
  let atStart = 0;
  const arrive = (time: number): void => {
    const bin = Math.ceil((time - from) / width) - 1;
    arrivals[Math.min(bins - 1, Math.max(0, bin))]! += 1;
  };
  const uniform = new Float64Array(1);

  for (let first = 0; first < n; first += batch) {
    const count = Math.min(batch, n - first);
    let y = zeros(count, d);
    start.draw(key.at('start'), first, y);
    const arrived = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      if (y.data[i * d + j] !== a) continue;
      arrived[i] = 1;
      atStart += 1;
    }
    for (let k = 0; k < steps; k++) {
      stopWhenAsked(signal);
      const [t, next] = [from + k * h, k + 1 === steps ? to : from + (k + 1) * h];
      const moved = { ...y, data: y.data.slice() };
      const filled = (time: number) => new Float64Array(count).fill(time);
      integrator.advance(moved, filled(t), filled(next), key.at('step', k), first);
      const bridge = key.at('bridge', k);
      if (diffusion.dependsOn !== 'state') {
        diffusion.entries(t, entries);
        fillQ(diffusion, entries, Q);
      }
      for (let i = 0; i < count; i++) {
        if (arrived[i] === 1) continue;
        const [before, after] = [a - y.data[i * d + j]!, a - moved.data[i * d + j]!];
        if (before * after <= 0) {
          arrived[i] = 1;
          arrive(t + ((next - t) * before) / (before - after));
          continue;
        }
        if (diffusion.dependsOn === 'state') {
          diffusion.entries(t, entries, y.data, i * d);
          fillQ(diffusion, entries, Q);
        }
        const q = Q[j * (d + 1)]! * (next - t);
        // Beyond 40 the probability is below 1e-17: no draw is wasted on it.
        if (!(q > 0) || (2 * before * after) / q > 40) continue;
        fillUniform(bridge, first + i, 1, 1, uniform);
        if (uniform[0]! >= Math.exp((-2 * before * after) / q)) continue;
        arrived[i] = 1;
        arrive(0.5 * (t + next));
      }
      y = moved;
      onStep?.(first * steps + (k + 1) * count, n * steps);
    }
    // Other work gets its turn: progress is told, a signal is heard.
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }

  const passed = new Float64Array(bins + 1).fill(atStart);
  for (let k = 0; k < bins; k++) passed[k + 1] = passed[k]! + arrivals[k]!;
  const survival = Array.from({ length: points + 1 }, (_, k) => ({
    t: from + ((to - from) * k) / points,
    ...wilson(n - passed[(k * bins) / points]!, n),
  }));
  /** Where path ⌈share · n⌉ has arrived, spread evenly over its bin; none where it has not. */
  const quantiles = [0.1, 0.25, 0.5, 0.75, 0.9].flatMap((share) => {
    const rank = Math.ceil(share * n);
    const k = passed.findIndex((count) => count >= rank);
    if (k < 0) return [];
    return [{ share, t: k === 0 ? from : from + width * (k - (passed[k]! - rank) / arrivals[k - 1]!) }];
  });
  return { n, censored: n - passed[bins]!, atStart, arrivals, width, survival, quantiles };
}
