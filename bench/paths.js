/** Paths of the swimmer, typed as formulas, by Euler–Maruyama: rows [first, first + count) of a simulation, the same numbers whoever computes them. */
import { isMainThread, parentPort } from 'node:worker_threads';
import { createIntegrator, fillNormal, parseOptions, rootKey, zeros } from '@fokker/core';
import { formula } from '@fokker/sde-plugins';

export const swimmer = {
  state: ['x', 'v'],
  drift: ['-x^3 + v', '-gamma * v'],
  diffusion: [0, 'sqrt(2 * gamma * D)'],
  parameters: { gamma: 0.1, D: 1 },
  horizon: 10,
};
const step = 0.01;
/** Rows that travel together, as in `fokker simulate`. */
export const together = 1000;

const sde = formula.create(parseOptions('sde', formula, swimmer));
const integrator = createIntegrator(sde, { scheme: 'euler-maruyama', step });
const key = rootKey(1);

/** States [count, 2] after so many steps from N(0, I). */
export const typedPaths = (first, count, steps) => {
  const all = zeros(count, 2);
  fillNormal(key.at('start'), first, count, 2, all.data);
  for (let from = 0; from < count; from += together) {
    const n = Math.min(together, count - from);
    const y = { data: all.data.subarray(2 * from, 2 * (from + n)), n, d: 2 };
    integrator.advance(y, new Float64Array(n), new Float64Array(n).fill(steps * step), key, first + from);
  }
  return all.data;
};

/** The same by a loop over typed arrays, as one writes it by hand for this process alone. */
export const writtenPaths = (first, count, steps) => {
  const all = new Float64Array(2 * count);
  fillNormal(key.at('start'), first, count, 2, all);
  const noise = new Float64Array(steps);
  const { gamma, D } = swimmer.parameters;
  const g = Math.sqrt(2 * gamma * D) * Math.sqrt(step);
  for (let i = 0; i < count; i++) {
    let x = all[2 * i];
    let v = all[2 * i + 1];
    fillNormalRowOf(first + i, steps, noise);
    for (let k = 0; k < steps; k++) {
      const next = x + step * (v - x * x * x);
      v += step * (-gamma * v) + g * noise[k];
      x = next;
    }
    all[2 * i] = x;
    all[2 * i + 1] = v;
  }
  return all;
};
const fillNormalRowOf = (row, steps, out) => fillNormal(key, row, 1, steps, out);

if (!isMainThread) {
  parentPort.on('message', ({ first, count, steps }) => parentPort.postMessage(typedPaths(first, count, steps)));
}
