/**
 * Kramers–Moyal checks: do short increments have the drift and the noise that the process states (Risken 1989, §4)?
 *
 *     over a short time h, in cells of coordinate j:     D₁ = E[Δy_j | cell]/h    beside E[f_j | cell]
 *                                                        D₂ = E[(Δy_j)² | cell]/h beside E[Q_jj | cell]
 *     over all states:                                   E[δ⁴]/(3 E[δ²]²) = 1,   δ = (Δy_j − h f_j)/√(h Q_jj), for increments of a diffusion (Pawula's theorem: nothing beyond D₂)
 *
 * D₁ and D₂ have errors of order h besides their standard errors; D₂ is taken about the drift, E[(Δy_j − h f_j)²]/h. Works for any pairs of states a time h apart, simulated
 * or measured. Cells hold equally many states. Throws E_SHAPE, E_PARAMETERS, E_NOT_FINITE.
 */
import { type Batch, entriesLength, fail, fillQ, type Sde, zeros } from '@fokker/core';
import { createMeans } from './means.js';
import type { Deviation } from './stein.js';

export interface Pairs {
  /** States at t, [n, d]. */
  readonly y: Batch;
  /** The same paths at t + h. */
  readonly next: Batch;
  readonly t: number;
  readonly h: number;
}

export interface KramersMoyalCell {
  /** Mean of y_j. */
  readonly at: number;
  readonly n: number;
  readonly drift: Deviation;
  /** E[f_j | cell] */
  readonly statedDrift: number;
  readonly noise: Deviation;
  /** E[Q_jj | cell] */
  readonly statedNoise: number;
}
export interface KramersMoyal {
  readonly coordinate: number;
  readonly cells: readonly KramersMoyalCell[];
  /** E[δ⁴]/(3 E[δ²]²); absent where there is no noise. */
  readonly kurtosis?: Deviation;
}

function check(sde: Sde, { y, next, h }: Pairs, coordinate: number, cells: number): void {
  if (y.d !== sde.dim || next.d !== y.d || next.n !== y.n || y.n < 2 * cells) {
    fail('E_SHAPE', {
      summary: 'increments need pairs of states of the process',
      got: `[${y.n}, ${y.d}] and [${next.n}, ${next.d}]`,
      expected: `twice [n, ${sde.dim}], with at least two states in each of ${cells} cells`,
      tryThis: ['fewer cells, or more states'],
    });
  }
  if (h > 0 && Number.isInteger(coordinate) && coordinate >= 0 && coordinate < sde.dim && cells >= 1) return;
  fail('E_PARAMETERS', {
    summary: 'Kramers–Moyal coefficients need a time step, a coordinate and cells',
    got: `h = ${h}, coordinate ${coordinate}, ${cells} cells`,
    expected: `h > 0, a coordinate from 0 to ${sde.dim - 1}, at least one cell`,
    tryThis: ['coordinate: 0', 'cells: 20'],
  });
}

/** Of coordinate j, cell by cell. */
export function kramersMoyal(sde: Sde, pairs: Pairs, coordinate: number, cells = 20): KramersMoyal {
  check(sde, pairs, coordinate, cells);
  const { y, next, t, h } = pairs;
  const { n, d } = y;
  const f = zeros(n, d);
  sde.drift(y, new Float64Array(n).fill(t), f);
  const { diffusion } = sde;
  const entries = new Float64Array(entriesLength(diffusion));
  const Q = new Float64Array(d * d);
  const noiseAt = (i: number): number => {
    diffusion.entries(t, entries, y.data, i * d);
    fillQ(diffusion, entries, Q);
    return Q[coordinate * (d + 1)]!;
  };
  const value = (batch: Batch, i: number): number => batch.data[i * d + coordinate]!;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => value(y, a) - value(y, b) || a - b);
  const whole = createMeans(2, 'an increment');
  let noiseless = false;

  const found = Array.from({ length: cells }, (_, c): KramersMoyalCell => {
    const inside = order.subarray(Math.floor((c * n) / cells), Math.floor(((c + 1) * n) / cells));
    const means = createMeans(5, 'an increment');
    for (const i of inside) {
      const [increment, drift, q] = [value(next, i) - value(y, i), value(f, i), noiseAt(i)];
      const rest = increment - h * drift;
      means.add(Float64Array.of(value(y, i), increment / h, drift, rest ** 2 / h, q), 1);
      if (q > 0) whole.add(Float64Array.of(rest ** 2 / (h * q), (rest ** 2 / (h * q)) ** 2), 1);
      else noiseless = true;
    }
    const [mean, errors] = [means.mean(), means.standardErrors()];
    return {
      at: mean[0]!,
      n: inside.length,
      drift: { value: mean[1]!, standardError: errors[1]! },
      statedDrift: mean[2]!,
      noise: { value: mean[3]!, standardError: errors[3]! },
      statedNoise: mean[4]!,
    };
  });
  if (noiseless) return { coordinate, cells: found };
  const [second, fourth] = whole.mean() as Float64Array & [number, number];
  const ratio = fourth / (3 * second ** 2);
  return {
    coordinate,
    cells: found,
    kurtosis: { value: ratio, standardError: whole.standardErrors()[1]! / (3 * second ** 2) },
  };
}
