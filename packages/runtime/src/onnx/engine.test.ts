/** The worker: refusals have codes, the event loop stays free, memory stays level, a process ends when its work is done. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TrainingStep } from '@fokker/core';
import { add, squaredNorm, type Tensor2D } from '@fokker/ops';
import { topk } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { openDevice } from '../devices.js';
import { initialState } from '../state.js';
import { apply, batchOf, params, stepWith } from '../testing/network.js';
import { adam } from '../testing/optimisers.js';
import { openBackend } from './onnx-backend.js';

const run = promisify(execFile);
const native = { library: 'onnxruntime-node', provider: 'cpu' } as const;

describe('refusals', () => {
  test('an operation that cannot be compiled is named, and other devices', async () => {
    const device = await openDevice('onnx');
    const forward = await device.forward((_, { y }) => topk(y!, 1).values as Tensor2D, params());
    await expect(forward.run(batchOf(2), new Float64Array(2))).rejects.toMatchObject({
      code: 'E_TRACE_OPERATION',
      got: expect.stringMatching(/TopK.*engine\.test\.ts:\d+/),
      tryThis: [expect.stringContaining('training.device: cpu'), expect.anything()],
    });
    device.dispose();
  });

  test('what ONNX Runtime refuses is told with E_DEVICE', async () => {
    const backend = await openBackend('onnx', native, {});
    const unknown = {
      name: 'unknown',
      inputs: [{ name: 'x', dtype: 'float32', shape: [1] }],
      outputs: [{ name: 'out', dtype: 'float32', shape: [1] }],
      initialisers: [],
      nodes: [{ op: 'Abracadabra', inputs: ['x'], outputs: ['out'], attributes: {} }],
    } as const;
    await expect(backend.load(unknown, 1, false)).rejects.toMatchObject({
      code: 'E_DEVICE',
      got: expect.stringContaining('Abracadabra'),
    });
    await expect(backend.ask('infer', { session: 99, inputs: {}, rows: 1, block: 1 })).rejects.toMatchObject({
      code: 'E_DEVICE',
    });
    backend.close();
    await expect(backend.load(unknown, 1, false)).rejects.toMatchObject({ code: 'E_DEVICE' });
  });

  test('programs of a device that was closed are closed', async () => {
    const device = await openDevice('onnx');
    const program = await device.compile(stepWith(adam), initialState(params(), adam));
    const forward = await device.forward(apply, params());
    device.dispose();
    await expect(program.run([batchOf(4)])).rejects.toMatchObject({ code: 'E_DEVICE' });
    await expect(forward.run(batchOf(4), new Float64Array(4))).rejects.toMatchObject({ code: 'E_DEVICE' });
    await expect(device.compile(stepWith(adam), initialState(params(), adam))).rejects.toMatchObject({
      code: 'E_DEVICE',
    });
  });

  test('a device that is closed while it works refuses what it owes', async () => {
    const device = await openDevice('onnx');
    const program = await device.compile(stepWith(adam), initialState(params(), adam));
    const running = program.run(Array.from({ length: 200 }, () => batchOf(4096)));
    setTimeout(() => device.dispose(), 30);
    await expect(running).rejects.toMatchObject({ code: 'E_DEVICE' });
  });
});

describe('the thread', () => {
  test('one, two and three threads train the same numbers', async () => {
    const states = await Promise.all(
      [1, 2, 3].map(async (threads) => {
        const device = await openDevice('onnx', { threads });
        const program = await device.compile(stepWith(adam), initialState(params(), adam));
        await program.run(Array.from({ length: 20 }, (_, k) => batchOf(512, k)));
        const state = await program.state();
        device.dispose();
        return state;
      }),
    );
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
  });

  test('the event loop runs while a step computes', async () => {
    const device = await openDevice('onnx', { threads: 1 });
    const wide: TrainingStep = { ...stepWith(adam), loss: (p, batch) => squaredNorm(add(apply(p, batch), 1)) };
    const program = await device.compile(wide, initialState(params(), adam));
    const batches = Array.from({ length: 4 }, () => batchOf(100_000));
    await program.run(batches.slice(0, 1));
    let ticks = 0;
    const timer = setInterval(() => {
      ticks++;
    }, 1);
    const start = performance.now();
    await program.run(batches);
    const took = performance.now() - start;
    clearInterval(timer);
    // packing the batches holds the loop for a moment; computing does not. A tick every 4 ms leaves room for a busy machine.
    expect(ticks).toBeGreaterThan(took / 20);
    device.dispose();
  });
});

const script = `
import { discard, initialState, openDevice } from '${new URL('../../dist/index.js', import.meta.url).href}';
import { add, matMul, squaredNorm, sub, tanh } from '${import.meta.resolve('@fokker/ops')}';
const layout = [{ name: 'w', shape: [2, 128], offset: 0 }, { name: 'v', shape: [128, 1], offset: 256 }];
const params = { layout, data: Float32Array.from({ length: 384 }, (_, i) => Math.sin(i)) };
const optimiser = { id: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, momentum: 0, clip: 1, warmup: 0, decay: 'none', floor: 0, steps: 1e6, ema: 0.99 };
const loss = (p, { y, target }) => squaredNorm(sub(matMul(tanh(matMul(y, p.w)), p.v), target));
const device = await openDevice('onnx', { threads: 1 });
const program = await device.compile({ layout, loss, optimiser }, initialState(params, optimiser));
const n = 256;
const batch = () => ({ n, arrays: { y: { data: new Float64Array(2 * n).fill(0.5), shape: [2] }, target: { data: new Float64Array(n), shape: [1] } } });
const settled = async () => {
  for (let i = 0; i < 3; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: heapUsed + external, rss };
};
const train = async (steps) => {
  for (let k = 0; k < steps; k += 10) {
    const batches = Array.from({ length: 10 }, batch);
    await program.run(batches);
    discard(batches.flatMap(({ arrays }) => Object.values(arrays).map(({ data }) => data)));
  }
};
await train(100);
const before = await settled();
await train(9900);
const after = await settled();
console.log(JSON.stringify({ before, after }));
`;

describe('a process', () => {
  test('holds no more after 10,000 steps than after 100, and ends by itself without dispose', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fokker-'));
    const file = join(folder, 'train.mjs');
    await writeFile(file, script);
    // Node fills the 32 MB that new objects have before it collects them, which takes more than 100 steps: here they have 2 MB
    const flags = ['--expose-gc', '--max-semi-space-size=1'];
    const { stdout } = await run(process.execPath, [...flags, file], { timeout: 50_000 });
    await rm(folder, { recursive: true });
    const { before, after } = JSON.parse(stdout) as Record<'before' | 'after', { held: number; rss: number }>;
    expect(after.held).toBeLessThan(1.05 * before.held);
    expect(after.rss).toBeLessThan(1.05 * before.rss);
  });
});
