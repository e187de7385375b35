/**
 * Every sampler on a mixture with its exact score, nonlinear in y: mean and mean square of 100,000 paths against the sampler's own discretisation, worked out from its formula.
 *
 *     dY = −½ Y dt + dW,    data Σ w N(m, c):    p_t = Σ w N(m e^{−t/2}, c e^{−t} + 1 − e^{−t})
 *     u_N(y) = y or y²,     u_k(y) = E u_{k+1}(F_k(y, ξ)),     expected: ∫ u_0 p_from
 *
 * F_k: one step, ξ two standard normals. The expectation is by Gauss–Hermite quadrature, u_k between the points of a grid by cubics: good to 1e-5.
 */
import {
  affineTransition,
  analyticField,
  fillNormal,
  fillUniform,
  rootKey,
  type Sampler,
  scalarJacobian,
} from '@fokker/core';
import { expect, test } from 'vitest';
import * as all from './index.js';
import { last } from './testing/last.js';
import { job, linearSde } from './testing/linear-case.js';
import { samplerOf } from './testing/recursions.js';

const components = [
  { w: 0.4, m: -1, c: 0.1 },
  { w: 0.6, m: 1.5, c: 0.3 },
];
const [from, to, steps, n] = [1.5, 0.1, 10, 100_000];
const lawAt = (t: number) =>
  components.map(({ w, m, c }) => ({ w, m: m * Math.exp(-t / 2), v: c * Math.exp(-t) - Math.expm1(-t) }));
const laws = new Map<number, ReturnType<typeof lawAt>>();
const partsAt = (t: number) => {
  const known = laws.get(t) ?? lawAt(t);
  laws.set(t, known);
  return known;
};
const density = (y: number, t: number): number =>
  partsAt(t).reduce((p, { w, m, v }) => p + (w / Math.sqrt(2 * Math.PI * v)) * Math.exp(-0.5 * ((y - m) ** 2 / v)), 0);
function score(y: number, t: number): number {
  let [p, slope] = [1e-300, 0];
  for (const { w, m, v } of partsAt(t)) {
    const share = (w / Math.sqrt(v)) * Math.exp(-0.5 * ((y - m) ** 2 / v));
    p += share;
    slope -= (share * (y - m)) / v;
  }
  return slope / p;
}

const sde = {
  ...linearSde(1, 2, { rate: () => 0.5, noise: () => 1 }),
  jacobian: scalarJacobian(() => -0.5),
  transition: affineTransition((s, t) => ({ a: Math.exp(0.5 * (s - t)), variance: -Math.expm1(s - t) })),
};
const field = analyticField({
  score(y, t, out) {
    for (let k = 0; k < y.n; k++) out.data[k] = score(y.data[k]!, t[k]!);
  },
  potential(y, t, out) {
    for (let k = 0; k < y.n; k++) out[k] = Math.log(density(y.data[k]!, t[k]!));
  },
});

type Step = (y: number, t: number, next: number, a: number, b: number) => number;
/** What the drift of time reversed (c = 1) or of the flow (c = ½) is. */
const velocity = (y: number, t: number, c: number): number => -0.5 * y - c * score(y, t);
const euler: Step = (y, t, next, a) => y + (next - t) * velocity(y, t, 1) + Math.sqrt(t - next) * a;
const heun =
  (c: number): Step =>
  (y, t, next, a) => {
    const [h, jump, v] = [next - t, c === 1 ? Math.sqrt(t - next) * a : 0, velocity(y, t, c)];
    return y + 0.5 * h * (v + velocity(y + h * v + jump, next, c)) + jump;
  };
const sra1: Step = (y, t, next, a, b) => {
  const [h, chi] = [next - t, 0.5 * Math.sqrt(t - next) * (a + b / Math.sqrt(3))];
  const v = velocity(y, t, 1);
  const stage = velocity(y + 0.75 * h * v + 1.5 * chi, t + 0.75 * h, 1);
  return y + (h / 3) * (v + 2 * stage) + Math.sqrt(t - next) * a;
};
/** Reversed, −f = ½ y grows while s is held. */
const localLinear: Step = (y, t, next, a) => {
  const growth = Math.exp(0.5 * (t - next));
  return growth * y + 2 * (growth - 1) * score(y, t) + Math.sqrt(growth ** 2 - 1) * a;
};
const kernel = (t: number, next: number) => ({ alpha: Math.exp(0.5 * (next - t)), w: -Math.expm1(next - t) });
const reverseDiffusion: Step = (y, t, next, a) => {
  const { alpha, w } = kernel(t, next);
  return (2 - alpha) * y + w * score(y, t) + Math.sqrt(w) * a;
};
const ancestral: Step = (y, t, next, a) => {
  const { alpha, w } = kernel(t, next);
  const before = -Math.expm1(-next);
  return (y + w * score(y, t)) / alpha + Math.sqrt((w * before) / (alpha * alpha * before + w)) * a;
};
const corrected: Step = (y, t, next, a, b) => euler(y + 0.02 * score(y, t) + Math.sqrt(0.04) * b, t, next, a, 0);
const langevin: Step = (y, _t, _next, a) => y + 0.1 * score(y, to) + Math.sqrt(0.2) * a;

/** Nodes and weights of E g(ξ), ξ ~ N(0, 1): the trapezoid rule, spectral for smooth g. */
const normals = (count: number) => {
  const width = 12 / (count - 1);
  return Array.from({ length: count }, (_, k) => {
    const xi = -6 + k * width;
    return { xi, weight: (width * Math.exp(-0.5 * xi * xi)) / Math.sqrt(2 * Math.PI) };
  });
};
const [low, width, points] = [-8, 0.04, 401];
const gridAt = (k: number) => low + width * k;
/** u at y, by the cubic through the four points around it; the outermost cubic carries on beyond. */
function between(u: Float64Array, y: number): number {
  const k = Math.min(points - 3, Math.max(1, Math.floor((y - low) / width)));
  const x = (y - gridAt(k)) / width;
  const [a, b, c, d] = [u[k - 1]!, u[k]!, u[k + 1]!, u[k + 2]!];
  return (
    (-x * (x - 1) * (x - 2) * a) / 6 +
    ((x * x - 1) * (x - 2) * b) / 2 -
    (x * (x + 1) * (x - 2) * c) / 2 +
    (x * (x * x - 1) * d) / 6
  );
}

function expected(step: Step, noises: 0 | 1 | 2, power: 1 | 2): number {
  let u = Float64Array.from({ length: points }, (_, k) => gridAt(k) ** power);
  const [first, second] = [noises > 0, noises > 1].map((used) => (used ? normals(25) : [{ xi: 0, weight: 1 }]));
  for (let k = steps; k-- > 0; ) {
    const [t, next] = [from + ((to - from) * k) / steps, from + ((to - from) * (k + 1)) / steps];
    u = u.map((_, at) => {
      let sum = 0;
      for (const a of first!) {
        for (const b of second!) sum += a.weight * b.weight * between(u, step(gridAt(at), t, next, a.xi, b.xi));
      }
      return sum;
    });
  }
  return u.reduce((sum, value, k) => sum + width * density(gridAt(k), from) * value, 0);
}
const exact = (power: 1 | 2): number =>
  lawAt(to).reduce((sum, { w, m, v }) => sum + w * (power === 1 ? m : m * m + v), 0);

function drawn(t: number) {
  const [y, u] = [{ data: new Float64Array(n), n, d: 1 }, new Float64Array(n)];
  fillNormal(rootKey(2), 0, n, 1, y.data);
  fillUniform(rootKey(1), 0, n, 1, u);
  const parts = lawAt(t);
  for (let i = 0; i < n; i++) {
    const { m, v } = parts[u[i]! < parts[0]!.w ? 0 : 1]!;
    y.data[i] = m + Math.sqrt(v) * y.data[i]!;
  }
  return y;
}

const grid = { grid: 'uniform' };
test.each<[string, Sampler, (power: 1 | 2) => number, number]>([
  ['reverse-euler-maruyama', samplerOf(all.reverseEulerMaruyama, grid), (p) => expected(euler, 1, p), from],
  ['reverse-milstein', samplerOf(all.reverseMilstein, grid), (p) => expected(euler, 1, p), from],
  ['reverse-heun', samplerOf(all.reverseHeun, grid), (p) => expected(heun(1), 1, p), from],
  ['reverse-sra1', samplerOf(all.reverseSra1, grid), (p) => expected(sra1, 2, p), from],
  ['reverse-local-linear', samplerOf(all.reverseLocalLinear, grid), (p) => expected(localLinear, 1, p), from],
  ['reverse-diffusion', samplerOf(all.reverseDiffusion, grid), (p) => expected(reverseDiffusion, 1, p), from],
  ['ancestral', samplerOf(all.ancestral, grid), (p) => expected(ancestral, 1, p), from],
  [
    'predictor-corrector',
    samplerOf(all.predictorCorrector, { ...grid, epsilon: 0.02 }),
    (p) => expected(corrected, 2, p),
    from,
  ],
  ['probability-flow', samplerOf(all.probabilityFlow, grid), (p) => expected(heun(0.5), 0, p), from],
  ['probability-flow-adaptive', samplerOf(all.probabilityFlowAdaptive, { rtol: 1e-4, atol: 1e-4 }), exact, from],
  ['langevin', samplerOf(all.langevin, { epsilon: 0.2 }), (p) => expected(langevin, 1, p), from],
  ['mala, from p_to', samplerOf(all.mala, { epsilon: 0.2 }), exact, to],
])('%s has the moments of its own discretisation', async (_, sampler, momentOf, begins) => {
  const { y } = await last(
    sampler.sample(job({ sde, score: field }, rootKey(8), { start: drawn(begins), from, to, steps })),
  );
  for (const power of [1, 2] as const) {
    const values = y.data.map((value) => value ** power);
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / n;
    expect(Math.abs(mean - momentOf(power)), `E y^${power}`).toBeLessThan(4 * error);
  }
});
