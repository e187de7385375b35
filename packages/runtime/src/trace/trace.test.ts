/** What a trace refuses, with a code, the operation and the user's line; and what it leaves behind: nothing. */
import { fileURLToPath } from 'node:url';
import { isFokkerError } from '@fokker/core';
import * as o from '@fokker/ops';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countOperations } from '../graph/graph.js';
import { sizeOf } from '../graph/value.js';
import { runGraph } from '../testing/run-graph.js';
import { type TracedInputs, trace } from './trace.js';

const here = fileURLToPath(import.meta.url);
const specs = { x: { shape: [4, 3] } };
type Step = (x: tf.Tensor) => tf.Tensor;
const recorded = (f: Step) => trace(({ x }: TracedInputs<'x'>) => ({ y: f(x) }), specs);

const refusalOf = async (f: Step) => {
  try {
    await recorded(f);
  } catch (error) {
    if (isFokkerError(error)) return error;
    throw error;
  }
  throw new Error('not refused');
};

beforeAll(async () => {
  await tf.setBackend('cpu');
});
let before: number;
beforeEach(() => {
  before = tf.memory().numTensors;
});

describe('reads', () => {
  const reads: Record<string, Step> = {
    dataSync: (x) => o.mul(x, x.dataSync()[0]!),
    arraySync: (x) => o.mul(x, (x.arraySync() as number[][])[0]![0]!),
    bufferSync: (x) => o.mul(x, Number(x.bufferSync().get(0, 0))),
  };
  test.each(Object.entries(reads))('%s is refused where it stands', async (_, f) => {
    const { code, got, tryThis } = await refusalOf(f);
    expect(code).toBe('E_TRACE_READ');
    expect(got).toContain(here);
    expect(tryThis.join()).toContain('where');
  });

  test('an async step is refused', async () => {
    const step = async ({ x }: TracedInputs<'x'>) => ({ y: o.mul(x, (await x.data())[0]!) });
    const asIfSync = step as unknown as ({ x }: TracedInputs<'x'>) => { y: tf.Tensor };
    await expect(trace(asIfSync, specs)).rejects.toMatchObject({ code: 'E_TRACE_READ' });
  });
});

describe('random numbers', () => {
  const { randomNormal, randomUniform } = tf;
  const draws: Record<string, Step> = {
    randomNormal: (x) => o.add(x, randomNormal([4, 3])),
    randomUniform: (x) => o.add(x, randomUniform([4, 3], 0, 1, 'float32', 7)),
    truncatedNormal: (x) => o.add(x, tf.truncatedNormal([3], 0, 1, 'float32', 7)),
    randomNormalOfOne: (x) => o.add(x, randomNormal([], 0, 1, 'float32', 7)),
    dropout: (x) => tf.dropout(x, 0.5, undefined, 7),
  };
  test.each(Object.entries(draws))('%s is refused, with a seed too', async (name, f) => {
    const { code, got } = await refusalOf(f);
    expect(code).toBe('E_TRACE_RANDOM');
    expect(got).toContain(`tf.${name.startsWith('random') ? 'random' : name}`);
    expect(got).toContain(here);
  });

  test('JavaScript’s own are refused, and there again afterwards', async () => {
    const property = Object.getOwnPropertyDescriptor(Math, 'random');
    const draw = Reflect.get(Math, 'random') as () => number;
    const { code, got } = await refusalOf((x) => o.mul(x, (Reflect.get(Math, 'random') as () => number)()));
    expect(code).toBe('E_TRACE_RANDOM');
    expect(got).toContain('Math.random');
    expect(Object.getOwnPropertyDescriptor(Math, 'random')).toEqual(property);
    expect(Reflect.get(Math, 'random')).toBe(draw);
  });
});

describe('tensors from outside', () => {
  test('are refused, and stay as they are', async () => {
    const outside = o.tensor2d([1, 2, 3], [1, 3]);
    const { code, got, tryThis } = await refusalOf((x) => o.mul(x, outside));
    expect(code).toBe('E_TRACE_CAPTURE');
    expect(got).toContain('float32 [1, 3]');
    expect(got).toContain(here);
    expect(tryThis).toHaveLength(3);
    expect([...outside.dataSync()]).toEqual([1, 2, 3]);
    outside.dispose();
  });

  test('are refused as results', async () => {
    const outside = o.scalar(1);
    expect(await refusalOf(() => outside)).toMatchObject({ code: 'E_TRACE_CAPTURE' });
    outside.dispose();
  });

  test('a forgotten variable is refused', async () => {
    const weight = tf.variable(tf.ones([3]));
    expect(await refusalOf((x) => o.mul(x, weight))).toMatchObject({ code: 'E_TRACE_CAPTURE' });
    weight.dispose();
  });

  test('an imperative optimiser is refused', async () => {
    const weight = tf.variable(tf.ones([3]));
    const adam = tf.train.adam(0.1);
    const refused = refusalOf((x) => adam.minimize(() => o.sum(o.mul(x, weight)) as tf.Scalar, true, [weight])!);
    expect(await refused).toMatchObject({ code: 'E_TRACE_CAPTURE' });
    weight.dispose();
  });

  test('a variable made inside is refused and taken back', async () => {
    const known = Object.keys(tf.engine().registeredVariables);
    const { code, got, tryThis } = await refusalOf((x) => o.mul(x, tf.variable(tf.zeros([3]))));
    expect(code).toBe('E_TRACE_CAPTURE');
    expect(got).toContain(here);
    expect(tryThis.join()).toContain('optimiser');
    expect(Object.keys(tf.engine().registeredVariables)).toEqual(known);
  });
});

test('assigning to a variable is refused', async () => {
  const weight = tf.variable(tf.ones([4, 3]));
  const refused = refusalOf((x) => {
    weight.assign(x as tf.Tensor2D);
    return x;
  });
  expect(await refused).toMatchObject({ code: 'E_TRACE_CAPTURE', got: expect.stringContaining(here) });
});

describe('arrays made inside', () => {
  const wave = (n: number): tf.Tensor => o.tensor1d(Array.from({ length: n }, (_, i) => Math.sin(i)));
  test('are constants up to 64 numbers', async () => {
    const graph = await recorded((x) => o.add(x, o.sum(wave(64))));
    expect(graph.constants.some(({ elements }) => elements.length === 64)).toBe(true);
  });
  test('are refused beyond', async () => {
    const { code, got } = await refusalOf((x) => o.add(x, o.sum(wave(65))));
    expect(code).toBe('E_TRACE_CONSTANT');
    expect(got).toContain('[65]');
    expect(got).toContain(here);
  });
  test('may be larger on request', async () => {
    const f = ({ x }: TracedInputs<'x'>) => ({ y: o.add(x, o.sum(wave(65))) });
    await expect(trace(f, specs, { largestConstant: 65 })).resolves.toBeDefined();
  });
  test('cost a number each where they are uniform', async () => {
    const f = ({ x }: TracedInputs<'x'>) => {
      const { value, gradients } = o.valueAndGradient(
        (x: tf.Tensor) => o.sum(o.tanh(o.add(x, o.ones([1000, 300])))) as tf.Scalar,
      )(x);
      return { value, gradient: gradients[0]! };
    };
    const graph = await trace(f, { x: { shape: [1000, 300] } });
    expect(graph.constants.reduce((total, { shape }) => total + sizeOf(shape), 0)).toBeLessThan(10);
  });
});

test('an operation without a lowering is named, with the line that uses it', async () => {
  const { code, got, tryThis } = await refusalOf((x) => tf.argMax(x, 1));
  expect(code).toBe('E_TRACE_OPERATION');
  expect(got).toContain('ArgMax');
  expect(got).toContain(here);
  expect(tryThis.join()).toContain('training.device: cpu');
});

test('an option without a lowering is named', async () => {
  const refused = await refusalOf((x) => tf.engine().runKernel('Sum', { x }, { axis: 'all' }));
  expect(refused).toMatchObject({ code: 'E_TRACE_OPERATION', got: expect.stringContaining('"all"') });
});

describe('tfjs afterwards', () => {
  test('has its backend and its tensors, after success and refusal', async () => {
    await recorded((x) => o.gradient((x: tf.Tensor) => o.sum(o.square(o.tanh(x))))(x));
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.memory().numTensors).toBe(before);
    await refusalOf(
      (x) => o.valueAndGradient((x: tf.Tensor) => o.sum(o.mul(x, x.dataSync()[0]!)) as tf.Scalar)(x).value,
    );
    expect(tf.getBackend()).toBe('cpu');
    expect(tf.memory().numTensors).toBe(before);
    expect([...o.square(o.tensor1d([1, 2])).dataSync()]).toEqual([1, 4]);
  });

  test('clones, kept and disposed tensors', async () => {
    const graph = await recorded((x) => {
      const copy = tf.keep(x.clone());
      const twice = o.add<tf.Tensor>(copy, x);
      copy.dispose();
      expect(copy.isDisposed).toBe(true);
      return o.mul(twice, x);
    });
    const { y } = await runGraph(graph, { x: Array.from({ length: 12 }, (_, i) => i) });
    expect([...y!]).toEqual(Array.from({ length: 12 }, (_, i) => 2 * i * i));
  });
});

describe('what comes out', () => {
  test('inputs and numbers may be results, and a result may have two names', async () => {
    const f = ({ x }: TracedInputs<'x'>) => {
      const y = o.square(x);
      return { y, again: y, same: x, ones: o.ones([2]) };
    };
    const results = await runGraph(await trace(f, specs), { x: Array<number>(12).fill(3) });
    expect(Object.fromEntries(Object.entries(results).map(([name, [first]]) => [name, first]))).toEqual({
      y: 9,
      again: 9,
      same: 3,
      ones: 1,
    });
  });

  test('a parameter that the loss does not reach has gradient zero', async () => {
    const f = ({ w, b, x }: TracedInputs<'w' | 'b' | 'x'>) => {
      const score = (w: tf.Tensor, b: tf.Tensor) =>
        o.gradient((x: tf.Tensor) => o.add(o.sum(o.tanh(o.mul(x, w)), 1), b))(x);
      const loss = (w: tf.Tensor, b: tf.Tensor) => o.sum(o.square(score(w, b))) as tf.Scalar;
      const { gradients } = o.valueAndGradient(loss)(w, b);
      return { gw: gradients[0]!, gb: gradients[1]! };
    };
    const graph = await trace(f, { w: { shape: [3] }, b: { shape: [] }, x: { shape: [4, 3] } });
    const results = await runGraph(graph, { w: [1, 2, 3], b: [1], x: Array<number>(12).fill(0.3) });
    expect([...results.gb!]).toEqual([0]);
    expect(results.gw!.every((g) => g !== 0)).toBe(true);
  });

  test('a gradient that meets a condition', async () => {
    const f = ({ x, c }: TracedInputs<'x' | 'c'>) => ({
      g: o.gradient((x: tf.Tensor) => o.where(c, o.square(x), o.neg(x)))(x),
    });
    const graph = await trace(f, { x: { shape: [3] }, c: { shape: [3], dtype: 'bool' } });
    expect([...(await runGraph(graph, { x: [1, 2, 3], c: [1, 0, 1] })).g!]).toEqual([2, -1, 6]);
  });

  test('a dense layer with a leading axis of length 1 is one Gemm', async () => {
    const f = ({ x, w }: TracedInputs<'x' | 'w'>) => ({
      y: tf.matMul(o.reshape<tf.Tensor3D>(x, [1, 4, 3]), o.reshape<tf.Tensor3D>(w, [1, 3, 5])),
    });
    const graph = await trace(f, { ...specs, w: { shape: [3, 5] } });
    expect(countOperations(graph).get('Gemm')).toBe(1);
    expect(countOperations(graph).has('MatMul')).toBe(false);
  });
});
