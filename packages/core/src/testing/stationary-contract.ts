/**
 * A declared stationary law π by what the generator must leave alone:
 *
 *     E_π[𝓛 φ] = 0,    𝓛 φ = f·∇φ + ½ Q:∇²φ
 *
 *     φ = y_j          f_j
 *     φ = y_j y_k      y_j f_k + y_k f_j + Q_jk
 *     φ = cos w·y      −(w·f) sin w·y − ½ wᵀQw cos w·y        (and sin), which are bounded: heavy tails cannot hide
 *
 * over 4096 samples of π, within four standard errors. f and Q are taken at the middle of the span: only a process that does not read t has such a law.
 */
import { zeros } from '../contracts/batch.js';
import type { Distribution } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { fillNormal, rootKey } from '../numerics/random.js';
import type { Check } from './contract.js';
import { assertMeans, type Deviation, meanOf } from './moments.js';
import { createQAt } from './q-at.js';

const samples = 4096;
const waves = 4;
/** Pairs of coordinates looked at in high dimension. */
const mostCoordinates = 6;

export const generatorCase = (sde: Sde, law: Distribution): Check => ({
  name: 'stationary: the generator has mean zero (moments and waves)',
  run() {
    const { dim: d, span } = sde;
    const key = rootKey(23).at('generator');
    const [y, f] = [zeros(samples, d), zeros(samples, d)];
    law.sample(key.at('samples'), 0, y);
    const t = 0.5 * (span.t0 + span.T);
    sde.drift(y, new Float64Array(samples).fill(t), f);
    const w = new Float64Array(waves * d);
    fillNormal(key.at('waves'), 0, waves, d, w);
    const coordinates = Math.min(d, mostCoordinates);
    const values = new Map<string, Float64Array>();
    const put = (name: string, row: number, value: number): void => {
      if (!values.has(name)) values.set(name, new Float64Array(samples));
      values.get(name)![row] = value;
    };
    const qAt = createQAt(sde);
    const Q = new Float64Array(d * d);
    for (let row = 0; row < samples; row++) {
      if (row === 0 || sde.diffusion.dependsOn === 'state') qAt(y, row, t, Q);
      const [at, to] = [row * d, (row + 1) * d];
      const [state, slope] = [y.data.subarray(at, to), f.data.subarray(at, to)];
      for (let j = 0; j < coordinates; j++) {
        put(`${j}`, row, slope[j]!);
        for (let k = 0; k <= j; k++)
          put(`${j},${k}`, row, state[j]! * slope[k]! + state[k]! * slope[j]! + Q[j * d + k]!);
      }
      for (let a = 0; a < waves; a++) {
        const wave = w.subarray(a * d, (a + 1) * d);
        const [phase, along, spread] = [dot(wave, state), dot(wave, slope), quadratic(Q, wave)];
        put(`cos ${a}`, row, -along * Math.sin(phase) - 0.5 * spread * Math.cos(phase));
        put(`sin ${a}`, row, along * Math.cos(phase) - 0.5 * spread * Math.sin(phase));
      }
    }
    const deviations = [...values.values()].map((column): Deviation => ({ ...meanOf(column), expected: 0 }));
    return assertMeans('E 𝓛φ', deviations);
  },
});

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, j) => sum + value * b[j]!, 0);

/** wᵀ Q w */
const quadratic = (Q: Float64Array, w: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < w.length; i++) for (let j = 0; j < w.length; j++) sum += w[i]! * Q[i * w.length + j]! * w[j]!;
  return sum;
};
