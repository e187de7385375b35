import type { Device, StepReport, TrainingStep } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { openDevice } from '../devices.js';
import { initialState } from '../state.js';
import { batchOf, params, stepWith } from '../testing/network.js';
import { adam } from '../testing/optimisers.js';
import { createModelCache } from './model-cache.js';

const modelOf = (session: number) => ({ session, inputs: new Set<string>() });

describe('the cache', () => {
  test('makes a model once while it is used, keeps the last four that are not', async () => {
    const freed: number[] = [];
    let made = 0;
    const cache = createModelCache((model) => void model.then(({ session }) => freed.push(session)));
    const make = async () => modelOf(++made);
    expect(await cache.acquire('a', make)).toBe(await cache.acquire('a', make));
    cache.release('a');
    for (const key of ['b', 'c', 'd', 'e', 'f', 'g']) {
      await cache.acquire(key, make);
      cache.release(key);
    }
    await Promise.resolve();
    expect(freed).toEqual([2, 3]);
    expect((await cache.acquire('g', make)).session).toBe(7);
    expect((await cache.acquire('b', make)).session).toBe(8);
    expect((await cache.acquire('a', make)).session).toBe(1);
  });

  test('does not keep refusals', async () => {
    const cache = createModelCache(() => undefined);
    const refused = cache.acquire('a', async () => Promise.reject(new Error('no')));
    await expect(refused).rejects.toThrow('no');
    cache.release('a');
    expect(await cache.acquire('a', async () => modelOf(1))).toMatchObject({ session: 1 });
  });
});

test('a step compiled again is not traced again, unless its formula or its optimiser is another one', async () => {
  const device: Device = await openDevice('onnx');
  let traced = 0;
  const step = stepWith(adam);
  const counted: TrainingStep = {
    ...step,
    loss: (p, batch) => {
      traced += 1;
      return step.loss(p, batch);
    },
  };
  const runOnce = async (of: TrainingStep): Promise<readonly StepReport[]> => {
    const program = await device.compile(of, initialState(params(), of.optimiser));
    const reports = await program.run([batchOf(16)]);
    program.dispose();
    return reports;
  };
  const [first] = await runOnce(counted);
  const [probe] = await runOnce({ ...counted, optimiser: { ...adam, learningRate: 0, ema: 0.5 } });
  expect(traced).toBe(1);
  expect(probe).toMatchObject({ loss: first!.loss, learningRate: 0 });
  await runOnce({ ...counted, optimiser: { ...adam, clip: 0.5 } });
  expect(traced).toBe(2);
  device.dispose();
});
