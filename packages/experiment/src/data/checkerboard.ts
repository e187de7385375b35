/**
 * Checkerboard of 8 squares of side 2 on [−4, 4]², density 1/32 on them (MATH §9):
 *
 *     x₁ = 4U − 2,   x₂ = U′ − 2B + (⌊x₁⌋ mod 2),   y = 2 (x₁, x₂),    U, U′ uniform, B a fair coin
 *
 * `scale` c stretches it, `smooth` σ adds N(0, σ² I). Smoothed it has a density in closed form, and so a score to compare with: with E(u), O(u) the probabilities that u − σz falls
 * on the even strips [−4, −2) ∪ [0, 2) and the odd ones [−2, 0) ∪ [2, 4),
 *
 *     q(y) = [E(y₁) E(y₂) + O(y₁) O(y₂)]/32      (c = 1)
 *
 * What LCSS and DSM with noise σ learn of the plain board is the score of the board smoothed by σ. Beyond 6σ from the board log q is continued linearly.
 */
import { type Dataset, defineDataset, fillNormal, normalDistribution } from '@fokker/core';
import { z } from 'zod';
import { planarDataset } from './planar.js';

const strips = { even: [-4, 0], odd: [-2, 2] } as const;
const width = 2;
const edge = 4;
const reach = 6;

/** Φ(b) − Φ(a), a ≤ b, without cancellation in the upper tail. */
const between = (a: number, b: number): number =>
  a > 0 ? normalDistribution(-a) - normalDistribution(-b) : normalDistribution(b) - normalDistribution(a);
const bell = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

/** Probability that u − σz falls on the strips, and its derivative in u. */
const onStrips = (from: readonly number[], u: number, sigma: number): { value: number; slope: number } => {
  let [value, slope] = [0, 0];
  for (const start of from) {
    const [a, b] = [(u - start - width) / sigma, (u - start) / sigma];
    value += between(a, b);
    slope += (bell(b) - bell(a)) / sigma;
  }
  return { value, slope };
};

/** log q and ∇log q at (u, v), c = 1. */
const smoothedAt = (u: number, v: number, sigma: number): { log: number; du: number; dv: number } => {
  const limit = edge + reach * sigma;
  const [a, b] = [u, v].map((x) => Math.max(-limit, Math.min(limit, x))) as [number, number];
  const [eu, ou] = [onStrips(strips.even, a, sigma), onStrips(strips.odd, a, sigma)];
  const [ev, ov] = [onStrips(strips.even, b, sigma), onStrips(strips.odd, b, sigma)];
  const q = eu.value * ev.value + ou.value * ov.value;
  const du = (eu.slope * ev.value + ou.slope * ov.value) / q;
  const dv = (eu.value * ev.slope + ou.value * ov.slope) / q;
  return { log: Math.log(q / 32) + du * (u - a) + dv * (v - b), du, dv };
};

/** In closed form: of the board stretched by `scale` and smoothed by `sigma`. */
export const smoothedCheckerboard = (sigma: number, scale: number): NonNullable<Dataset['density']> => {
  const at = (y: Float64Array, i: number) => smoothedAt(y[2 * i]! / scale, y[2 * i + 1]! / scale, sigma / scale);
  return {
    logDensity(y, out) {
      for (let i = 0; i < y.n; i++) out[i] = at(y.data, i).log - 2 * Math.log(scale);
    },
    score(y, out) {
      for (let i = 0; i < y.n; i++) {
        const { du, dv } = at(y.data, i);
        out.data[2 * i] = du / scale;
        out.data[2 * i + 1] = dv / scale;
      }
    },
  };
};

export const checkerboard = defineDataset({
  id: 'checkerboard',
  summary: 'eight squares of a checkerboard on [−4, 4]², sharp or smoothed',
  options: z.object({
    scale: z.number().positive().default(1).describe('the board is [−4, 4]² times this'),
    smooth: z.number().nonnegative().default(0).describe('σ of Gaussian noise on every point'),
  }),
  create({ scale, smooth }, { dim }) {
    const sharp = planarDataset('checkerboard', dim, 3, (u, _z, i, out) => {
      const x1 = 4 * u[3 * i]! - 2;
      const x2 = u[3 * i + 1]! - (u[3 * i + 2]! < 0.5 ? 0 : 2) + (Math.abs(Math.floor(x1)) % 2);
      out[2 * i] = 2 * scale * x1;
      out[2 * i + 1] = 2 * scale * x2;
    });
    if (smooth === 0) return sharp;
    return {
      dim,
      draw(key, first, out) {
        sharp.draw(key, first, out);
        const noise = new Float64Array(2 * out.n);
        fillNormal(key.at('smooth'), first, out.n, 2, noise);
        for (let k = 0; k < noise.length; k++) out.data[k]! += smooth * noise[k]!;
      },
      density: smoothedCheckerboard(smooth, scale),
    };
  },
});
