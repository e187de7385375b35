/**
 * log p_t and ∇log p_t of a process on the line, started from data with a density: the Fokker–Planck equation on a fine grid (numerics/fokker-planck.ts), read by cubic Hermite
 * interpolation of log p between cell centres, linear beyond the last cell in which p is a number.
 *
 * The grid holds what a pilot of simulated paths reaches, and half as much again on both sides. Relative error of the score about 1e-3 at 1600 cells (a test compares with closed
 * forms). Each time asked for is solved once, from t₀: ask for whole batches at one time.
 */
import { type Batch, type ScalarField, type VectorField, zeros } from '../contracts/batch.js';
import type { MarginalLaw } from '../contracts/capabilities.js';
import type { Dataset } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fokkerPlanckLine, type Line } from '../numerics/fokker-planck.js';
import { rootKey } from '../numerics/random.js';
import { createPilot } from '../training/pilot.js';

const cells = 1600;
const stepsPerSpan = 2000;
const pilotPaths = 2048;
const pilotTimes = 9;

const lineOf = (sde: Sde, data: Dataset): Line => {
  const pilot = createPilot({ sde, data }, pilotPaths, rootKey(0).at('line marginal'));
  const { t0, T } = sde.span;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < pilotTimes; k++) {
    for (const y of pilot.at(t0 + (k / (pilotTimes - 1)) * (T - t0)).data) {
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  const margin = 0.5 * (high - low);
  return { from: low - margin, to: high + margin, cells };
};

/** log p and its slope at the cell centres from `first` to `last`, where p is a number that has a logarithm. */
interface Table {
  readonly logDensity: Float64Array;
  readonly slope: Float64Array;
  readonly first: number;
  readonly last: number;
}

/** Fourth-order differences inside, second-order at the ends. */
const slopeOf = (f: Float64Array, first: number, last: number, h: number): Float64Array =>
  f.map((_, i) => {
    if (i < first || i > last) return 0;
    if (i - first >= 2 && last - i >= 2) return (8 * (f[i + 1]! - f[i - 1]!) - (f[i + 2]! - f[i - 2]!)) / (12 * h);
    const [a, b] = [Math.max(first, i - 1), Math.min(last, i + 1)];
    return (f[b]! - f[a]!) / ((b - a) * h);
  });

const least = 1e-280;

export const lineMarginal =
  (sde: Sde): MarginalLaw =>
  (data) => {
    const { density } = data;
    if (density === undefined) return undefined;
    const line = lineOf(sde, data);
    const h = (line.to - line.from) / cells;
    const centres: Batch = {
      data: Float64Array.from({ length: cells }, (_, i) => line.from + (i + 0.5) * h),
      n: cells,
      d: 1,
    };
    const start = zeros(cells, 1).data;
    density.logDensity(centres, start);
    const tables = new Map<number, Table>();

    const solve = (t: number): Table => {
      const p = start.map(Math.exp);
      const { t0, T } = sde.span;
      if (t > t0) {
        const steps = Math.max(16, Math.ceil((stepsPerSpan * (t - t0)) / (T - t0)));
        fokkerPlanckLine(sde, line, p, t0, t, steps);
      }
      const largest = p.indexOf(p.reduce((a, b) => Math.max(a, b)));
      let [first, last] = [largest, largest];
      while (first > 0 && p[first - 1]! > least) first--;
      while (last < cells - 1 && p[last + 1]! > least) last++;
      const logDensity = p.map(Math.log);
      return { logDensity, slope: slopeOf(logDensity, first, last, h), first, last };
    };
    const tableAt = (t: number): Table => {
      const table = tables.get(t) ?? solve(t);
      tables.set(t, table);
      return table;
    };

    /** Hermite cubic on the cell of y: value and slope. */
    const read = (t: number, y: number): { value: number; slope: number } => {
      const { logDensity: f, slope: g, first, last } = tableAt(t);
      const place = (y - line.from) / h - 0.5;
      if (!(place > first && place < last)) {
        const end = place <= first ? first : last;
        return { value: f[end]! + g[end]! * (place - end) * h, slope: g[end]! };
      }
      const i = Math.min(last - 1, Math.floor(place));
      const x = place - i;
      const [a, b, c, d] = [f[i]!, g[i]! * h, f[i + 1]!, g[i + 1]! * h];
      const [p2, p3] = [3 * (c - a) - 2 * b - d, 2 * (a - c) + b + d];
      return { value: a + x * (b + x * (p2 + x * p3)), slope: (b + x * (2 * p2 + 3 * x * p3)) / h };
    };
    const logDensity: ScalarField = (y, t, out) => {
      for (let i = 0; i < y.n; i++) out[i] = read(t[i]!, y.data[i]!).value;
    };
    const score: VectorField = (y, t, out) => {
      for (let i = 0; i < y.n; i++) out.data[i] = read(t[i]!, y.data[i]!).slope;
    };
    return { logDensity, score };
  };
