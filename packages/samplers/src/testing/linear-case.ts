/**
 * A process with every answer known: independent coordinates dY = −a(t) Y dt + g(t) dW, Gaussian with variance v(t) at every t, score −y/v(t).
 */
import {
  affineTransition,
  type Key,
  type SamplingJob,
  type ScoreField,
  type Sde,
  scalarJacobian,
  scalarNoise,
} from '@fokker/core';

export const scoreField = (score: (y: number, t: number) => number): ScoreField => ({
  provides: new Set(['score'] as const),
  async evaluate(y, t, out) {
    for (let k = 0; k < y.data.length; k++) out.score!.data[k] = score(y.data[k]!, t[Math.floor(k / y.d)]!);
  },
});

interface Law {
  rate(t: number): number;
  noise(t: number): number;
  variance(t: number): number;
}

export const linearSde = (dim: number, T: number, { rate, noise }: Omit<Law, 'variance'>): Sde => ({
  dim,
  span: { t0: 0, T },
  cutoff: { train: 1e-5, sample: 1e-3 },
  drift(y, t, out) {
    for (let k = 0; k < y.data.length; k++) out.data[k] = -rate(t[Math.floor(k / dim)]!) * y.data[k]!;
  },
  diffusion: scalarNoise(dim, noise),
});

const [beta0, beta1] = [0.1, 20];
const B = (t: number) => beta0 * t + 0.5 * (beta1 - beta0) * t * t;
const beta = (t: number) => beta0 + (beta1 - beta0) * t;
const inverse = (b: number) => (2 * b) / (beta0 + Math.sqrt(beta0 ** 2 + 2 * (beta1 - beta0) * b));

/** Variance preserving, β from 0.1 to 20, data N(0, c2). */
export function vpCase(c2: number, dim = 1) {
  const law: Law = {
    rate: (t) => 0.5 * beta(t),
    noise: (t) => Math.sqrt(beta(t)),
    variance: (t) => 1 - (1 - c2) * Math.exp(-B(t)),
  };
  const plain = linearSde(dim, 1, law);
  const still: Sde = {
    ...linearSde(dim, B(1), { rate: () => 0.5, noise: () => 1 }),
    diffusion: scalarNoise(dim, 1),
    jacobian: scalarJacobian(() => -0.5),
  };
  const sde: Sde = { ...plain, timeChange: { clock: { B, beta, inverse }, base: still } };
  return { plain, sde, law, score: scoreField((y, t) => -y / law.variance(t)) };
}

/** The same process with its exact transition. */
export const vpTransition = {
  score: vpCase(0.25).score,
  law: { ...vpCase(0.25).law, B },
  sde: {
    ...vpCase(0.25).sde,
    transition: affineTransition((s, t) => ({ a: Math.exp(0.5 * (B(s) - B(t))), variance: -Math.expm1(B(s) - B(t)) })),
  },
};

/** Stationary Ornstein–Uhlenbeck with rate 1 and unit noise: v = ½. */
export function ouCase(dim = 1, T = 10) {
  const law: Law = { rate: () => 1, noise: () => 1, variance: () => 0.5 };
  return { sde: linearSde(dim, T, law), law, score: scoreField((y) => -2 * y) };
}

export function job(parts: Pick<SamplingJob, 'sde' | 'score'>, key: Key, rest: Partial<SamplingJob>): SamplingJob {
  const { sde } = parts;
  const start = { data: new Float64Array(sde.dim).fill(1), n: 1, d: sde.dim };
  return { ...parts, start, from: sde.span.T, to: sde.span.t0, steps: 10, times: [], key, ...rest };
}
