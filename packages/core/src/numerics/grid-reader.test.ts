import { expect, test } from 'vitest';
import { cellCentres, type Grid } from './fokker-planck.js';
import { gridReader } from './grid-reader.js';

const grid: Grid = [
  { from: -1, to: 2, cells: 12 },
  { from: 0, to: 4, cells: 10 },
];
const { data, n } = cellCentres(grid);
const tabled = (f: (x: number, y: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, k) => f(data[2 * k]!, data[2 * k + 1]!));

test('a product of cubics is read exactly, with its gradient', () => {
  const f = (x: number, y: number): number => (1 + x - x ** 3) * (2 - y + 0.3 * y ** 3);
  const read = gridReader(grid, tabled(f));
  const gradient = new Float64Array(2);
  for (const [x, y] of [
    [0.3, 1.7],
    [-0.2, 2.9],
    [1.1, 2],
  ] as const) {
    expect(read(Float64Array.of(9, x, y), 1, gradient)).toBeCloseTo(f(x, y), 12);
    expect(gradient[0]).toBeCloseTo((1 - 3 * x ** 2) * (2 - y + 0.3 * y ** 3), 11);
    expect(gradient[1]).toBeCloseTo((1 + x - x ** 3) * (-1 + 0.9 * y ** 2), 11);
  }
});

test('errors of a smooth function fall as h⁴, of its slope as h³', () => {
  const errors = [20, 40].map((cells) => {
    const line: Grid = [{ from: 0, to: 6, cells }];
    const centres = cellCentres(line);
    const read = gridReader(line, centres.data.map(Math.sin));
    const gradient = new Float64Array(1);
    let [value, slope] = [0, 0];
    for (let x = 1.5; x < 4.5; x += 0.01) {
      value = Math.max(value, Math.abs(read(Float64Array.of(x), 0, gradient) - Math.sin(x)));
      slope = Math.max(slope, Math.abs(gradient[0]! - Math.cos(x)));
    }
    return [value, slope] as const;
  });
  expect(Math.log2(errors[0]![0] / errors[1]![0])).toBeGreaterThan(3.7);
  expect(Math.log2(errors[0]![1] / errors[1]![1])).toBeGreaterThan(2.7);
});

test('beyond the cells it goes on as a plane', () => {
  const read = gridReader(
    grid,
    tabled((x, y) => 3 * x - 2 * y + 1),
  );
  const gradient = new Float64Array(2);
  expect(read(Float64Array.of(7, -5), 0, gradient)).toBeCloseTo(32, 10);
  expect([...gradient]).toEqual([expect.closeTo(3, 10), expect.closeTo(-2, 10)]);
});
