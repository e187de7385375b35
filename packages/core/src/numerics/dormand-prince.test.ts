import { describe, expect, test } from 'vitest';
import { type Batch, zeros } from '../contracts/index.js';
import { createDormandPrince, type DormandPrinceOptions, type RowField } from './dormand-prince.js';

/** y′ = (−y₂, y₁) + t-dependent push: y = e^{sin t} (cos t, sin t) solves y′ = cos t y + (−y₂, y₁). */
const spiral: RowField = async (y, t, out) => {
  for (let i = 0; i < y.n; i++) {
    const [a, b] = [y.data[2 * i]!, y.data[2 * i + 1]!];
    const push = Math.cos(t[i]!);
    out.data[2 * i] = push * a - b;
    out.data[2 * i + 1] = push * b + a;
  }
};
const exact = (t: number, radius: number) => [
  radius * Math.exp(Math.sin(t)) * Math.cos(t),
  radius * Math.exp(Math.sin(t)) * Math.sin(t),
];
const radii = [0.01, 1, 30];
const start: Batch = { data: Float64Array.from(radii.flatMap((r) => exact(0, r))), n: 3, d: 2 };
const tight: DormandPrinceOptions = { rtol: 1e-9, atol: 1e-12, control: 'row' };

/** States at the targets, [targets][n·d]. */
async function travel(batch: Batch, from: number, targets: readonly number[], options: DormandPrinceOptions) {
  const solver = createDormandPrince({ field: spiral, start: batch, from, to: targets.at(-1)! }, options);
  const states: number[][] = [];
  for (const target of targets) {
    const out = zeros(batch.n, batch.d);
    await solver.advance(target, out);
    states.push([...out.data]);
  }
  return { states, evaluations: solver.evaluations };
}

describe.each(['row', 'batch'] as const)('control by %s', (control) => {
  test('follows a solution to its tolerance, between steps too, in both directions', async () => {
    const targets = [0, 0.013, 1, 1.0001, 4, 7];
    const { states } = await travel(start, 0, targets, { ...tight, control });
    targets.forEach((t, k) => {
      radii.forEach((radius, i) => {
        exact(t, radius).forEach((value, j) => {
          // errors of single steps, 1e-9 of the state, add up over some hundred
          expect(Math.abs(states[k]![2 * i + j]! - value)).toBeLessThan(1e-7 * radius);
        });
      });
    });
    const end: Batch = { data: Float64Array.from(states.at(-1)!), n: 3, d: 2 };
    const back = await travel(end, 7, [3, 0], { ...tight, control });
    start.data.forEach((value, i) => {
      expect(Math.abs(back.states[1]![i]! - value)).toBeLessThan(1e-7 * radii[Math.floor(i / 2)]!);
    });
  });
});

test('has order five: a hundredth of the tolerance takes 100^(1/5) = 2.5 times the steps', async () => {
  const [rough, fine] = [
    await travel(start, 0, [20], { rtol: 1e-6, atol: 1e-12, control: 'row' }),
    await travel(start, 0, [20], { rtol: 1e-8, atol: 1e-12, control: 'row' }),
  ];
  expect(fine.evaluations / rough.evaluations).toBeGreaterThan(2.2);
  expect(fine.evaluations / rough.evaluations).toBeLessThan(2.8);
});

test('a row is the same in any company, where each controls its own error', async () => {
  const { states } = await travel(start, 0, [0.7, 3], tight);
  for (let i = 0; i < 3; i++) {
    const alone = await travel({ data: start.data.slice(2 * i, 2 * i + 2), n: 1, d: 2 }, 0, [0.7, 3], tight);
    alone.states.forEach((state, k) => {
      expect(state).toEqual(states[k]!.slice(2 * i, 2 * i + 2));
    });
  }
});

test('a row that runs away stops inside the bound and is told of; the field is never asked outside', async () => {
  const stopped: [number, number][] = [];
  const cubic: RowField = async (y, _t, out) => {
    for (let i = 0; i < y.n; i++) {
      expect(Math.abs(y.data[i]!)).toBeLessThanOrEqual(1e3);
      out.data[i] = y.data[i]! ** 3;
    }
  };
  const solver = createDormandPrince(
    {
      field: cubic,
      start: { data: Float64Array.of(0.5, 2), n: 2, d: 1 },
      from: 0,
      to: 1,
      bound: 1e3,
      onStop: (row, t) => stopped.push([row, t]),
    },
    tight,
  );
  const out = zeros(2, 1);
  await solver.advance(1, out);
  // y = y₀/√(1 − 2 y₀² t): 0.5 becomes 1/√2, 2 explodes at t = 1/8
  expect(Math.abs(out.data[0]! - Math.SQRT1_2)).toBeLessThan(1e-8);
  expect(stopped.map(([row]) => row)).toEqual([1]);
  expect(Math.abs(stopped[0]![1] - 0.125)).toBeLessThan(1e-6);
  expect(out.data[1]!).toBeLessThanOrEqual(1e3);
});

test('refuses to run without a tolerance', () => {
  const run = () => createDormandPrince({ field: spiral, start, from: 0, to: 1 }, { rtol: 0, atol: 0, control: 'row' });
  expect(run).toThrow(expect.objectContaining({ code: 'E_PARAMETERS' }));
});
