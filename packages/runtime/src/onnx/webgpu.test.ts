/**
 * The WebGPU provider on SwiftShader, the Vulkan driver in software that comes with Debian's chromium package; skipped where that is not installed. The driver is
 * found through the environment a process starts with, so training runs in a process of its own.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const chromium = '/usr/lib/chromium';
const driver = join(chromium, 'vk_swiftshader_icd.json');
const modules = {
  runtime: new URL('../../dist/index.js', import.meta.url).href,
  ops: import.meta.resolve('@fokker/ops'),
};

/** A perceptron 2–16–16–1 on a product of its inputs; prints the losses, the parameters after training and outputs of both devices. */
const script = `
import { initialState, openDevice } from '${modules.runtime}';
import { add, matMul, mul, squaredNorm, sub, tanh } from '${modules.ops}';
const shapes = { w1: [2, 16], b1: [16], w2: [16, 16], b2: [16], w3: [16, 1], b3: [1] };
let length = 0;
const layout = Object.entries(shapes).map(([name, shape]) => {
  const offset = length;
  length += shape.reduce((a, b) => a * b);
  return { name, shape, offset };
});
const params = { layout, data: Float32Array.from({ length }, (_, i) => 0.5 * Math.sin(12.9898 * (i + 1))) };
const optimiser = { id: 'adam', learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, momentum: 0, clip: 1, warmup: 5, decay: 'cosine', floor: 0.1, steps: 40, ema: 0.95 };
const apply = (p, { y }) => add(matMul(tanh(add(matMul(tanh(add(matMul(y, p.w1), p.b1)), p.w2), p.b2)), p.w3), p.b3);
const step = { layout, optimiser, loss: (p, batch) => squaredNorm(mul(batch.weight, sub(apply(p, batch), batch.target))) };
const n = 64;
const batch = (k) => {
  const y = Float64Array.from({ length: 2 * n }, (_, i) => Math.sin(78.233 * (i + 1) + k));
  const target = Float64Array.from({ length: n }, (_, i) => y[2 * i] * y[2 * i + 1]);
  return { n, arrays: { y: { data: y, shape: [2] }, target: { data: target, shape: [1] }, weight: { data: new Float64Array(n).fill(1.5), shape: [1] } } };
};
const results = [];
for (const id of ['onnx', 'onnx-webgpu']) {
  const device = await openDevice(id);
  const program = await device.compile(step, initialState(params, optimiser));
  const reports = await program.run(Array.from({ length: 20 }, (_, k) => batch(k)));
  const middle = await program.state();
  const resumed = await device.compile(step, middle);
  reports.push(...(await resumed.run(Array.from({ length: 20 }, (_, k) => batch(20 + k)))));
  const state = await resumed.state();
  const forward = await device.forward(apply, { layout, data: state.ema });
  const out = new Float64Array(n);
  await forward.run(batch(99), out);
  results.push({ id: device.id, losses: reports.map(({ loss }) => loss), finite: reports.every(({ finite }) => finite), params: [...state.params], out: [...out] });
  device.dispose();
}
console.log(JSON.stringify(results));
`;

interface Trained {
  readonly id: string;
  readonly losses: readonly number[];
  readonly finite: boolean;
  readonly params: readonly number[];
  readonly out: readonly number[];
}

describe.skipIf(!existsSync(driver))('onnx-webgpu on SwiftShader', () => {
  test('trains to the loss curve of onnx, resumes, and evaluates', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fokker-'));
    const file = join(folder, 'train.mjs');
    await writeFile(file, script);
    const env = { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: chromium };
    const { stdout } = await run(process.execPath, [file], { env });
    await rm(folder, { recursive: true });
    const [onnx, webgpu] = JSON.parse(stdout) as [Trained, Trained];
    expect(webgpu).toMatchObject({ id: 'onnx-webgpu', finite: true });
    expect(webgpu.losses).toHaveLength(40);
    expect(onnx.losses.at(-1)).toBeLessThan(0.5 * onnx.losses[0]!);
    // float32 sums in other orders: 1e-6 a step, which forty steps of Adam carry on
    const within = (a: readonly number[], b: readonly number[], tolerance: number): void =>
      a.forEach((value, i) => {
        expect(Math.abs(value - b[i]!)).toBeLessThan(tolerance);
      });
    within(webgpu.losses, onnx.losses, 1e-4);
    within(webgpu.params, onnx.params, 1e-3);
    within(webgpu.out, onnx.out, 1e-3);
  });
});
