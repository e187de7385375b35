/** Ending in the middle of a run, in every way there is: the native library must not take the process down. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const script = `
import { initialState, openDevice } from '${new URL('../../dist/index.js', import.meta.url).href}';
import { matMul, squaredNorm, sub, tanh } from '${import.meta.resolve('@fokker/ops')}';
const layout = [{ name: 'w', shape: [2, 256], offset: 0 }, { name: 'v', shape: [256, 2], offset: 512 }];
const params = { layout, data: Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i)) };
const optimiser = { id: 'sgd', learningRate: 1e-3, beta1: 0, beta2: 0, epsilon: 0, momentum: 0, clip: 1, warmup: 0, decay: 'none', floor: 0, steps: 1e6, ema: 0.99 };
const loss = (p, { y }) => squaredNorm(sub(matMul(tanh(matMul(y, p.w)), p.v), y));
const device = await openDevice('onnx', { threads: 1 });
const program = await device.compile({ layout, loss, optimiser }, initialState(params, optimiser));
const n = 2000;
const batch = { n, arrays: { y: { data: new Float64Array(2 * n).fill(0.5), shape: [2] } } };
await program.run([batch]);
program.run(Array(400).fill(batch)).catch((error) => console.log(error.code));
setTimeout(() => { WAY }, 60);
`;

const endBy = async (way: string): Promise<{ code: unknown; stdout: string; stderr: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'fokker-'));
  const file = join(folder, 'end.mjs');
  await writeFile(file, script.replace('WAY', way));
  const result = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [file], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? error?.signal ?? 0, stdout, stderr }),
    );
  });
  await rm(folder, { recursive: true });
  return result;
};

describe('a run that is cut short', () => {
  test('by the end of the process', async () => {
    expect(await endBy('process.exit(3)')).toEqual({ code: 3, stdout: '', stderr: '' });
  });

  test('by an error that nobody catches', async () => {
    const { code, stderr } = await endBy(`throw new Error('nobody')`);
    expect(code).toBe(1);
    expect(stderr).toContain('Error: nobody');
    expect(stderr).not.toContain('terminate called');
  });

  test('by closing the device: the call is refused, the process ends as it should', async () => {
    expect(await endBy('device.dispose()')).toEqual({ code: 0, stdout: 'E_DEVICE\n', stderr: '' });
  });
});
