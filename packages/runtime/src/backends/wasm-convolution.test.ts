/** The filter gradient on wasm against tfjs's kernel in plain JavaScript. */
import { Conv2DBackpropFilter, engine, env, setBackend, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openCpu } from './cpu.js';
import { openWasm } from './wasm.js';

beforeAll(async () => {
  env().set('IS_TEST', true); // no banner
  await openCpu();
  await openWasm();
});

const scatter = (count: number, phase: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + phase));

describe('the gradient in the filter', () => {
  test.each([
    { stride: 1, pad: 'same', rows: 5 },
    { stride: 2, pad: 'same', rows: 3 },
    { stride: 2, pad: 'valid', rows: 2 },
  ])('stride $stride, $pad', async ({ stride, pad, rows }) => {
    const run = async (backend: string): Promise<Float32Array> => {
      await setBackend(backend);
      return tidy(() => {
        const x = tensor(scatter(2 * 25 * 3, 1), [2, 5, 5, 3]);
        const dy = tensor(scatter(2 * rows * rows * 4, 2), [2, rows, rows, 4]);
        const attributes = { strides: [stride, stride], pad, dataFormat: 'NHWC', filterShape: [3, 3, 3, 4] };
        const inputs = { x, dy };
        return engine()
          .runKernel<ReturnType<typeof tensor>>(Conv2DBackpropFilter, inputs, attributes)
          .dataSync<'float32'>();
      });
    };
    const [ours, theirs] = [await run('wasm'), await run('cpu')];
    expect(ours.length).toBe(108);
    ours.forEach((value, i) => {
      expect(Math.abs(value - theirs[i]!)).toBeLessThan(1e-5); // float32 sums of fifty terms of order one
    });
  });
});
