/**
 * Means of many observables over a stream of independent rows, with intervals by bootstrap, in memory that does not grow with the stream.
 *
 *     row i goes to group i mod M;    mean = Σ_g S_g / Σ_g n_g,    S_g, n_g: sums and counts of the groups
 *
 * Bootstrap (Efron 1979): groups drawn with replacement, keyed; of any function of the means the 2.5 and 97.5 per cent quantiles over the replicas. With n ≤ M rows a group is
 * a row and this is the ordinary bootstrap; beyond, groups of independent rows are themselves independent and equally distributed (up to one row), which is all
 * that it asks for. Sums are taken in the order of the rows, so any split of the stream into batches gives the same bits.
 *
 * Throws E_NOT_FINITE (a value), E_SHAPE (fewer than two rows).
 */
import { type Estimate, fail, fillUniform, type Key } from '@fokker/core';

const groups = 512;
const replicasByDefault = 1000;

export interface Means {
  /** Rows so far. */
  readonly n: number;
  /** `values` [count, k], row after row. */
  add(values: Float64Array, count: number): void;
  /** [k] */
  mean(): Float64Array;
  /** Standard errors of the means, [k]. */
  standardErrors(): Float64Array;
  /** Functions of the means, each with its interval; all from the same replicas. */
  estimates(statistics: (mean: Float64Array) => readonly number[], key: Key, replicas?: number): Estimate[];
}

const few = (n: number): never =>
  fail('E_SHAPE', {
    summary: 'too few states for an estimate with an interval',
    got: `${n} rows`,
    expected: 'at least 2',
    tryThis: ['n: 10000'],
  });

export function createMeans(k: number, name = 'a value of the estimator'): Means {
  const sums = new Float64Array(groups * k);
  const counts = new Float64Array(groups);
  let n = 0;

  function meanOf(weight: (group: number) => number): Float64Array {
    const out = new Float64Array(k);
    let rows = 0;
    for (let g = 0; g < Math.min(groups, n); g++) {
      const w = weight(g);
      if (w === 0) continue;
      rows += w * counts[g]!;
      for (let j = 0; j < k; j++) out[j]! += w * sums[g * k + j]!;
    }
    for (let j = 0; j < k; j++) out[j]! /= rows;
    return out;
  }
  const mean = (): Float64Array => (n === 0 ? few(n) : meanOf(() => 1));

  return {
    get n() {
      return n;
    },
    mean,
    add(values, count) {
      for (let i = 0, at = 0; i < count; i++, n++) {
        const group = n % groups;
        counts[group]! += 1;
        for (let j = 0; j < k; j++, at++) {
          const value = values[at]!;
          if (!Number.isFinite(value)) {
            fail('E_NOT_FINITE', {
              summary: `${name} is not finite`,
              got: `${value} at row ${n}`,
              expected: 'finite numbers at every state',
              tryThis: [
                'look where this state comes from: a path that ran away?',
                'train longer, or with drift features',
              ],
            });
          }
          sums[group * k + j]! += value;
        }
      }
    },
    standardErrors() {
      const used = Math.min(groups, n);
      if (used < 2) few(n);
      const centre = mean();
      const out = new Float64Array(k);
      for (let g = 0; g < used; g++) {
        for (let j = 0; j < k; j++) out[j]! += (sums[g * k + j]! - counts[g]! * centre[j]!) ** 2;
      }
      return out.map((square) => Math.sqrt((square * used) / (used - 1)) / n);
    },
    estimates(statistics, key, replicas = replicasByDefault) {
      const used = Math.min(groups, n);
      if (used < 2) few(n);
      const values = statistics(mean());
      const drawn = values.map(() => new Float64Array(replicas));
      const uniform = new Float64Array(used);
      const weights = new Float64Array(used);
      for (let r = 0; r < replicas; r++) {
        fillUniform(key, r, 1, used, uniform);
        weights.fill(0);
        for (const u of uniform) weights[Math.floor(u * used)]! += 1;
        statistics(meanOf((g) => weights[g]!)).forEach((value, j) => {
          drawn[j]![r] = value;
        });
      }
      const quantile = (sorted: Float64Array, q: number): number => sorted[Math.round(q * (replicas - 1))]!;
      return values.map((value, j) => {
        const sorted = drawn[j]!.sort();
        return { value, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
      });
    },
  };
}
