import '../testing/vitest.js';
import { describe, expect, test } from 'vitest';
import type { Sde } from '../contracts/sde.js';
import { cellCentres, cellCount, cellWidth, createFokkerPlanck, type Grid } from './fokker-planck.js';
import { constantNoise, diagonalNoise, scalarNoise } from './noise.js';

/** dY = A Y dt + diag(g) dW with a drift that turns: no gradient, and the axes do not commute. */
const A = [
  [-1, 0.8],
  [-0.8, -0.5],
];
const turning: Sde = {
  dim: 2,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-5, sample: 1e-3 },
  drift(y, _t, out) {
    for (let i = 0; i < y.n; i++) {
      A.forEach((row, j) => {
        out.data[2 * i + j] = row[0]! * y.data[2 * i]! + row[1]! * y.data[2 * i + 1]!;
      });
    }
  },
  diffusion: diagonalNoise(2, [1, 0.7]),
};
const square = (cells: number): Grid => [
  { from: -5, to: 5, cells },
  { from: -4, to: 4, cells },
];

/** N((0.5, −0.3), ½ I) at the cell centres. */
const start = (grid: Grid): Float64Array => {
  const { data, n } = cellCentres(grid);
  return Float64Array.from(
    { length: n },
    (_, k) => Math.exp(-((data[2 * k]! - 0.5) ** 2) - (data[2 * k + 1]! + 0.3) ** 2) / Math.PI,
  );
};

/** Mean and covariance of the cells, and their mass. */
const moments = (grid: Grid, p: Float64Array) => {
  const { data, n } = cellCentres(grid);
  const area = grid.reduce((product, axis) => product * cellWidth(axis), 1);
  let [mass, x, y, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k < n; k++) {
    const [w, a, b] = [area * p[k]!, data[2 * k]!, data[2 * k + 1]!];
    [mass, x, y, xx, xy, yy] = [mass + w, x + w * a, y + w * b, xx + w * a * a, xy + w * a * b, yy + w * b * b];
  }
  return { mass, rest: [x, y, xx - x * x, xy - x * y, yy - y * y] };
};

/** The same by the moment equations m′ = A m, C′ = A C + C Aᵀ + Q, in small Runge–Kutta steps. */
const exact = (): number[] => {
  const slope = ([x, y, xx, xy, yy]: number[]): number[] => [
    A[0]![0]! * x! + A[0]![1]! * y!,
    A[1]![0]! * x! + A[1]![1]! * y!,
    2 * (A[0]![0]! * xx! + A[0]![1]! * xy!) + 1,
    A[0]![0]! * xy! + A[0]![1]! * yy! + A[1]![0]! * xx! + A[1]![1]! * xy!,
    2 * (A[1]![0]! * xy! + A[1]![1]! * yy!) + 0.49,
  ];
  let m = [0.5, -0.3, 0.5, 0, 0.5];
  const h = 1e-3;
  const moved = (k: number[], by: number): number[] => m.map((value, j) => value + by * k[j]!);
  for (let step = 0; step < 1000; step++) {
    const k1 = slope(m);
    const k2 = slope(moved(k1, h / 2));
    const k3 = slope(moved(k2, h / 2));
    const k4 = slope(moved(k3, h));
    m = m.map((value, j) => value + (h / 6) * (k1[j]! + 2 * k2[j]! + 2 * k3[j]! + k4[j]!));
  }
  return m;
};

const solved = (cells: number, steps: number) => {
  const grid = square(cells);
  const p = start(grid);
  createFokkerPlanck(turning, grid).advance(p, 0, 1, steps);
  return moments(grid, p);
};

describe('the Fokker–Planck equation on a grid', () => {
  test('keeps the mass and reaches the moments of a turning Ornstein–Uhlenbeck process, second order in cells and steps', () => {
    const truth = exact();
    const [coarse, fine] = [solved(40, 10), solved(80, 20)];
    const before = moments(square(40), start(square(40))).mass; // e⁻¹⁶ of it lies outside
    expect(coarse.mass).toBeCloseTo(before, 13);
    const error = ({ rest }: { rest: number[] }): number => Math.hypot(...rest.map((value, j) => value - truth[j]!));
    expect(error(fine)).toBeLessThan(0.125 ** 2 / 4); // the flux differs from the true one by terms of order (f h)²/D
    expect(Math.log2(error(coarse) / error(fine))).toBeGreaterThan(1.8);
  });

  test('does not move a stationary law, whatever the steps', () => {
    const grid: Grid = [{ from: -3, to: 3, cells: 60 }];
    const gradient: Sde = {
      dim: 1,
      span: { t0: 0, T: 1 },
      cutoff: { train: 1e-5, sample: 1e-3 },
      drift(y, _t, out) {
        for (let i = 0; i < y.n; i++) out.data[i] = y.data[i]! - y.data[i]! ** 3;
      },
      diffusion: scalarNoise(1, 0.8),
    };
    // Exact for the drift the cells see: the differences of U between centres are f h at the faces.
    const { data, n } = cellCentres(grid);
    const h = cellWidth(grid[0]!);
    const p = new Float64Array(n).fill(1);
    for (let i = 1; i < n; i++) {
      const face = data[i]! - h / 2;
      p[i] = p[i - 1]! * Math.exp(((face - face ** 3) * h) / 0.32);
    }
    const moved = p.slice();
    createFokkerPlanck(gradient, grid).advance(moved, 0, 5, 7);
    expect(moved).toBeAllClose(p, { rtol: 1e-11 });
  });

  test('reads noise of any structure by its diagonal', () => {
    const grid = square(20);
    const [p, q] = [start(grid), start(grid)];
    createFokkerPlanck(turning, grid).advance(p, 0, 0.5, 3);
    const dense = {
      ...turning,
      diffusion: constantNoise([
        [1, 0],
        [0, 0.7],
      ]),
    };
    createFokkerPlanck(dense, grid).advance(q, 0, 0.5, 3);
    expect(q).toBeAllClose(p, { atol: 1e-15 });
    expect(cellCount(grid)).toBe(400);
  });
});
