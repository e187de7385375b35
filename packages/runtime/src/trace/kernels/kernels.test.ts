/**
 * Every kernel against the plain JavaScript backend: its value, and where it has a gradient the pullback of a scattered cotangent; for several shapes, with
 * all rewrites and with none.
 *
 * Tolerance 2e-6 of the largest number: some ten float32 roundings, and the library functions of the two differ by a few units in the last place.
 */
import * as o from '@fokker/ops';
import { engine, type NamedAttrMap, type NamedTensorMap, Sum, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { allRewrites, noRewrites } from '../../graph/rewrites.js';
import { type Arrays, runEagerly, runTraced, scattered, type Traced, worstDifference } from '../../testing/compare.js';
import { kernels } from './index.js';

type Apply = (...x: Tensor[]) => Tensor | Tensor[];
interface Row {
  readonly kernel: string;
  readonly note?: string;
  readonly shapes: readonly (readonly number[])[];
  readonly apply: Apply;
  readonly low?: number;
  readonly high?: number;
  readonly dtype?: 'float32' | 'int32' | 'bool';
  readonly gradient?: boolean;
}

/** Lengths that differ, one of them 1: an axis of its own kind for the simplifications. */
const lengths = [
  [3, 5, 4],
  [2, 1, 7],
  [1, 6, 1],
] as const;

const run = (kernel: string, inputs: Record<string, Tensor> | Tensor[], attributes: NamedAttrMap = {}): Tensor =>
  engine().runKernel<Tensor>(kernel, inputs as NamedTensorMap, attributes);
const raw =
  (kernel: string, names: readonly string[], attributes: NamedAttrMap = {}): Apply =>
  (...x) =>
    run(kernel, Object.fromEntries(names.map((name, i) => [name, x[i]!])), attributes);

const unaryRows = (n: number, m: number): Row[] => {
  const row = (kernel: string, apply: Apply, low = -3, high = 3): Row => ({
    kernel,
    shapes: [[n, m]],
    apply,
    low,
    high,
    gradient: true,
  });
  const plain = (kernel: string, low = -3, high = 3): Row => ({
    kernel,
    shapes: [[n, m]],
    apply: raw(kernel, ['x']),
    low,
    high,
  });
  const as =
    (f: <T extends Tensor>(x: T) => T): Apply =>
    (x) =>
      f(x!);
  return [
    row('Neg', as(o.neg)),
    row('Abs', as(o.abs)),
    row('Sign', as(o.sign)),
    row('Square', as(o.square)),
    row('Sqrt', as(o.sqrt), 0.2),
    row('Rsqrt', as(o.rsqrt), 0.2),
    row('Reciprocal', as(o.reciprocal), 0.2),
    row('Exp', as(o.exp)),
    row('Expm1', as(o.expm1)),
    { ...row('Expm1', as(o.expm1), -1e-4, 1e-4), note: 'near 0' },
    row('Log', as(o.log), 0.2),
    row('Log1p', as(o.log1p), -0.6),
    { ...row('Log1p', as(o.log1p), -1e-4, 1e-4), note: 'near 0' },
    row('Sin', as(o.sin)),
    row('Cos', as(o.cos)),
    row('Atan', as(o.atan)),
    row('Sinh', as(o.sinh)),
    row('Cosh', as(o.cosh)),
    row('Tanh', as(o.tanh)),
    row('Erf', as(o.erf)),
    row('Sigmoid', as(o.sigmoid)),
    row('Softplus', as(o.softplus)),
    row('Relu', as(o.relu)),
    row('Elu', as(o.elu)),
    plain('Tan', -1.2, 1.2),
    plain('Asin', -0.9, 0.9),
    plain('Acos', -0.9, 0.9),
    plain('Asinh'),
    plain('Acosh', 1.1),
    plain('Atanh', -0.9, 0.9),
    plain('Floor'),
    plain('Ceil'),
    plain('Round'),
    plain('Selu'),
    plain('Relu6', -3, 9),
    plain('IsNan'),
    plain('IsInf'),
    plain('IsFinite'),
    plain('ZerosLike'),
    plain('OnesLike'),
    plain('Identity'),
    { ...plain('Step'), apply: raw('Step', ['x'], { alpha: 0 }) },
    { ...plain('Step'), note: 'with a slope', apply: raw('Step', ['x'], { alpha: 0.3 }) },
    { ...plain('LeakyRelu'), apply: raw('LeakyRelu', ['x'], { alpha: 0.1 }) },
    { ...plain('ClipByValue'), apply: raw('ClipByValue', ['x'], { clipValueMin: -1, clipValueMax: 0.5 }) },
    {
      ...plain('EluGrad'),
      shapes: [
        [n, m],
        [n, m],
      ],
      apply: raw('EluGrad', ['dy', 'y']),
      low: -0.9,
    },
    { ...plain('Prelu'), shapes: [[n, m], [m]], apply: raw('Prelu', ['x', 'alpha']) },
    ...[2, 3, 1, 0, 0.5, -1, 2.5].map((p) => ({
      ...row('Pow', (x) => o.pow(x!, p), 0.2),
      note: `exponent ${p}`,
    })),
    { ...plain('Pow', 0.2), note: 'of tensors', shapes: [[n, m], [m]], apply: raw('Pow', ['a', 'b']) },
    { ...row('Cast', (x) => o.indicator(o.greater(x!, 0))), gradient: false },
    { ...plain('Cast'), note: 'to whole numbers', apply: raw('Cast', ['x'], { dtype: 'int32' }) },
    { ...plain('Cast'), note: 'to conditions', apply: raw('Cast', ['x'], { dtype: 'bool' }), dtype: 'int32' },
  ];
};

const binaryRows = (n: number, m: number, k: number): Row[] => {
  const operands: readonly (readonly [string, readonly (readonly number[])[]])[] = [
    [
      'one shape',
      [
        [n, m],
        [n, m],
      ],
    ],
    ['a row', [[n, m], [m]]],
    [
      'a column',
      [
        [n, m],
        [n, 1],
      ],
    ],
    [
      'a row first',
      [
        [1, m],
        [n, m],
      ],
    ],
    ['a number', [[], [n, m]]],
    [
      'both spread',
      [
        [n, 1, k],
        [m, 1],
      ],
    ],
  ];
  const differentiable = {
    Add: o.add,
    Sub: o.sub,
    Multiply: o.mul,
    RealDiv: o.div,
    Maximum: o.maximum,
    Minimum: o.minimum,
  };
  const conditions = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'];
  return operands.flatMap(([note, shapes]) => [
    ...Object.entries(differentiable).map(
      ([kernel, f]): Row => ({
        kernel,
        note,
        shapes,
        apply: (x, y) => f(x!, y!),
        gradient: true,
        ...(kernel === 'RealDiv' ? { low: 0.2 } : {}),
      }),
    ),
    { kernel: 'SquaredDifference', note, shapes, apply: raw('SquaredDifference', ['a', 'b']) },
    ...conditions.map(
      (kernel): Row => ({ kernel, note, shapes, apply: raw(kernel, ['a', 'b']), dtype: 'int32', low: -2, high: 2 }),
    ),
    ...['LogicalAnd', 'LogicalOr'].map(
      (kernel): Row => ({ kernel, note, shapes, apply: raw(kernel, ['a', 'b']), dtype: 'bool', low: 0, high: 2 }),
    ),
  ]);
};

const otherRows = (n: number, m: number, k: number): Row[] => {
  const x: readonly (readonly number[])[] = [[n, m, k]];
  const axes: readonly (readonly number[])[] = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
  const reductions: Row[] = axes.flatMap((axis): Row[] => [
    { kernel: 'Sum', note: `axes ${axis}`, shapes: x, apply: (x) => o.sum(x!, axis), gradient: true },
    { kernel: 'Max', note: `axes ${axis}`, shapes: x, apply: (x) => o.max(x!, axis), gradient: true },
    { kernel: 'Min', note: `axes ${axis}`, shapes: x, apply: raw('Min', ['x'], { axis: [...axis], keepDims: true }) },
    {
      kernel: 'Mean',
      note: `axes ${axis}`,
      shapes: x,
      apply: raw('Mean', ['x'], { axis: [...axis], keepDims: false }),
    },
    {
      kernel: 'Prod',
      note: `axes ${axis}`,
      shapes: x,
      apply: raw('Prod', ['x'], { axis: [...axis], keepDims: false }),
    },
  ]);
  return [
    ...reductions,
    {
      kernel: 'Sum',
      note: 'of conditions',
      shapes: [[n, m]],
      dtype: 'bool',
      low: 0,
      high: 2,
      apply: raw('Sum', ['x'], { axis: [1], keepDims: false }),
    },
    ...[true, false].flatMap((exclusive) =>
      [true, false].map(
        (reverse): Row => ({
          kernel: 'Cumsum',
          note: `exclusive ${exclusive}, reverse ${reverse}`,
          shapes: x,
          apply: raw('Cumsum', ['x'], { axis: 2, exclusive, reverse }),
        }),
      ),
    ),
    { kernel: 'Softmax', shapes: [[n, m]], apply: raw('Softmax', ['logits'], { dim: -1 }), low: -9, high: 9 },
    { kernel: 'Reshape', shapes: x, apply: (x) => o.reshape(x!, [m * n, k]), gradient: true },
    { kernel: 'Reshape', note: 'with a free length', shapes: x, apply: raw('Reshape', ['x'], { shape: [-1, m] }) },
    { kernel: 'ExpandDims', shapes: x, apply: raw('ExpandDims', ['input'], { dim: -2 }) },
    ...[
      [0, 2, 1],
      [1, 0, 2],
      [2, 1, 0],
      [1, 2, 0],
    ].map(
      (order): Row => ({
        kernel: 'Transpose',
        note: order.join(),
        shapes: x,
        apply: (x) => o.transpose(x!, order),
        gradient: true,
      }),
    ),
    { kernel: 'Tile', shapes: x, apply: raw('Tile', ['x'], { reps: [2, 1, 3] }) },
    { kernel: 'Tile', note: 'a row', shapes: [[1, m]], apply: raw('Tile', ['x'], { reps: [n, 1] }) },
    {
      kernel: 'Multiply',
      note: 'with ones, to spread',
      shapes: [[n, 1, k]],
      apply: (x) => o.broadcastTo(x!, [n, m, k]),
      gradient: true,
    },
    {
      kernel: 'Concat',
      shapes: [
        [n, m],
        [n, k],
        [n, m],
      ],
      apply: (...x) => o.concat(x, 1),
      gradient: true,
    },
    {
      kernel: 'Pack',
      shapes: [
        [n, m],
        [n, m],
      ],
      apply: (...x) => run('Pack', x, { axis: 1 }),
    },
    { kernel: 'Unpack', shapes: x, apply: raw('Unpack', ['value'], { axis: 1 }) },
    { kernel: 'SplitV', shapes: [[n, m + k]], apply: raw('SplitV', ['x'], { numOrSizeSplits: [m, k], axis: 1 }) },
    { kernel: 'Slice', shapes: [[n + 1, m + 2]], apply: (x) => o.slice(x!, [1, 1], [n, m]), gradient: true },
    {
      kernel: 'Slice',
      note: 'of a part',
      shapes: [
        [n, m],
        [n, k],
      ],
      apply: (...x) => o.slice(o.concat(x, 1), [0, m], [n, k]),
      gradient: true,
    },
    {
      kernel: 'Slice',
      note: 'of a slice',
      shapes: [[n + 3, m + 2]],
      apply: (x) => o.slice(o.slice(x!, [1, 0], [n + 2, m + 1]), [1, 1], [n, m]),
      gradient: true,
    },
    { kernel: 'Reverse', shapes: x, apply: raw('Reverse', ['x'], { dims: [0, 2] }) },
    { kernel: 'PadV2', shapes: [[n, m]], apply: (x) => o.pad(x!, [1, 0], [2, 3]), gradient: true },
    {
      kernel: 'PadV2',
      note: 'with a number',
      shapes: [[n, m]],
      apply: raw('PadV2', ['x'], {
        paddings: [
          [0, 1],
          [2, 0],
        ],
        constantValue: 1.5,
      }),
    },
    {
      kernel: 'Select',
      shapes: [
        [n, m],
        [n, m],
      ],
      apply: (x, y) => o.where(o.greater(x!, y!), o.square(x!), y!),
      gradient: true,
    },
    { kernel: 'LogicalNot', shapes: [[n, m]], dtype: 'bool', low: 0, high: 2, apply: raw('LogicalNot', ['x']) },
    {
      kernel: 'AddN',
      shapes: [
        [n, m],
        [n, m],
        [n, m],
      ],
      apply: (...x) => run('AddN', x),
    },
    {
      kernel: 'OneHot',
      shapes: [[n, m]],
      dtype: 'int32',
      low: 0,
      high: k,
      apply: raw('OneHot', ['indices'], { depth: k, onValue: 1, offValue: 0, dtype: 'float32' }),
    },
    {
      kernel: 'OneHot',
      note: 'other numbers',
      shapes: [[n]],
      dtype: 'int32',
      low: 0,
      high: k,
      apply: raw('OneHot', ['indices'], { depth: k, onValue: 2, offValue: -1, dtype: 'float32' }),
    },
    {
      kernel: 'Fill',
      shapes: [[n, m]],
      apply: (x) => o.add(x!, run('Fill', {}, { shape: [n, m], value: 2.5, dtype: 'float32' })),
    },
    {
      kernel: 'Range',
      shapes: [[n, 4]],
      apply: (x) => o.mul(x!, run('Range', {}, { start: 1, stop: 5, step: 1, dtype: 'float32' })),
    },
    {
      kernel: 'LinSpace',
      shapes: [[n, 5]],
      apply: (x) => o.mul(x!, run('LinSpace', {}, { start: -1, stop: 2, num: 5 })),
    },
    {
      kernel: 'BatchMatMul',
      shapes: [
        [n, m],
        [m, k],
      ],
      apply: (x, y) => o.matMul(x!, y!),
      gradient: true,
    },
    {
      kernel: 'BatchMatMul',
      note: 'with a factor',
      shapes: [
        [n, m],
        [k, m],
      ],
      apply: (x, y) => o.matMul(o.mul(x!, 3), o.neg(o.transpose(y!))),
      gradient: true,
    },
    {
      kernel: 'BatchMatMul',
      note: 'with ones',
      shapes: [[n, m]],
      apply: (x) => o.matMul(o.ones([1, n]), o.matMul(x!, o.fill([m, k], 2))),
      gradient: true,
    },
    {
      kernel: 'BatchMatMul',
      note: 'transposed after',
      shapes: [
        [n, m],
        [m, k],
      ],
      apply: (x, y) => o.transpose(o.matMul(x!, y!)),
      gradient: true,
    },
    ...[true, false].flatMap((transposeA) =>
      [true, false].flatMap((transposeB): Row[] => {
        const note = `transposed ${transposeA}, ${transposeB}`;
        const [a, b] = [transposeA ? [m, n] : [n, m], transposeB ? [k, m] : [m, k]];
        const apply = raw('BatchMatMul', ['a', 'b'], { transposeA, transposeB });
        return [
          { kernel: 'BatchMatMul', note, shapes: [a, b], apply },
          {
            kernel: 'BatchMatMul',
            note: `batch, ${note}`,
            shapes: [
              [2, ...a],
              [2, ...b],
            ],
            apply,
          },
          {
            kernel: 'BatchMatMul',
            note: `batch of one, ${note}`,
            shapes: [
              [1, ...a],
              [1, ...b],
            ],
            apply,
          },
        ];
      }),
    ),
    ...['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'].map(
      (activation): Row => ({
        kernel: '_FusedMatMul',
        note: activation,
        shapes: [[1, n, m], [1, m, k], [k]],
        apply: raw('_FusedMatMul', ['a', 'b', 'bias'], {
          transposeA: false,
          transposeB: false,
          activation,
          leakyreluAlpha: 0.3,
        }),
      }),
    ),
  ];
};

const rows = lengths.flatMap(([n, m, k]) =>
  [...unaryRows(n, m), ...binaryRows(n, m, k), ...otherRows(n, m, k)].map((row) => ({
    ...row,
    name: `${row.kernel} ${row.note ?? ''} ${JSON.stringify(row.shapes)}`,
  })),
);

/** The value, and the pullback of a cotangent that depends on the place. */
const withGradient =
  ({ apply, gradient }: Row): Traced =>
  (inputs) => {
    const x = Object.values(inputs);
    const value = apply(...x);
    if (Array.isArray(value)) return Object.fromEntries(value.map((part, i) => [`part${i}`, part]));
    if (!gradient) return { value };
    const weighted = (...at: Tensor[]): o.Scalar => {
      const y = apply(...at) as Tensor;
      return run(
        Sum,
        { x: o.mul(y, o.sin(o.add(y, 1))) },
        {
          axis: y.shape.map((_, i) => i),
          keepDims: false,
          xShape: y.shape,
        },
      ) as o.Scalar;
    };
    const { gradients } = o.valueAndGradient(weighted)(...x);
    return { value, ...Object.fromEntries(gradients.map((g, i) => [`gradient${i}`, g])) };
  };

const arraysOf = ({ shapes, low = -2, high = 2, dtype = 'float32' }: Row): Arrays =>
  Object.fromEntries(
    shapes.map((shape, i) => {
      const numbers = scattered(shape, i, low, high);
      return [`x${i}`, { shape, dtype, numbers: dtype === 'float32' ? numbers : numbers.map(Math.floor) }];
    }),
  );

const tolerance = 2e-6;

test.each(rows)('$name', async (row) => {
  const [f, arrays] = [withGradient(row), arraysOf(row)];
  const expected = await runEagerly(f, arrays);
  expect(worstDifference(expected, await runTraced(f, arrays, noRewrites)), 'no rewrites').toBeLessThan(tolerance);
  expect(worstDifference(expected, await runTraced(f, arrays, allRewrites)), 'all rewrites').toBeLessThan(tolerance);
});

/** The plain JavaScript kernel reads the wrong elements here. */
test('Select chooses rows by a condition of rank 1', async () => {
  const arrays: Arrays = Object.fromEntries(
    [[4], [4, 3], [4, 3]].map((shape, i) => [`x${i}`, { shape, numbers: scattered(shape, i) }]),
  );
  const { x0, x1, x2 } = arrays;
  const { value } = await runTraced(
    ({ x0, x1, x2 }) => ({ value: run('Select', { condition: o.greater(x0!, 0), t: x1!, e: x2! }) }),
    arrays,
  );
  value!.forEach((number, i) => {
    expect(number).toBe((x0!.numbers[Math.floor(i / 3)]! > 0 ? x1! : x2!).numbers[i]);
  });
});

describe('the table', () => {
  test('has every kernel of these families, and every one that the operators can differentiate', () => {
    const tested = new Set(rows.map(({ kernel }) => kernel));
    const elsewhere = /Conv2D|Pool|Resize|Gather|Segment|AddV2|BroadcastTo/;
    expect(Object.keys(kernels).filter((kernel) => !tested.has(kernel) && !elsewhere.test(kernel))).toEqual([]);
    expect(o.differentiableKernels().filter((kernel) => !(kernel in kernels))).toEqual([]);
  });
});
