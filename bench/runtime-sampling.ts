/**
 * Sampling as the runtime is timed on it, the same in every peer (`peers/`): 10,000 rows of the plane from t = 1 back to 0 in 10 equal steps, along
 *
 *     dY = −½ β Y dt + √β dW,    β = 0.1 + 19.9 t        (the process `vp`)
 *
 *     sampling-em     the reverse SDE by Euler–Maruyama: one network call a step, and noise
 *     sampling-flow   the probability flow by Heun: two network calls a step
 *
 * Ours are the samplers themselves, in float64 with noise that is the same for any split, around a float32 network.
 */
import { type Forward, fillNormal, rootKey, type ScoreField, zeros } from '@fokker/core';
import { probabilityFlow, reverseEulerMaruyama } from '@fokker/samplers';
import { vp } from '@fokker/sde-plugins';
import type { Network } from './runtime-workloads.js';

const n = 10_000;
const steps = 10;
const sde = vp.create(vp.parameters.parse({ dim: 2 }));
const methods = {
  'sampling-em': reverseEulerMaruyama.create(reverseEulerMaruyama.options.parse({ grid: 'uniform' })),
  'sampling-flow': probabilityFlow.create(probabilityFlow.options.parse({ grid: 'uniform' })),
};

export const samplingMethods: readonly string[] = Object.keys(methods);
export const isSampling = (name: string): name is keyof typeof methods => Object.hasOwn(methods, name);

export const networkScore = ({ dim }: Network, forward: Forward): ScoreField => ({
  provides: new Set(['score'] as const),
  async evaluate(y, t, { score }) {
    const arrays = { y: { data: y.data, shape: [dim] }, t: { data: t, shape: [] } };
    if (score !== undefined) await forward.run({ n: y.n, arrays }, score.data);
  },
});

const start = zeros(n, 2);
fillNormal(rootKey(1), 0, n, 2, start.data);

export async function samples(method: string, score: ScoreField, run: number): Promise<void> {
  if (!isSampling(method)) throw new Error(`there is no way to sample called ${method}`);
  const job = { sde, score, start, from: 1, to: 0, steps, times: [], key: rootKey(2).at(run), bound: 1e300 };
  for await (const _ of methods[method].sample(job));
}
