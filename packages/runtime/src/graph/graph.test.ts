/** What comes of operations as they are written down, and of whole graphs. */
import { describe, expect, test } from 'vitest';
import { add, div, mul, neg, power, sub, unary } from './arithmetic.js';
import { expand } from './broadcast.js';
import { type Builder, createBuilder } from './builder.js';
import { finishGraph } from './finish.js';
import { printGraph } from './print.js';
import { matMul } from './products.js';
import { sum } from './reductions.js';
import { concat, pad, reshape, slice, transpose } from './shapes.js';
import type { Value } from './value.js';

type Write = (b: Builder, x: Value, y: Value, row: Value) => Value;
/** The operations left of an expression in x [4, 3], y [4, 3] and row [3]. */
const left = (write: Write): string => {
  const b = createBuilder();
  const value = write(b, b.input('x', [4, 3]), b.input('y', [4, 3]), b.input('row', [3]));
  return finishGraph(b, { value })
    .operations.map(({ op }) => op)
    .join(' ');
};
const c = (b: Builder, number: number): Value => b.splat(number, []);

describe('simplification', () => {
  const table: Record<string, readonly [Write, string]> = {
    x·1: [(b, x) => mul(b, x, b.splat(1, [4, 3])), 'Identity'],
    'x + 0': [(b, x) => add(b, b.splat(0, [4, 3]), x), 'Identity'],
    'x·0 + y': [(b, x, y) => add(b, mul(b, x, c(b, 0)), y), 'Identity'],
    'numbers with numbers': [(b, x) => mul(b, x, add(b, c(b, 0.5), c(b, 0.5))), 'Identity'],
    '2 (3 x)': [(b, x) => mul(b, c(b, 2), mul(b, x, c(b, 3))), 'Mul'],
    'x / 4 · 4': [(b, x) => mul(b, div(b, x, c(b, 4)), c(b, 4)), 'Identity'],
    '(−x)(−y)': [(b, x, y) => mul(b, neg(b, x), neg(b, y)), 'Mul'],
    'x − (−y)': [(b, x, y) => sub(b, x, neg(b, y)), 'Add'],
    'x + (−y)': [(b, x, y) => add(b, x, neg(b, y)), 'Sub'],
    '0 − (x − y)': [(b, x, y) => sub(b, c(b, 0), sub(b, x, y)), 'Sub'],
    'a factor of a small operand stays there': [(b, x, _, row) => mul(b, x, mul(b, row, c(b, 2))), 'Mul Mul'],
    'x²': [(b, x) => power(b, x, 2), 'Mul'],
    'x to the ½': [(b, x) => power(b, x, 0.5), 'Sqrt'],
    'the same operation twice': [
      (b, x, y) => add(b, unary(b, 'Tanh', mul(b, x, y)), unary(b, 'Tanh', mul(b, y, x))),
      'Mul Tanh Mul',
    ],
    'a row spread, then added': [(b, x, _, row) => add(b, x, expand(b, row, [4, 3])), 'Add'],
    'a function of a spread row': [(b, _x, _y, row) => unary(b, 'Exp', expand(b, row, [4, 3])), 'Exp Expand'],
    'the sum of a spread row': [(b, _x, _y, row) => sum(b, expand(b, row, [4, 3]), [0]), 'Mul'],
    'the sum of a multiple': [(b, x) => sum(b, mul(b, x, c(b, 2)), [0, 1]), 'ReduceSum Mul'],
    'the sum over an axis of length 1': [(b, x) => sum(b, reshape(b, x, [4, 1, 3]), [1]), 'Identity'],
    'reshape of reshape': [(b, x) => reshape(b, reshape(b, x, [12]), [3, 4]), 'Reshape'],
    'there and back': [(b, x) => transpose(b, transpose(b, x, [1, 0]), [1, 0]), 'Identity'],
    'transposing an axis of length 1': [(b, x) => transpose(b, reshape(b, x, [12, 1]), [1, 0]), 'Reshape'],
    'a part of a concatenation': [(b, x, y) => slice(b, concat(b, [x, y], 1), [0, 3], [4, 6]), 'Identity'],
    'a slice of a slice': [(b, x) => slice(b, slice(b, x, [1, 0], [4, 3]), [1, 1], [3, 3]), 'Slice'],
    'zeros around zeros': [(b, x) => add(b, x, pad(b, b.splat(0, [2, 3]), [1, 0], [1, 0])), 'Identity'],
    'x yᵀ': [(b, x, y) => matMul(b, x, transpose(b, y, [1, 0])), 'Gemm'],
    '(x yᵀ)ᵀ': [(b, x, y) => transpose(b, matMul(b, x, y, false, true), [1, 0]), 'Gemm'],
    '(2 x)(−yᵀ)': [(b, x, y) => matMul(b, mul(b, x, c(b, 2)), neg(b, y), false, true), 'Gemm'],
    'a factor, through a sum and a factor, into its products': [
      (b, x, y) =>
        mul(
          b,
          add(b, matMul(b, x, y, true), mul(b, unary(b, 'Exp', matMul(b, x, x, true)), matMul(b, y, x, true))),
          c(b, 3),
        ),
      'Gemm Exp Gemm Gemm Mul Add',
    ],
    '3 (x yᵀ)': [(b, x, y) => mul(b, matMul(b, x, y, false, true), c(b, 3)), 'Gemm'],
    '(x yᵀ − 2 y yᵀ)ᵀ': [
      (b, x, y) =>
        transpose(b, sub(b, matMul(b, x, y, false, true), mul(b, matMul(b, y, y, false, true), c(b, 2))), [1, 0]),
      'Mul Sub Gemm',
    ],
    '2 a − 2 b': [(b, x, y) => sub(b, mul(b, x, c(b, 2)), mul(b, y, c(b, 2))), 'Sub Mul'],
    'factors of all parts': [(b, x, y) => concat(b, [mul(b, x, c(b, 2)), mul(b, y, c(b, 2))], 0), 'Concat Mul'],
    '1ᵀ x': [(b, x) => matMul(b, b.splat(1, [1, 4]), x), 'ReduceSum'],
    'a column times a row': [
      (b, x, _, row) => matMul(b, slice(b, x, [0, 0], [4, 1]), reshape(b, row, [1, 3])),
      'Slice Reshape Mul',
    ],
    'a product and a row': [(b, x, y, row) => add(b, row, matMul(b, matMul(b, x, y, false, true), x)), 'Gemm Gemm'],
    'a matrix less a product': [(b, x, y) => sub(b, x, matMul(b, matMul(b, y, y, false, true), y)), 'Gemm Gemm'],
    'a product less a matrix': [(b, x, y) => sub(b, matMul(b, matMul(b, y, y, false, true), y), x), 'Gemm Gemm'],
    'rows are added first': [(b, x, _, row) => add(b, add(b, x, row), unary(b, 'Exp', row)), 'Exp Add Add'],
    'a product and a row, through a reshape': [
      (b, x, y, row) => add(b, reshape(b, matMul(b, matMul(b, x, y, false, true), x), [2, 2, 3]), row),
      'Gemm Gemm Reshape',
    ],
  };
  test.each(Object.entries(table))('%s', (_, [write, expected]) => {
    expect(left(write)).toBe(expected);
  });
});

describe('factoring', () => {
  const table: Record<string, readonly [Write, string]> = {
    'x A + y A': [(b, x, y) => add(b, matMul(b, x, y, true), matMul(b, y, y, true)), 'Add Gemm'],
    'x A − 2 y A': [(b, x, y) => sub(b, matMul(b, x, y, true), matMul(b, mul(b, y, c(b, 2)), y, true)), 'Mul Sub Gemm'],
    'x e^y − e^y e^x': [
      (b, x, y) => sub(b, mul(b, x, unary(b, 'Exp', y)), mul(b, unary(b, 'Exp', y), unary(b, 'Exp', x))),
      'Exp Exp Sub Mul',
    ],
    'Σ x + Σ y': [(b, x, y) => add(b, sum(b, x, [0]), sum(b, y, [0])), 'Add ReduceSum'],
    'a tree of five': [
      (b, x, y) => {
        const products = [x, y, unary(b, 'Sin', x), unary(b, 'Sin', y), unary(b, 'Cos', x)].map((z) =>
          matMul(b, z, x, true),
        );
        return products.reduce((total, product) => add(b, total, product));
      },
      'Sin Sin Cos Add Add Add Add Gemm',
    ],
    'what is read elsewhere stays': [
      (b, x, y) => {
        const product = matMul(b, x, y, true);
        return add(b, unary(b, 'Sin', product), add(b, product, matMul(b, y, y, true)));
      },
      'Gemm Sin Gemm Add',
    ],
  };
  test.each(Object.entries(table))('%s', (_, [write, expected]) => {
    const [found, wanted] = [left(write), expected].map((list) => list.split(' ').sort().join(' '));
    expect(found).toBe(wanted);
  });
});

describe('a finished graph', () => {
  const b = createBuilder();
  const [x, w, unread] = [b.input('x', [4, 3]), b.input('w', [3, 2]), b.input('unread', [7])];
  const h = unary(b, 'Tanh', matMul(b, x, w));
  unary(b, 'Exp', h);
  const graph = finishGraph(b, { h, twice: mul(b, h, c(b, 2)), ones: b.splat(1, [100, 100]), w });

  test('keeps what its outputs reach, in order, and every input', () => {
    expect(graph.operations.map(({ op }) => op)).toEqual(['Gemm', 'Tanh', 'Mul', 'Expand', 'Identity']);
    expect(graph.inputs).toEqual([x, w, unread]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['h', 'twice', 'ones', 'w']);
  });

  test('holds no large constant for a large splat', () => {
    expect(Math.max(...graph.constants.map(({ elements }) => elements.length))).toBe(2);
  });

  test('prints', () => {
    const text = printGraph(graph);
    expect(text).toContain('input   x               float32 [4, 3]');
    expect(text).toMatch(/%\d+ +Gemm +\[4, 2\] +x, w$/m);
    expect(text).toMatch(/output +twice +%\d+$/m);
    expect(text).toMatch(/^5 operations: /m);
  });
});
