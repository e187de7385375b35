/** One suite for every device that can be opened here; the others are asked for their refusal. */
import type { Device, OptimiserSpec, Program, TrainingStep } from '@fokker/core';
import { memory, mul, sqrt, squaredNorm, sum, type Tensor2D, tensor1d } from '@fokker/ops';
import { unsortedSegmentSum } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceIds, deviceReport, openDevice } from './devices.js';
import { initialState } from './state.js';
import { apply, batchOf, differences, layout, meanLoss, output, params, size, stepWith } from './testing/network.js';

const optimiser: OptimiserSpec = {
  id: 'adam',
  learningRate: 0.02,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  momentum: 0.9,
  clip: 1,
  warmup: 3,
  decay: 'cosine',
  floor: 0,
  steps: 40,
  ema: 0.99,
};
/** One step of it leaves the gradient in the slot `velocity`. */
const plain: OptimiserSpec = {
  ...optimiser,
  id: 'sgd',
  momentum: 0,
  clip: Number.POSITIVE_INFINITY,
  warmup: 0,
  decay: 'none',
};

const status = await deviceReport();
const available = status.filter((device) => device.available).map(({ id }) => id);
const missing = status.filter((device) => !device.available).map(({ id }) => id);

describe.each(available)('device %s', (id) => {
  let device: Device;
  beforeAll(async () => {
    device = await openDevice(id);
  });
  afterAll(() => device.dispose());

  const compile = (step: TrainingStep): Promise<Program> =>
    device.compile(step, initialState(params(), step.optimiser));

  test('says who it is', () => {
    expect(device.id).toBe(id);
    expect(device.description).toMatch(/\d+\.\d+\.\d+/);
  });

  test('loss and gradient agree with finite differences in float64', async () => {
    const batch = batchOf(37);
    const program = await compile(stepWith(plain));
    const [report] = await program.run([batch]);
    const gradient = (await program.state()).slots.velocity!;
    const exact = differences(params().data, batch);
    // some twenty float32 operations on numbers of order one
    exact.forEach((value, k) => {
      expect(Math.abs(gradient[k]! - value)).toBeLessThan(5e-6);
    });
    expect(report!.loss).toBeCloseTo(meanLoss(params().data, batch), 5);
    expect(report!.gradientNorm).toBeCloseTo(Math.hypot(...exact), 5);
    expect(report!.perSample).toHaveLength(37);
    expect(report).toMatchObject({ step: 1, finite: true, learningRate: plain.learningRate });
  });

  test('training lowers the loss', async () => {
    const program = await compile(stepWith({ ...optimiser, steps: 200 }));
    const reports = await program.run(Array.from({ length: 200 }, () => batchOf(32)));
    expect(reports.at(-1)!.loss).toBeLessThan(0.5 * reports[0]!.loss);
    expect(reports.at(-1)!.step).toBe(200);
  });

  test('k steps, state, k steps equal 2k steps bit for bit, however they are grouped', async () => {
    const batches = Array.from({ length: 12 }, (_, k) => batchOf(32, k));
    const step = stepWith(optimiser);
    const whole = await compile(step);
    const reports = await whole.run(batches);

    const first = await compile(step);
    for (const batch of batches.slice(0, 6)) await first.run([batch]);
    const second = await device.compile(step, await first.state());
    first.dispose();
    const rest = [...(await second.run(batches.slice(6, 10))), ...(await second.run(batches.slice(10)))];

    expect(await second.state()).toEqual(await whole.state());
    expect(rest).toEqual(reports.slice(6));
  });

  test('calls that overlap take their turns', async () => {
    const batches = Array.from({ length: 6 }, (_, k) => batchOf(32, k));
    const step = stepWith(optimiser);
    const [a, b] = [await compile(step), await compile(step)];
    await Promise.all([a.run(batches.slice(0, 3)), a.run(batches.slice(3)), b.run(batches)]);
    expect(await a.state()).toEqual(await b.state());
  });

  test('a step that is not finite freezes the state, and the next one goes on', async () => {
    const broken = batchOf(8);
    broken.arrays.y!.data[3] = Number.NaN;
    const program = await compile(stepWith(optimiser));
    await program.run([batchOf(8, 1)]);
    const before = await program.state();
    const reports = await program.run([broken, batchOf(8, 2)]);
    expect(reports).toEqual([expect.objectContaining({ step: 2, finite: false })]);
    expect(await program.state()).toEqual(before);
    const [next] = await program.run([batchOf(8, 2)]);
    expect(next).toMatchObject({ step: 2, finite: true });
    expect((await program.state()).step).toBe(2);
  });

  test('a finite loss with an infinite gradient freezes the state too', async () => {
    // √‖p‖² at p = 0: the loss is 0, its slope 1/(2·0)
    const step: TrainingStep = {
      layout: [{ name: 'p', shape: [1, 2], offset: 0 }],
      loss: ({ p }, { one }) => mul(one!, sqrt(squaredNorm(p!))),
      optimiser: plain,
    };
    const zero = { layout: step.layout, data: new Float32Array(2) };
    const program = await device.compile(step, initialState(zero, plain));
    const [report] = await program.run([{ n: 1, arrays: { one: { data: Float64Array.of(1), shape: [] } } }]);
    expect(report).toMatchObject({ loss: 0, finite: false });
    expect((await program.state()).step).toBe(0);
  });

  test('parameters that the loss does not reach stay where they are', async () => {
    const step: TrainingStep = {
      layout: [
        { name: 'used', shape: [2], offset: 0 },
        { name: 'unused', shape: [3], offset: 2 },
      ],
      loss: ({ used }, { x }) => mul(x!, sum(used!)),
      optimiser: plain,
    };
    const start = { layout: step.layout, data: Float32Array.of(1, 2, 3, 4, 5) };
    const program = await device.compile(step, initialState(start, plain));
    await program.run([{ n: 2, arrays: { x: { data: Float64Array.of(1, 1), shape: [] } } }]);
    const { params: after } = await program.state();
    expect([...after.subarray(2)]).toEqual([3, 4, 5]);
    expect(after[0]).toBeCloseTo(1 - plain.learningRate, 6);
  });

  test('the number of tensors is steady over 50 steps, and nothing is left after dispose', async () => {
    const empty = memory().numTensors;
    const program = await compile(stepWith(optimiser));
    const forward = await device.forward(apply, params());
    const out = new Float64Array(16);
    await program.run([batchOf(16)]);
    await forward.run(batchOf(16), out);
    const first = memory().numTensors;
    await program.run(Array.from({ length: 50 }, (_, k) => batchOf(16, k)));
    for (let k = 0; k < 50; k++) await forward.run(batchOf(16, k), out);
    expect(memory().numTensors).toBe(first);
    program.dispose();
    forward.dispose();
    forward.dispose();
    expect(memory().numTensors).toBe(empty);
    await expect(program.run([batchOf(4)])).rejects.toMatchObject({ code: 'E_DEVICE' });
    await expect(forward.run(batchOf(4), new Float64Array(4))).rejects.toMatchObject({ code: 'E_DEVICE' });
  });

  test('forward: right, and the same for rows in a large batch and alone', async () => {
    const forward = await device.forward(apply, params());
    const n = 5000;
    const batch = batchOf(n);
    const out = new Float64Array(n);
    await forward.run(batch, out);
    const { y, target } = batch.arrays;
    for (let i = 0; i < n; i += 7) expect(out[i]).toBeCloseTo(output(params().data, y!.data, i), 5);
    const last = n - 1;
    const alone = new Float64Array(1);
    const row = {
      y: { data: y!.data.slice(2 * last), shape: [2] },
      target: { data: target!.data.slice(last), shape: [1] },
    };
    await forward.run({ n: 1, arrays: row }, alone);
    // another shape may take another kernel: float32 round-off
    expect(alone[0]).toBeCloseTo(out[last]!, 6);
  });

  test('forward keeps the parameters it was given', async () => {
    const given = params();
    const forward = await device.forward(apply, given);
    const [before, after] = [new Float64Array(4), new Float64Array(4)];
    await forward.run(batchOf(4), before);
    given.data.fill(0);
    await forward.run(batchOf(4), after);
    expect(after).toEqual(before);
  });

  test('the event loop gets its turns during a long run', async () => {
    const program = await compile(stepWith(optimiser));
    let ticks = 0;
    const timer = setInterval(() => {
      ticks++;
    }, 1);
    await program.run(Array.from({ length: 400 }, () => batchOf(512)));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  test('refuses what does not fit, by code', async () => {
    const program = await compile(stepWith(optimiser));
    const { arrays } = batchOf(4);
    const short = { n: 5, arrays };
    await expect(program.run([short])).rejects.toMatchObject({ code: 'E_SHAPE' });
    const scalarLoss: TrainingStep = { ...stepWith(optimiser), loss: (p) => sum(p.w1!) };
    await expect((await compile(scalarLoss)).run([batchOf(4)])).rejects.toMatchObject({ code: 'E_SHAPE' });
    const forward = await device.forward(apply, params());
    await expect(forward.run(batchOf(4), new Float64Array(8))).rejects.toMatchObject({ code: 'E_SHAPE' });
    const state = initialState(params(), optimiser);
    const other = { ...state, params: new Float32Array(size + 1) };
    await expect(device.compile(stepWith(optimiser), other)).rejects.toMatchObject({ code: 'E_SHAPE' });
    await expect(device.compile(stepWith(plain), state)).rejects.toMatchObject({ code: 'E_SHAPE' });
    const gap = { ...stepWith(optimiser), layout: [{ ...layout[0], offset: 1 }] };
    await expect(device.compile(gap, state)).rejects.toMatchObject({ code: 'E_SHAPE' });
    // still usable after a refusal
    await expect(program.run([batchOf(4)])).resolves.toHaveLength(1);
  });
});

describe('devices', () => {
  test.each(missing)('%s says how to get it', async (id) => {
    await expect(openDevice(id)).rejects.toMatchObject({
      code: 'E_DEVICE',
      tryThis: [status.find((device) => device.id === id)!.install, 'training.device: auto'],
    });
  });

  test('an unknown id is refused with the known ones', async () => {
    await expect(openDevice('abacus')).rejects.toMatchObject({ code: 'E_DEVICE', expected: deviceIds.join(', ') });
  });

  test('auto opens the first available and says why', async () => {
    const device = await openDevice('auto');
    expect(device.id).toBe(available[0]);
    expect(device.description).toContain('fastest');
    device.dispose();
  });

  test('the report names every device, with a command for those that are missing', () => {
    expect(['auto', ...status.map(({ id }) => id)]).toEqual(deviceIds);
    for (const { available: here, version, install } of status) expect(here ? version : install).toBeTypeOf('string');
    expect(available).toEqual(expect.arrayContaining(['onnx', 'onnx-wasm', 'wasm', 'cpu']));
  });

  test('an operation that a device lacks is named', async () => {
    const device = await openDevice('wasm');
    const forward = await device.forward(
      (_, { y }) => unsortedSegmentSum(y as Tensor2D, tensor1d([0, 0], 'int32'), 1) as Tensor2D,
      params(),
    );
    await expect(forward.run(batchOf(2), new Float64Array(4))).rejects.toMatchObject({
      code: 'E_DEVICE',
      got: expect.stringContaining('UnsortedSegmentSum'),
    });
    forward.dispose();
  });

  test('devices agree with one another', async () => {
    const gradients: Float32Array[] = [];
    for (const id of available) {
      const device = await openDevice(id);
      const program = await device.compile(stepWith(plain), initialState(params(), plain));
      await program.run([batchOf(64)]);
      gradients.push((await program.state()).slots.velocity!);
      device.dispose();
    }
    for (const gradient of gradients) {
      // float32 sums of 64 terms in different orders
      gradient.forEach((value, k) => {
        expect(Math.abs(value - gradients[0]![k]!)).toBeLessThan(2e-6);
      });
    }
  });
});
