/** Sums over axes that no longer wait for factors. */
import { add, mul, silu, sub, sum, type Tensor, valueAndGradient } from '@fokker/ops';
import { expect, test } from 'vitest';
import { runTraced, scattered, worstDifference } from '../../testing/compare.js';
import { trace } from '../../trace/trace.js';
import { countOperations } from '../graph.js';
import { allRewrites } from '../rewrites.js';

type Function = (tensors: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;
const arrays = {
  x: { shape: [6, 4], numbers: scattered([6, 4], 1) },
  y: { shape: [6, 4], numbers: scattered([6, 4], 2) },
};
const counts = async (f: Function) => {
  const graph = await trace(f, arrays);
  const wide = graph.operations.filter(({ op, shape }) => ['Add', 'Sub', 'Mul'].includes(op) && shape[0] === 6);
  return { sums: countOperations(graph).get('ReduceSum'), wide: wide.length };
};
const plain = { ...allRewrites, factoring: false };
const expectSame = async (f: Function): Promise<void> => {
  const [before, after] = [await runTraced(f, arrays, plain), await runTraced(f, arrays, allRewrites)];
  expect(worstDifference(before, after)).toBeLessThan(1e-6); // float32, in another order
};

test('factors go to what is small', async () => {
  const f: Function = ({ x, y }) => ({ out: sum(add(x!, mul(5, sub(y!, mul(2, x!)))), 0) });
  expect((await counts(f)).wide).toBe(0);
  await expectSame(f);
});

test('sums without factors, and sums that somebody reads, stay', async () => {
  expect(await counts(({ x, y }) => ({ out: sum(add(x!, y!), 0) }))).toEqual({ sums: 1, wide: 1 });
  const f: Function = ({ x, y }) => {
    const total = add(x!, mul(5, y!));
    return { total, out: sum(total, 0) };
  };
  expect(await counts(f)).toEqual({ sums: 1, wide: 2 });
  await expectSame(f);
});

test('a sum is the same sum with its operands exchanged', async () => {
  const f: Function = ({ x, y }) => ({ out: mul(add(x!, y!), add(y!, x!)) });
  expect((await counts(f)).wide).toBe(2);
});

test('silu is pulled back as one factor', async () => {
  const f: Function = ({ x, y }) => {
    const { value, gradients } = valueAndGradient((u: Tensor) => sum(mul(silu(u), y!)))(x!);
    return { value, gradient: gradients[0]! };
  };
  // h = x σ, (1 − σ), h (1 − σ), σ + h (1 − σ), h y, y φ′
  expect((await counts(f)).wide).toBe(6);
  await expectSame(f);
});
