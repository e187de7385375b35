import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTimes, coordinateOf, type GridJob, type GridOptions, timeGrid as gridIn } from './grid.js';
import { ouCase, vpCase, vpTransition } from './testing/linear-case.js';

const vp = vpCase(0.25);
const uniform: GridOptions = { grid: 'uniform' };
const timeGrid = (job: GridJob, options: GridOptions) => {
  checkTimes(job);
  return gridIn(job, coordinateOf(job, options));
};
const points = (grid: { t: Float64Array }) => Array.from(grid.t);

describe('timeGrid', () => {
  test('is uniform in t and ends exactly', () => {
    const { t, frame } = timeGrid({ sde: vp.plain, from: 1, to: 0, steps: 4, times: [] }, uniform);
    expect(Array.from(t)).toEqual([1, 0.75, 0.5, 0.25, 0]);
    expect(frame).toEqual([false, false, false, false, true]);
  });

  test('shares steps by length and keeps frame times exactly, in the order of travel', () => {
    const { sde } = ouCase();
    const down = timeGrid({ sde, from: 10, to: 0, steps: 100, times: [0.25, 5, 1 / 3, 5] }, uniform);
    expect(down.frame.flatMap((isFrame, k) => (isFrame ? [down.t[k]] : []))).toEqual([5, 1 / 3, 0.25, 0]);
    expect(down.t.indexOf(5)).toBe(50);
    const up = timeGrid({ sde, from: 0, to: 10, steps: 100, times: [5, 0] }, uniform);
    expect(up.frame.flatMap((isFrame, k) => (isFrame ? [up.t[k]] : []))).toEqual([0, 5, 10]);
  });

  test('auto takes the clock where there is one', () => {
    const request = { sde: vp.sde, from: 1, to: 1e-3, steps: 8, times: [] };
    const { t } = timeGrid(request, { grid: 'auto' });
    const { B } = vp.sde.timeChange!.clock;
    const step = (B(1) - B(1e-3)) / 8;
    // B and its inverse round at the level of float64.
    for (let k = 0; k < 8; k++) expect(B(t[k]!) - B(t[k + 1]!)).toBeCloseTo(step, 12);
    expect(points(timeGrid({ ...request, sde: vp.plain }, { grid: 'auto' }))).toEqual(
      points(timeGrid(request, uniform)),
    );
  });

  test('clustering 2 is uniform in the square root of time', () => {
    const { t } = timeGrid({ sde: ouCase().sde, from: 0, to: 4, steps: 4, times: [] }, { grid: 'auto', clustering: 2 });
    expect(Array.from(t)).toEqual([0, 0.25, 1, 2.25, 4]);
  });

  test('quadratic is the same by another name', () => {
    const request = { sde: ouCase().sde, from: 4, to: 0, steps: 4, times: [] };
    expect(points(timeGrid(request, { grid: 'quadratic' }))).toEqual([4, 2.25, 1, 0.25, 0]);
  });

  test('edm is uniform in the seventh root of the noise level σ/a (Karras et al. 2022, eq. 5)', () => {
    const { sde, law } = vpTransition;
    const { t } = timeGrid({ sde, from: 1, to: 1e-3, steps: 5, times: [] }, { grid: 'edm' });
    const level = (time: number) => Math.sqrt(Math.expm1(law.B(time)));
    const [most, least] = [level(1), level(1e-3)];
    for (let k = 0; k <= 5; k++) {
      const expected = (most ** (1 / 7) + (k / 5) * (least ** (1 / 7) - most ** (1 / 7))) ** 7;
      // the inverse is found by bisection, to the last bits of t
      expect(level(t[k]!) / expected).toBeCloseTo(1, 10);
    }
  });

  test('is strictly monotone and holds every frame time, whatever is asked', () => {
    const { sde } = ouCase();
    const time = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(time, time).filter(([a, b]) => Math.abs(a - b) > 1e-3),
        fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 6 }),
        fc.integer({ min: 10, max: 200 }),
        fc.constantFrom(1, 2, 3),
        ([from, to], percents, steps, clustering) => {
          const times = percents.map((percent) => from + ((to - from) * percent) / 100);
          const grid = timeGrid({ sde, from, to, steps, times }, { grid: 'uniform', clustering });
          expect(grid.t.length).toBe(steps + 1);
          for (let k = 0; k < steps; k++) expect(Math.sign(grid.t[k + 1]! - grid.t[k]!)).toBe(Math.sign(to - from));
          for (const t of [...times, to]) expect(grid.frame[grid.t.indexOf(t)]).toBe(true);
        },
      ),
      { seed: 1 },
    );
  });

  test.each([
    ['a time outside the span', { from: 11 }, uniform, 'E_TIME'],
    ['no distance', { to: 10 }, uniform, 'E_TIME'],
    ['NaN', { to: Number.NaN }, uniform, 'E_TIME'],
    ['a frame outside', { to: 5, times: [4] }, uniform, 'E_TIME'],
    ['half a step', { steps: 1.5 }, uniform, 'E_PARAMETERS'],
    ['fewer steps than frames', { steps: 2, times: [1, 2, 3] }, uniform, 'E_PARAMETERS'],
    ['a clock grid without a clock', {}, { grid: 'clock' } as const, 'E_CAPABILITY'],
    ['an edm grid without a noise level', {}, { grid: 'edm' } as const, 'E_CAPABILITY'],
  ])('refuses %s', (_, wrong, options, code) => {
    const request = { sde: ouCase().sde, from: 10, to: 0, steps: 10, times: [], ...wrong };
    expect(() => timeGrid(request, options)).toThrow(expect.objectContaining({ code }));
  });
});
