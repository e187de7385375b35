/** The traced half of DSM and local-DSM against the formulas of their docstrings. */
import type { NamedArray, Objective, ScoreModel } from '@fokker/core';
import { assertAllClose, float32RoundOff, plainDescent } from '@fokker/core/testing';
import { matMul, reshape } from '@fokker/ops';
import { initialState, openDevice, tracedModel } from '@fokker/runtime';
import { expect, test } from 'vitest';
import { dsm, localDsm } from './index.js';

const n = 7;
const wave = (length: number, phase: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => Math.sin(2.3 * i + phase));
const arrays: Record<string, NamedArray> = {
  y: { data: wave(2 * n, 0), shape: [2] },
  target: { data: wave(2 * n, 1), shape: [2] },
  weight: { data: wave(2 * n, 2).map((x) => 1.5 + x), shape: [2] },
};
const slope = Float32Array.of(0.5, -0.25, 0.75, 1);
const local = (options: object = {}): Objective => localDsm.create(localDsm.options.parse(options));

const linear: ScoreModel = {
  kind: 'score',
  init: () => ({ layout: [], data: slope }),
  apply: (params, { y }) => matMul(reshape(y!, [n, 2]), params.K!),
};

/** Losses of the rows and the mean gradient for s = y K. */
const evaluate = async (objective: Objective) => {
  const device = await openDevice('cpu');
  const layout = [{ name: 'K', shape: [2, 2], offset: 0 }];
  const step = {
    layout,
    optimiser: plainDescent,
    loss: (params: Parameters<Parameters<typeof device.compile>[0]['loss']>[0], batch: typeof params) =>
      objective.perSample(tracedModel(linear, params), batch),
  };
  const program = await device.compile(step, initialState({ layout, data: slope }, plainDescent));
  const [report] = await program.run([{ n, arrays }]);
  const gradient = (await program.state()).slots.velocity!;
  device.dispose();
  return { losses: report!.perSample, gradient };
};
const expected = (constant: boolean): number[] =>
  Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < 2; j++) {
      const s = arrays.y!.data[2 * i]! * slope[j]! + arrays.y!.data[2 * i + 1]! * slope[2 + j]!;
      const g = arrays.target!.data[2 * i + j]!;
      sum += 0.5 * arrays.weight!.data[2 * i + j]! * ((s - g) ** 2 - (constant ? 0 : g * g));
    }
    return sum;
  });
const rounding = { atol: 8 * float32RoundOff(8) }; // about eight float32 operations on numbers up to 8

test('form dsm: ½ Σ w (s − g)², and dsm computes the same', async () => {
  const own = await evaluate(local());
  assertAllClose('losses', own.losses, expected(true), rounding);
  expect((await evaluate(dsm.create(dsm.options.parse({})))).losses).toEqual(own.losses);
});

test('form lcss: the same less ½ Σ w g², with equal gradients', async () => {
  const [own, stein] = [await evaluate(local()), await evaluate(local({ form: 'lcss' }))];
  assertAllClose('losses', stein.losses, expected(false), rounding);
  assertAllClose('gradients', stein.gradient, own.gradient, rounding);
});
