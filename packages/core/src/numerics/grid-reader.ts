/**
 * Reads a function known at the cell centres of a grid between them: along each axis the cubic on [0, 1] through f_0, f_1 with slopes of fourth order,
 *
 *     f(x) = H₀₀ f_0 + H₀₁ f_1 + H₁₀ g_0 + H₁₁ g_1,     g_i = [8 (f_{i+1} − f_{i−1}) − (f_{i+2} − f_{i−2})]/12
 *
 * so six weights an axis, multiplied over the axes. Continuous with its gradient; errors O(h⁴) in f, O(h³) in ∇f. Beyond the last centres that have both neighbours: linear.
 */
import { cellWidth, type Grid, strides } from './fokker-planck.js';

/** Reads at y[at …]: returns f, writes ∇f [d]. */
export type GridReader = (y: Float64Array, at: number, gradient: Float64Array) => number;

const points = 6;

/** Weights of f_{−2} … f_3 for the value at x and for the slope there. */
const hermite = (x: number, value: Float64Array, slope: Float64Array, from: number): void => {
  const spread = (out: Float64Array, h00: number, h01: number, h10: number, h11: number): void => {
    out[from] = h10 / 12;
    out[from + 1] = (h11 - 8 * h10) / 12;
    out[from + 2] = h00 - (8 / 12) * h11;
    out[from + 3] = h01 + (8 / 12) * h10;
    out[from + 4] = (8 * h11 - h10) / 12;
    out[from + 5] = -h11 / 12;
  };
  const [x2, x3] = [x * x, x * x * x];
  spread(value, 1 - 3 * x2 + 2 * x3, 3 * x2 - 2 * x3, x - 2 * x2 + x3, x3 - x2);
  spread(slope, 6 * (x2 - x), 6 * (x - x2), 1 - 4 * x + 3 * x2, 3 * x2 - 2 * x);
};

export const gridReader = (grid: Grid, f: Float64Array): GridReader => {
  const d = grid.length;
  const step = strides(grid);
  const width = grid.map(cellWidth);
  const [value, slope] = [new Float64Array(points * d), new Float64Array(points * d)];
  const beyond = new Float64Array(d);
  /** Axes from `a` on, weighted for the value, or for the slope along one of them. */
  const folded = (a: number, cell: number, along?: number): number => {
    if (a === d) return f[cell]!;
    const weights = a === along ? slope : value;
    let sum = 0;
    for (let k = 0; k < points; k++) sum += weights[points * a + k]! * folded(a + 1, cell + k * step[a]!, along);
    return sum;
  };
  return (y, at, gradient) => {
    let corner = 0;
    for (let a = 0; a < d; a++) {
      const { from, cells } = grid[a]!;
      const wanted = (y[at + a]! - from) / width[a]! - 0.5;
      const place = Math.min(Math.max(wanted, 2), cells - 3);
      const i = Math.min(Math.floor(place), cells - 4);
      beyond[a] = (wanted - place) * width[a]!;
      hermite(place - i, value, slope, points * a);
      corner += (i - 2) * step[a]!;
    }
    let found = folded(0, corner);
    for (let a = 0; a < d; a++) {
      gradient[a] = folded(0, corner, a) / width[a]!;
      found += beyond[a]! * gradient[a]!;
    }
    return found;
  };
};
