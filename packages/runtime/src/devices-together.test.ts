/** Two devices in one thread: one starts for the first time while the other works. */
import type { OptimiserSpec } from '@fokker/core';
import { expect, test } from 'vitest';
import { openDevice } from './devices.js';
import { initialState } from './state.js';
import { batchOf, params, stepWith } from './testing/network.js';

const adam: OptimiserSpec = {
  id: 'adam',
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  momentum: 0,
  clip: 1,
  warmup: 0,
  decay: 'none',
  floor: 0,
  steps: 100,
  ema: 0.99,
};

test('a device that starts does not disturb one that works', async () => {
  const batches = Array.from({ length: 60 }, (_, k) => batchOf(256, k));
  const train = async (together?: Promise<unknown>): Promise<Float32Array> => {
    const device = await openDevice('cpu');
    const program = await device.compile(stepWith(adam), initialState(params(), adam));
    await Promise.all([program.run(batches), together]);
    await program.run(batches);
    const state = await program.state();
    device.dispose();
    return state.params;
  };
  const openAndUseWasm = async (): Promise<Float32Array> => {
    const device = await openDevice('wasm');
    const program = await device.compile(stepWith(adam), initialState(params(), adam));
    await program.run(batches);
    await program.run(batches);
    return (await program.state()).params;
  };
  let wasm: Float32Array | undefined;
  const disturbed = await train(
    openAndUseWasm().then((result) => {
      wasm = result;
    }),
  );
  expect(await train()).toEqual(disturbed);
  expect(await openAndUseWasm()).toEqual(wasm);
});
