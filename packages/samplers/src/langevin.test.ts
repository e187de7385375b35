/** Langevin chains against the closed forms of their stationary laws. */
import { analyticField, fillNormal, rootKey, type Sde, scalarNoise } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { annealedLangevin, langevin, mala, predictorCorrector, reverseHeun } from './index.js';
import { last } from './testing/last.js';
import { job, ouCase, scoreField, vpTransition } from './testing/linear-case.js';
import { samplerOf } from './testing/recursions.js';

const key = rootKey(40).at('langevin');
const square = ({ data }: { data: Float64Array }) => data.reduce((sum, x) => sum + x * x, 0) / data.length;
const normals = (n: number, variance: number, d = 1) => {
  const start = { data: new Float64Array(n * d), n, d };
  fillNormal(rootKey(3), 0, n, d, start.data);
  for (let k = 0; k < n * d; k++) start.data[k]! *= Math.sqrt(variance);
  return start;
};
/** Factors of one step of a linear chain, y⁺ = a y + b ξ, read off two rows with the same noise. */
async function factorsOf(
  sampler: ReturnType<typeof samplerOf>,
  parts: Parameters<typeof job>[0],
  of: (string | number)[],
) {
  const step = async (y: number) => {
    const ask = job(parts, key, { start: { data: Float64Array.of(y), n: 1, d: 1 }, steps: 1 });
    return (await last(sampler.sample(ask))).y.data[0]!;
  };
  const xi = new Float64Array(1);
  fillNormal(key.at(...of), 0, 1, 1, xi);
  const [zero, one] = [await step(0), await step(1)];
  return { a: one - zero, b: zero / xi[0]! };
}

describe('row 40: the unadjusted chain on N(0, 0.7)', () => {
  const parts = { ...ouCase(), score: scoreField((y) => -y / 0.7) };
  const closed = (epsilon: number) => 0.7 / (1 - epsilon / 2.8);

  test.each([
    [0.1, 0.7259259],
    [0.5, 0.8521739],
  ])('row 40: ε = %f, stationary variance by the factors of a step', async (epsilon, expected) => {
    const { a, b } = await factorsOf(samplerOf(langevin, { epsilon }), parts, ['step', 0]);
    expect((b * b) / (1 - a * a)).toBeCloseTo(closed(epsilon), 12);
    expect(closed(epsilon)).toBeCloseTo(expected, 7);
  });

  test('row 40: 40,000 chains', async () => {
    const ask = job(parts, key, { start: normals(40_000, 0.7), steps: 20 });
    const { y } = await last(samplerOf(langevin, { epsilon: 0.5 }).sample(ask));
    // The table's 2 %: just under three standard errors, √(2/n) = 0.7 %, of this fixed seed.
    expect(Math.abs(square(y) / closed(0.5) - 1)).toBeLessThan(0.02);
  });
});

describe('row 41: the corrector with fixed ε = 0.1 on N(0, 0.7)', () => {
  // A predictor that stands still: no noise to speak of, no drift.
  const still: Sde = { ...ouCase().sde, drift: (_y, _t, out) => out.data.fill(0), diffusion: scalarNoise(1, 1e-12) };
  const parts = { sde: still, score: scoreField((y) => -y / 0.7) };
  const sampler = samplerOf(predictorCorrector, { epsilon: 0.1 });

  test('row 41: stationary variance by the factors of a step', async () => {
    const { a, b } = await factorsOf(sampler, parts, ['corrector', 0, 0]);
    // The predictor's noise is 1e-12.
    expect((b * b) / (1 - a * a)).toBeCloseTo(0.7 / (1 - 0.1 / 1.4), 10);
    expect(0.7 / (1 - 0.1 / 1.4)).toBeCloseTo(0.7538462, 7);
  });

  test('row 41: 40,000 chains', async () => {
    const ask = job(parts, key, { start: normals(40_000, 0.7), steps: 20 });
    expect(Math.abs(square((await last(sampler.sample(ask))).y) / 0.7538462 - 1)).toBeLessThan(0.02);
  });

  test('steps by each path’s own norm have the law p ‖s‖²: on a line, no normal law at all; a pilot’s do not', async () => {
    const ask = job(parts, key, { start: normals(20_000, 0.7), steps: 60 });
    const varianceOf = async (norms: string) =>
      square((await last(samplerOf(predictorCorrector, { norms, snr: 0.16 }).sample(ask))).y);
    // y² p(y) has the variance 3 · 0.7
    expect(await varianceOf('sample')).toBeGreaterThan(1.2 * 0.7);
    // ε = 2 · 0.16² · 0.7: the stationary variance is 0.7/(1 − 0.0256)
    expect(Math.abs((await varianceOf('pilot')) / (0.7 / (1 - 0.0256)) - 1)).toBeLessThan(0.05);
  });
});

describe('mala', () => {
  // p ∝ e^{−y⁴/4}: E y² = 2 Γ(3/4)/Γ(1/4), E y⁴ = 1.
  const quartic = analyticField({
    score: (y, _t, out) => out.data.set(y.data.map((x) => -(x ** 3))),
    potential: (y, _t, out) => out.set(y.data.map((x) => -(x ** 4) / 4)),
  });
  const parts = { sde: ouCase().sde, score: quartic };
  const gamma = { quarter: 3.625609908221908, threeQuarters: 1.2254167024651776 };

  test('is exact at a step where the unadjusted chain is far off', async () => {
    const n = 20_000;
    const ask = job(parts, key, { start: normals(n, 0.7), steps: 60 });
    const { y } = await last(samplerOf(mala, { epsilon: 0.5 }).sample(ask));
    const expected = (2 * gamma.threeQuarters) / gamma.quarter;
    // Var y² = E y⁴ − (E y²)²
    const error = Math.sqrt((1 - expected ** 2) / n);
    expect(Math.abs(square(y) - expected)).toBeLessThan(4 * error);
    const biased = await last(samplerOf(langevin, { epsilon: 0.5 }).sample(ask));
    expect(Math.abs(square(biased.y) - expected)).toBeGreaterThan(8 * error);
  });

  test.each([0.1, 1, 3])('accepts on N(0, v) what the closed form says, ε = %f', async (epsilon) => {
    // log of the ratio is −ε (y′² − y²)/(8v²), and E min(1, e^L) = 2 P(L > 0) in detailed balance: 2 P(|y′| < |y|), the quadrants of y′ ∓ y
    const [v, n, steps, h] = [0.7, 40_000, 4, epsilon / 2];
    const [after, shared] = [(1 - h / v) ** 2 * v + 2 * h, (1 - h / v) * v];
    const expected = (2 / Math.PI) * Math.acos((after - v) / Math.sqrt((v + after) ** 2 - 4 * shared ** 2));
    const normal = analyticField({
      score: (y, _t, out) => out.data.set(y.data.map((x) => -x / v)),
      potential: (y, _t, out) => out.set(y.data.map((x) => (-x * x) / (2 * v))),
    });
    const ask = job({ sde: ouCase().sde, score: normal }, key, { start: normals(n, v), steps });
    const { acceptance } = await last(samplerOf(mala, { epsilon }).sample(ask));
    expect(acceptance!.proposed).toBe(n * steps);
    // Steps of one chain are not independent: four standard errors as if only chains were.
    const share = acceptance!.accepted / acceptance!.proposed;
    expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / n));
  });

  test.each([
    ['a score alone', { ...parts, score: scoreField((y) => -y) }],
    [
      'degenerate noise, whose potential is no density',
      { ...parts, sde: { ...ouCase(2).sde, noiseRange: { rank: 1, basis: 'coordinates', coordinates: [1] } } as Sde },
    ],
  ])('refuses %s', (_, wrong) => {
    const ask = job(wrong, key, {});
    expect(() => samplerOf(mala).sample(ask)).toThrow(expect.objectContaining({ code: 'E_CAPABILITY' }));
  });
});

test('annealed steps reach the law of the last level, and refuse a level without noise', async () => {
  const { sde, law, score } = vpTransition;
  const ask = job({ sde, score }, key, { start: normals(5000, 1), from: 0.2, to: 0.05, steps: 40 });
  const sampler = samplerOf(annealedLangevin, { epsilon: 0.02, inner: 10, grid: 'uniform' });
  const v = law.variance(0.05);
  // A step's own bias, ε/(4v) = 2 %, and what is left of wider levels, 0.4 % each at a contraction by a third; four standard errors of 5000.
  expect(Math.abs(square((await last(sampler.sample(ask))).y) / v - 1)).toBeLessThan(0.1 + 4 * Math.sqrt(2 / 5000));
  expect(() => sampler.sample({ ...ask, to: 0 })).toThrow(expect.objectContaining({ code: 'E_TIME' }));
});

test.each([langevin, annealedLangevin, predictorCorrector])('$id refuses degenerate noise', (definition) => {
  const sde = { ...ouCase(2).sde, noiseRange: { rank: 1, basis: 'coordinates', coordinates: [1] } } as Sde;
  const ask = job({ sde, score: scoreField((y) => -y) }, key, { from: 2, to: 1 });
  expect(() => samplerOf(definition as typeof langevin).sample(ask)).toThrow(
    expect.objectContaining({ code: 'E_CAPABILITY' }),
  );
  expect(() => samplerOf(reverseHeun).sample(ask)).not.toThrow();
});
