/**
 * Row 39: strong orders, measured. All step lengths see one Brownian path, kept as pairs (ΔW, I₁₀) of its finest steps and added up exactly:
 *
 *     ΔW = Σ ΔW_j,     I₁₀ = Σ [ I₁₀_j + δ (W_j − W_0) ],     ξ₁ = ΔW/√h,   ξ₂ = √3 (2 I₁₀ h^{−3/2} − ξ₁)
 */
import { describe, expect, test } from 'vitest';
import type { Batch, Diffusion, Sde } from '../../contracts/index.js';
import { diagonalNoise, scalarNoise } from '../noise.js';
import { fillNormal, rootKey } from '../random.js';
import { createStepNoise, eulerMaruyama, heun, localLinear, milstein, type Scheme, sra1 } from './index.js';

const finest = 512;
const paths = 400;
/** Standard normals of the finest steps: [step][2 · paths], ξ₁ before ξ₂. */
const fine = Array.from({ length: finest }, (_, j) => {
  const xi = new Float64Array(2 * paths);
  fillNormal(rootKey(39).at('fine', j), 0, 2 * paths, 1, xi);
  return xi;
});

/** ξ of a step made of `merged` finest ones, [paths, columns]. */
function coarse(step: number, merged: number, columns: number): Float64Array {
  const delta = 1 / finest;
  const h = merged * delta;
  const xi = new Float64Array(paths * columns);
  for (let i = 0; i < paths; i++) {
    let [W, I10] = [0, 0];
    for (let j = step * merged; j < (step + 1) * merged; j++) {
      const [a, b] = [fine[j]![i]!, fine[j]![paths + i]!];
      I10 += 0.5 * delta ** 1.5 * (a + b / Math.sqrt(3)) + delta * W;
      W += Math.sqrt(delta) * a;
    }
    const first = W / Math.sqrt(h);
    xi[i * columns] = first;
    if (columns > 1) xi[i * columns + 1] = Math.sqrt(3) * ((2 * I10) / h ** 1.5 - first);
  }
  return xi;
}

type Process = Pick<Sde, 'dim' | 'drift' | 'diffusion' | 'span'> & Partial<Sde>;

/** States at t = 1 by `steps` steps. */
function endOf(process: Process, scheme: Scheme, steps: number): Float64Array {
  const columns = scheme.columns(1, 1);
  const step = scheme.create(1);
  const noiseOf = createStepNoise(process.diffusion, columns, process.noiseDivergence?.divergence);
  const y: Batch = { data: new Float64Array(paths).fill(1), n: paths, d: 1 };
  const out: Batch = { data: new Float64Array(paths), n: paths, d: 1 };
  const h = 1 / steps;
  for (let k = 0; k < steps; k++) {
    const leg = {
      y,
      out,
      t: new Float64Array(paths).fill(k * h),
      tNext: new Float64Array(paths).fill((k + 1) * h),
      h: new Float64Array(paths).fill(h),
    };
    const noise = noiseOf(leg, coarse(k, finest / steps, columns));
    for (const ask of step(leg, noise)) process.drift(ask.y, ask.t, ask.out);
    y.data.set(out.data);
  }
  return y.data.slice();
}

const stepCounts = [8, 16, 32, 64];
/** Slope of log E|error| over log h, by least squares. */
function orderOf(process: Process, scheme: Scheme, truth: Float64Array): number {
  const logs = stepCounts.map((steps) => {
    const end = endOf(process, scheme, steps);
    return Math.log2(end.reduce((sum, value, i) => sum + Math.abs(value - truth[i]!), 0) / paths);
  });
  const middle = (stepCounts.length - 1) / 2;
  const [rise, run] = logs.reduce(([a, b], log, k) => [a + (k - middle) * log, b + (k - middle) ** 2], [0, 0]);
  return -rise / run;
}

const span = { t0: 0, T: 1 };
const additive = (diffusion: Diffusion): Process => ({
  dim: 1,
  span,
  diffusion,
  drift(y, t, out) {
    for (let i = 0; i < y.n; i++) out.data[i] = Math.sin(2 * y.data[i]!) - y.data[i]! + Math.cos(3 * t[i]!);
  },
});

describe.each([
  ['constant noise', additive(scalarNoise(1, 1))],
  ['noise that depends on time', additive(diagonalNoise(1, (t, out) => out.fill(1 + 0.5 * Math.sin(3 * t))))],
])('row 39: strong orders, %s', (_, process) => {
  const truth = endOf(process, sra1, finest);
  test.each([
    ['Euler–Maruyama', eulerMaruyama, 1],
    ['Heun', heun, 1],
    ['the local-linear step', localLinear(process, 1), 1],
    ['SRA1', sra1, 1.5],
  ] as const)('row 39: %s', (_name, scheme, order) => {
    expect(Math.abs(orderOf(process, scheme, truth) - order)).toBeLessThan(0.2);
  });
});

describe('row 39: strong orders, noise that depends on the state', () => {
  // dY = ½ Y dt + 0.8 Y dW,   Y_1 = Y_0 e^{½ − 0.32 + 0.8 W_1},   Q = 0.64 y², ∇·Q = 1.28 y
  const geometric: Process = {
    dim: 1,
    span,
    diffusion: {
      dim: 1,
      noiseDim: 1,
      structure: 'diagonal',
      dependsOn: 'state',
      entries(_t, out, y, at) {
        out[0] = 0.8 * y![at!]!;
      },
    },
    drift(y, _t, out) {
      for (let i = 0; i < y.n; i++) out.data[i] = 0.5 * y.data[i]!;
    },
    noiseDivergence: {
      divergence(y, _t, out) {
        for (let i = 0; i < y.n; i++) out.data[i] = 1.28 * y.data[i]!;
      },
      halfHessianTrace: (_y, _t, out) => out.fill(0.64),
    },
  };
  const W = coarse(0, finest, 1);
  const truth = W.map((w) => Math.exp(0.5 - 0.32 + 0.8 * w));

  test.each([
    ['Milstein', milstein, 1],
    ['Euler–Maruyama', eulerMaruyama, 0.5],
  ] as const)('row 39: %s', (_, scheme, order) => {
    expect(Math.abs(orderOf(geometric, scheme, truth) - order)).toBeLessThan(0.2);
  });
});
