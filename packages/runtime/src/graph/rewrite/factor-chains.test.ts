/** Sums of longer products: fewer of them, the same numbers. */
import { add, gradient, mul, sigmoid, sub, sum, type Tensor } from '@fokker/ops';
import { expect, test } from 'vitest';
import { runTraced, scattered, worstDifference } from '../../testing/compare.js';
import { trace } from '../../trace/trace.js';
import { countOperations } from '../graph.js';
import { allRewrites, noRewrites } from '../rewrites.js';

type Function = (tensors: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;
const arrays = {
  x: { shape: [3, 4], numbers: scattered([3, 4], 1) },
  y: { shape: [3, 4], numbers: scattered([3, 4], 2) },
  z: { shape: [3, 4], numbers: scattered([3, 4], 3) },
};
const products = async (f: Function, rewrites = allRewrites): Promise<number> =>
  countOperations(await trace(f, arrays, { rewrites })).get('Mul') ?? 0;
const expectSame = async (f: Function): Promise<void> => {
  const [plain, rewritten] = [await runTraced(f, arrays, noRewrites), await runTraced(f, arrays, allRewrites)];
  expect(worstDifference(plain, rewritten)).toBeLessThan(1e-6); // float32, in another order
};

test('x σ(x) and its pullback take three products', async () => {
  const silu = (u: Tensor): Tensor => mul(u, sigmoid(u));
  const f: Function = ({ x, y }) => ({
    value: silu(x!),
    slope: gradient((u: Tensor) => silu(u))(x!, y!),
  });
  expect(await products(f)).toBe(3);
  expect(await products(f, { ...allRewrites, factoring: false })).toBe(5);
  await expectSame(f);
});

test('differences keep their sign, and a term that is the shared factor alone leaves one', async () => {
  const f: Function = ({ x, y, z }) => ({
    difference: sub(mul(mul(x!, y!), mul(z!, y!)), mul(z!, mul(x!, x!))),
    alone: sub(x!, mul(y!, mul(x!, z!))),
  });
  await expectSame(f);
});

test('a product that somebody else reads stays', async () => {
  const f: Function = ({ x, y, z }) => {
    const kept = mul(x!, y!);
    return { kept, total: add(mul(x!, z!), mul(kept, sigmoid(z!))), size: sum(kept) };
  };
  const graph = await trace(f, arrays);
  expect(graph.outputs.map(({ name }) => name)).toEqual(['kept', 'total', 'size']);
  await expectSame(f);
});
