/** A trace where no backend is loaded that computes. */
import { mul, scalar } from '@fokker/ops';
import { expect, test } from 'vitest';
import { trace } from './trace.js';

test('a trace needs no other backend; tensors outside of one do', async () => {
  const graph = await trace(({ x }) => ({ y: mul(x, 2) }), { x: { shape: [3] } });
  expect(graph.operations.map(({ op }) => op)).toEqual(['Mul']);
  expect(() => scalar(1)).toThrow(expect.objectContaining({ code: 'E_DEVICE' }));
  await expect(trace(({ x }) => ({ y: mul(x, 2) }), { x: { shape: [3] } })).resolves.toBeDefined();
});
