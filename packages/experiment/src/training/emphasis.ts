/**
 * Training times that follow the losses (`LossHistory`), arranged so that a batch is still a pure function of what came long before it.
 *
 *     block b    steps b L … (b + 1) L − 1
 *     π_b        from the running means m after block b − 2; uniform for b = 0, 1
 *     m          after each block: decay · m + (1 − decay) · (mean of ℓ² in each part of (0, 1) over the block)
 *
 * A batch of block b can be prepared as soon as block b − 2 is done, L steps before it is needed: more than are ever prepared ahead, since L ≥ 2 · ahead is demanded. The means, the
 * open block and the probabilities in use are in the checkpoint, so a resumed run draws the same times bit for bit.
 *
 * Within a batch u ~ U(0, 1) becomes u′ = (b + (u − C_b)/π_b)/bins in part b of the cumulative C, and its loss is multiplied by 1/(bins π_b).
 */
import type { LossHistory, TimeSampler } from '@fokker/core';
import { z } from 'zod';

const numbers = z.array(z.number());
export const emphasisSchema = z.object({
  /** Null: no loss seen. */
  means: z.array(z.number().nullable()),
  sums: numbers,
  rows: numbers,
  /** Of the open block and the next. */
  probabilities: z.tuple([numbers, numbers]),
});
export type EmphasisState = z.infer<typeof emphasisSchema>;

export interface Emphasis {
  readonly state: EmphasisState;
  /** π of the block of batch k. */
  of(k: number): readonly number[];
  /** Adds the losses of the rows of step `step` (1 for batch 0), as the device gave them, and their parts. */
  add(step: number, losses: Float32Array, t: Float64Array): void;
}

/** Part of (0, 1) that a time came from. */
const partOf = (edges: readonly number[], t: number): number => {
  let b = 0;
  while (b < edges.length - 2 && t >= edges[b + 1]!) b++;
  return b;
};
const edgesOf = ({ time }: TimeSampler, bins: number): number[] =>
  Array.from({ length: bins + 1 }, (_, b) => time(b / bins));

/** 1/(bins π_b) for each time. */
export const importanceOf = (times: TimeSampler, probabilities: readonly number[], t: Float64Array): Float64Array => {
  const bins = probabilities.length;
  const edges = edgesOf(times, bins);
  return t.map((time) => 1 / (bins * probabilities[partOf(edges, time)]!));
};

/** u ↦ u′. */
export const warp = (probabilities: readonly number[], u: number): number => {
  let below = 0;
  for (const [b, share] of probabilities.entries()) {
    if (u < below + share || b === probabilities.length - 1) {
      return Math.min(1, (b + (u - below) / share) / probabilities.length);
    }
    below += share;
  }
  return u;
};

const begun = (bins: number): EmphasisState => {
  const even = new Array<number>(bins).fill(1 / bins);
  const zeros = () => new Array<number>(bins).fill(0);
  return { means: new Array<null>(bins).fill(null), sums: zeros(), rows: zeros(), probabilities: [even, even] };
};

/** From step `from`, with the state of its checkpoint. */
export function createEmphasis(
  times: TimeSampler,
  history: LossHistory,
  from: number,
  saved: EmphasisState | undefined,
): Emphasis {
  const { bins, every, decay } = history;
  const edges = edgesOf(times, bins);
  let state = saved?.means.length === bins ? structuredClone(saved) : begun(bins);
  let open = Math.floor(from / every);

  const close = (): void => {
    const means = state.means.map((mean, b) => {
      if (state.rows[b] === 0) return mean;
      const latest = state.sums[b]! / state.rows[b]!;
      return mean === null ? latest : decay * mean + (1 - decay) * latest;
    });
    const next = history.probabilities(means.map((mean) => mean ?? Number.NaN));
    state = { ...begun(bins), means, probabilities: [state.probabilities[1], next] };
    open += 1;
  };

  return {
    get state() {
      return state;
    },
    of(k) {
      const block = Math.floor(k / every) - open;
      return state.probabilities[block === 0 ? 0 : 1];
    },
    add(step, losses, t) {
      const probabilities = state.probabilities[0];
      for (let i = 0; i < t.length; i++) {
        const b = partOf(edges, t[i]!);
        state.sums[b]! += (losses[i]! * bins * probabilities[b]!) ** 2;
        state.rows[b]! += 1;
      }
      if (step % every === 0) close();
    },
  };
}
