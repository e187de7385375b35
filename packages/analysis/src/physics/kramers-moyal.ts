/**
 * Kramers–Moyal checks: do short increments have the drift and the noise that the process states (Risken 1989, §4)?
 *
 *     over a short time h, in cells of coordinate j:     D₁ = E[Δy_j | cell]/h    beside E[f_j | cell]
 *                                                        D₂ = E[(Δy_j)² | cell]/h beside E[Q_jj | cell]
 *     over all states:                                   E[δ⁴]/(3 E[δ²]²) = 1,   δ = (Δy_j − h f_j)/√(h Q_jj), for increments of a diffusion (Pawula's theorem: nothing beyond D₂)
 *
 * D₁ and D₂ have errors of order h besides their standard errors; D₂ is taken about the drift, E[(Δy_j − h f_j)²]/h. Works for any pairs of states a time h apart, simulated
 * or measured, all at once or in parts. Cells hold equally many of the first 20,000 states; the rest are counted into them and forgotten. Throws E_SHAPE, E_PARAMETERS, E_NOT_FINITE.
 */
import { type Batch, entriesLength, fail, fillQ, type Sde, zeros } from '@fokker/core';
import { createMeans } from './means.js';
import type { Deviation } from './stein.js';

/** States at t, [n, d], and the same paths at t + h. */
export interface Pairs {
  readonly y: Batch;
  readonly next: Batch;
}

export interface Increments {
  /** At once, or in parts. */
  readonly pairs: Pairs | AsyncIterable<Pairs>;
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

const pilot = 20_000;

async function* partsOf(pairs: Increments['pairs'], { dim }: Sde): AsyncGenerator<Pairs> {
  for await (const part of 'y' in pairs ? [pairs] : pairs) {
    const { y, next } = part;
    if (y.d !== dim || next.d !== dim || next.n !== y.n) {
      fail('E_SHAPE', {
        summary: 'increments need pairs of states of the process',
        got: `[${y.n}, ${y.d}] and [${next.n}, ${next.d}]`,
        expected: `twice [n, ${dim}]`,
        tryThis: ['pairs: the same paths at two times'],
      });
    }
    yield part;
  }
}

function checkAsked({ dim }: Sde, { h }: Increments, { coordinate, cells }: Required<CellOptions>): void {
  if (h > 0 && Number.isInteger(coordinate) && coordinate >= 0 && coordinate < dim && cells >= 1) return;
  fail('E_PARAMETERS', {
    summary: 'Kramers–Moyal coefficients need a time step, a coordinate and cells',
    got: `h = ${h}, coordinate ${coordinate}, ${cells} cells`,
    expected: `h > 0, a coordinate from 0 to ${dim - 1}, at least one cell`,
    tryThis: ['coordinate: 0', 'cells: 20'],
  });
}

/** Upper edges of all cells but the last: halfway between neighbours among the sorted values. */
function edgesOf(values: Float64Array, cells: number): Float64Array {
  const n = values.length;
  if (n < 2 * cells) {
    fail('E_SHAPE', {
      summary: 'too few increments for these cells',
      got: `${n} pairs of states, ${cells} cells`,
      expected: 'at least two states in each cell',
      tryThis: ['fewer cells, or more states'],
    });
  }
  const sorted = values.slice().sort();
  return Float64Array.from({ length: cells - 1 }, (_, c) => {
    const at = Math.floor(((c + 1) * n) / cells);
    return 0.5 * (sorted[at - 1]! + sorted[at]!);
  });
}

const cellOf = (edges: Float64Array, value: number): number => {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value > edges[middle]!) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** What the process states at y: f_j and Q_jj, row by row. */
function statedAt(sde: Sde, coordinate: number): (y: Batch, t: number) => { f: Float64Array; q: Float64Array } {
  const { diffusion, dim: d } = sde;
  const entries = new Float64Array(entriesLength(diffusion));
  const Q = new Float64Array(d * d);
  return (y, t) => {
    const drift = zeros(y.n, d);
    sde.drift(y, new Float64Array(y.n).fill(t), drift);
    const q = Float64Array.from({ length: y.n }, (_, i) => {
      if (i === 0 || diffusion.dependsOn === 'state') {
        diffusion.entries(t, entries, y.data, i * d);
        fillQ(diffusion, entries, Q);
      }
      return Q[coordinate * (d + 1)]!;
    });
    return { f: Float64Array.from({ length: y.n }, (_, i) => drift.data[i * d + coordinate]!), q };
  };
}

export interface CellOptions {
  /** From 0. */
  readonly coordinate: number;
  readonly cells?: number;
}

/** Of one coordinate, cell by cell. */
export async function kramersMoyal(sde: Sde, increments: Increments, asked: CellOptions): Promise<KramersMoyal> {
  const { coordinate, cells = 20 } = asked;
  checkAsked(sde, increments, { coordinate, cells });
  const { pairs, t, h } = increments;
  const d = sde.dim;
  const stated = statedAt(sde, coordinate);
  const of = Array.from({ length: cells }, () => createMeans(5, 'an increment'));
  const whole = createMeans(2, 'an increment');
  let noiseless = false;
  const row = new Float64Array(5);
  const pair = new Float64Array(2);
  const count = ({ y, next }: Pairs, edges: Float64Array): void => {
    const { f, q } = stated(y, t);
    for (let i = 0; i < y.n; i++) {
      const value = y.data[i * d + coordinate]!;
      const increment = next.data[i * d + coordinate]! - value;
      const square = (increment - h * f[i]!) ** 2 / h;
      row[0] = value;
      row[1] = increment / h;
      row[2] = f[i]!;
      row[3] = square;
      row[4] = q[i]!;
      of[cellOf(edges, value)]!.add(row, 1);
      if (!(q[i]! > 0)) noiseless = true;
      else {
        pair[0] = square / q[i]!;
        pair[1] = pair[0] ** 2;
        whole.add(pair, 1);
      }
    }
  };

  const waiting: Pairs[] = [];
  const values: number[] = [];
  let edges: Float64Array | undefined;
  const choose = (): Float64Array => {
    const chosen = edgesOf(Float64Array.from(values), cells);
    for (const part of waiting) count(part, chosen);
    waiting.length = 0;
    return chosen;
  };
  for await (const part of partsOf(pairs, sde)) {
    if (edges !== undefined) {
      count(part, edges);
      continue;
    }
    waiting.push(part);
    for (let i = 0; i < part.y.n && values.length < pilot; i++) values.push(part.y.data[i * d + coordinate]!);
    if (values.length === pilot) edges = choose();
  }
  edges ??= choose();

  const found = of.map((means): KramersMoyalCell => {
    const [mean, errors] = [means.mean(), means.standardErrors()];
    return {
      at: mean[0]!,
      n: means.n,
      drift: { value: mean[1]!, standardError: errors[1]! },
      statedDrift: mean[2]!,
      noise: { value: mean[3]!, standardError: errors[3]! },
      statedNoise: mean[4]!,
    };
  });
  if (noiseless) return { coordinate, cells: found };
  const [second, fourth] = whole.mean() as Float64Array & [number, number];
  return {
    coordinate,
    cells: found,
    kurtosis: { value: fourth / (3 * second ** 2), standardError: whole.standardErrors()[1]! / (3 * second ** 2) },
  };
}
