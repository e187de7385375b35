/** What follows the probability flow: potentials, residuals, currents. */
import { analyticField, type Batch, rootKey, type ScoreField } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { cubature, gaussianSample, linearProcess, linearScore, rotation, scaled } from '../testing/linear.js';
import { normals } from '../testing/samples.js';
import { currentField } from './current.js';
import { effectivePotential, networkPotential } from './effective-potential.js';
import { createFlow } from './flow.js';
import { carryAlong } from './flow-path.js';
import { fokkerPlanckResidual, residualAt } from './fp-residual.js';

const key = rootKey(1);
const refusal = (code: string) => expect.objectContaining({ code });

/** dy = −y dt + dW from N(0, v₀): variance v(t) = v₀ e^{−2t} + ½(1 − e^{−2t}). */
const v0 = 2;
const variance = (t: number): number => v0 * Math.exp(-2 * t) + 0.5 * -Math.expm1(-2 * t);
const ou = linearProcess([[-1]], [[1]]);
const ouScore = analyticField({
  score(y, t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = -y.data[i]! / variance(t[i]!);
  },
  directional(_y, t, w, out) {
    for (let i = 0; i < w.n; i++) out[i]! -= w.data[i]! ** 2 / variance(t[i]!);
  },
});
const points = { data: Float64Array.of(-1.5, 0, 0.7, 3), n: 4, d: 1 };

describe('the flow', () => {
  test('scales Gaussian states by √(v(t)/v₀) and their log-density by −½ log of it, both ways', async () => {
    const flow = createFlow({ sde: ou, score: ouScore });
    const [half, end] = await carryAlong(flow, points, 0, [0.5, 1], 40);
    for (const { t, y, logDensityChange } of [half!, end!]) {
      const ratio = variance(t) / v0;
      // RK4 with h = 1/40 on rates of order one: h⁴/120 ≈ 3e-9
      y.data.forEach((value, i) => {
        expect(Math.abs(value - points.data[i]! * Math.sqrt(ratio))).toBeLessThan(3e-8);
      });
      for (const change of logDensityChange) expect(Math.abs(change + 0.5 * Math.log(ratio))).toBeLessThan(3e-8);
    }
    const [back] = await carryAlong(flow, end!.y, 1, [0], 40);
    back!.y.data.forEach((value, i) => {
      expect(Math.abs(value - points.data[i]!)).toBeLessThan(1e-7);
    });
  });
  test('runs in one direction', async () => {
    await expect(carryAlong(createFlow({ sde: ou, score: ouScore }), points, 0, [0.5, 0.2, 1], 4)).rejects.toThrow(
      refusal('E_TIME'),
    );
  });
});

describe('the effective potential', () => {
  test('is −log p_t, normalised', async () => {
    const initial = (y: Batch, _t: Float64Array, out: Float64Array) => {
      for (let i = 0; i < y.n; i++) out[i] = -0.5 * (y.data[i]! ** 2 / v0 + Math.log(2 * Math.PI * v0));
    };
    const U = await effectivePotential({ sde: ou, score: ouScore, points, t: 1, from: 0, steps: 40, initial });
    U.forEach((value, i) => {
      const v = variance(1);
      expect(Math.abs(value - 0.5 * (points.data[i]! ** 2 / v + Math.log(2 * Math.PI * v)))).toBeLessThan(2e-7);
    });
  });
  test('by a potential network: up to a constant, and refused where noise is degenerate', async () => {
    const field: ScoreField = {
      provides: new Set(['score', 'potential'] as const),
      async evaluate(y, _t, { potential }) {
        for (let i = 0; i < y.n; i++) potential![i] = 7 - y.data[i * y.d]! ** 2;
      },
    };
    expect([...(await networkPotential({ sde: ou, score: field, points, t: 0.5 }))]).toEqual(
      [2.25, 0, 0.49, 9].map((x) => expect.closeTo(x, 12)),
    );
    const degenerate = linearProcess(rotation(1, 2), [[0], [1]]);
    const two = { data: Float64Array.of(1, 2), n: 1, d: 2 };
    await expect(networkPotential({ sde: degenerate, score: field, points: two, t: 0.5 })).rejects.toThrow(
      refusal('E_CAPABILITY'),
    );
    await expect(networkPotential({ sde: ou, score: ouScore, points, t: 0.5 })).rejects.toThrow(
      refusal('E_CAPABILITY'),
    );
  });
});

describe('the Fokker–Planck residual', () => {
  test('row 49: of the exact score of an Ornstein–Uhlenbeck process is zero', async () => {
    const states = normals(key, 50, 1);
    const R = await residualAt({ sde: ou, score: ouScore }, states, 0.5);
    expect(Math.max(...R.data.map(Math.abs))).toBeLessThan(1e-10);
    const sde = linearProcess(rotation(1, 2), scaled(2, 1));
    const turning = await residualAt({ sde, score: linearScore(scaled(2, 2), [0, 0]) }, normals(key, 50, 2), 0.5);
    expect(Math.max(...turning.data.map(Math.abs))).toBeLessThan(1e-10);
  });
  test('of a wrong score is what the equation says, and zero also for another initial law', async () => {
    // s = −k y, constant: ∂_t s = 0, bracket −∇·f − f·s + ½s′ + ½s² = 1 − k y² − k/2 + ½k²y², R = −∇ of it = (2k − k²) y
    const k = 3;
    const states = normals(key, 20, 1);
    const R = await residualAt({ sde: ou, score: linearScore([[k]], [0]) }, states, 0.5);
    R.data.forEach((value, i) => {
      expect(value).toBeCloseTo((2 * k - k * k) * states.data[i]!, 8);
    });
    const { residual } = await fokkerPlanckResidual({ sde: ou, score: linearScore([[k]], [0]), states, t: 0.5, key });
    expect(residual.value).toBeCloseTo(Math.abs(2 - k), 8);
  });
  test('is refused for the part of a score along degenerate noise, and at the ends of the span', async () => {
    const degenerate = linearProcess(rotation(1, 2), [[0], [1]]);
    const score = linearScore(scaled(2, 1), [0, 0]);
    const states = normals(key, 5, 2);
    await expect(residualAt({ sde: degenerate, score }, states, 0.5)).rejects.toThrow(refusal('E_CAPABILITY'));
    await expect(residualAt({ sde: degenerate, score }, states, 0.5, { wholeScore: true })).resolves.toBeDefined();
    await expect(residualAt({ sde: ou, score: ouScore }, points, 0)).rejects.toThrow(refusal('E_TIME'));
  });
});

describe('the current', () => {
  const sde = linearProcess(rotation(1, 2), scaled(2, 1));
  const score = linearScore(scaled(2, 2), [0, 0]);

  test('of the stationary rotation turns: u = ω (−y, x), j = p u', async () => {
    const states = gaussianSample([0, 0], scaled(2, 0.5), 200_000, key);
    const range = { from: -1, to: 1 };
    const field = await currentField({
      sde,
      score,
      states,
      t: 0,
      coordinates: [0, 1],
      ranges: [range, range],
      cells: 4,
    });
    for (let k = 0; k < 4; k++) {
      for (let i = 0; i < 4; i++) {
        const cell = 4 * k + i;
        const [x, y] = [-1 + (i + 0.5) / 2, -1 + (k + 0.5) / 2];
        // cells of width ½ hold about 4000 states each; the mean of a linear u over a cell differs from its middle by the slope of p, at most (¼)²/6 · 4 |x| ≈ .04 |x|·ω
        expect(Math.abs(field.velocity[2 * cell]! + 2 * y)).toBeLessThan(0.1);
        expect(Math.abs(field.velocity[2 * cell + 1]! - 2 * x)).toBeLessThan(0.1);
        expect(field.current[2 * cell]).toBeCloseTo(field.density[cell]! * field.velocity[2 * cell]!, 12);
        // p at the middle, with the curvature of p over the cell: 2 % at most
        const p = Math.exp(-(x * x) - y * y) / Math.PI;
        expect(Math.abs(field.density[cell]! / p - 1)).toBeLessThan(0.1);
      }
    }
  });
  test('of one coordinate, and of few states: counted by hand', async () => {
    const states = { data: Float64Array.of(0.2, 1, 0.3, 2, 5, 5), n: 3, d: 2 };
    const field = await currentField({
      sde,
      score,
      states,
      t: 0,
      coordinates: [0],
      ranges: [{ from: 0, to: 2 }],
      cells: 2,
    });
    expect([...field.density]).toEqual([expect.closeTo(2 / 3, 14), 0]);
    expect(field.velocity[0]).toBeCloseTo(-3, 14);
    expect(field.current[0]).toBeCloseTo(-2, 14);
  });
  test('refuses a grid that is none', async () => {
    const question = { sde, score, states: cubature([0, 0], scaled(2, 1)), t: 0, coordinates: [0, 0] };
    await expect(
      currentField({
        ...question,
        ranges: [
          { from: 0, to: 1 },
          { from: 0, to: 1 },
        ],
      }),
    ).rejects.toThrow(refusal('E_PARAMETERS'));
  });
});
