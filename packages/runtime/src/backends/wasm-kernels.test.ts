/** The replaced kernels against sums written out, and against gradients that go through them. */
import { getBackend, matMul, setBackend, tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openWasm } from './wasm.js';
import { replaceSlowKernels } from './wasm-kernels.js';

const scatter = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + phase));

const product = (
  a: (i: number, k: number) => number,
  b: (k: number, j: number) => number,
  n: number,
  m: number,
  p: number,
) =>
  Array.from({ length: n * p }, (_, at) => {
    let total = 0;
    for (let k = 0; k < m; k++) total += a(Math.floor(at / p), k) * b(k, at % p);
    return total;
  });

/** A sum of m products of numbers below one, in float32. */
const tolerance = (m: number): number => m * 2 ** -23;

const expectClose = (values: ArrayLike<number>, exact: readonly number[], within: number): void => {
  expect(values).toHaveLength(exact.length);
  exact.forEach((value, i) => {
    expect(Math.abs(values[i]! - value)).toBeLessThanOrEqual(within);
  });
};

describe('kernels of the wasm device', () => {
  beforeAll(async () => {
    await openWasm();
    // a second call replaces nothing twice
    replaceSlowKernels();
    await setBackend('wasm');
    expect(getBackend()).toBe('wasm');
  });

  test.each([
    [5, 7, 3],
    [1, 4, 6],
    [1, 300, 1],
    [33, 17, 1],
    [64, 50, 40],
  ])('products with transposed operands, %i × %i × %i', (n, m, p) => {
    const a = scatter(n * m, 0);
    const b = scatter(m * p, 1);
    const exact = product(
      (i, k) => a[i * m + k]!,
      (k, j) => b[k * p + j]!,
      n,
      m,
      p,
    );
    tidy(() => {
      const A = tensor(a, [n, m]);
      const B = tensor(b, [m, p]);
      const At = transpose(A);
      const Bt = transpose(B);
      expectClose(matMul(A, B).dataSync(), exact, tolerance(m));
      expectClose(matMul(At, B, true, false).dataSync(), exact, tolerance(m));
      expectClose(matMul(A, Bt, false, true).dataSync(), exact, tolerance(m));
      expectClose(matMul(At, Bt, true, true).dataSync(), exact, tolerance(m));
    });
  });

  test('batched products with transposed operands', () => {
    const a = scatter(2 * 3 * 4, 0);
    const b = scatter(2 * 3 * 5, 1);
    tidy(() => {
      const values = matMul(tensor(a, [2, 3, 4]), tensor(b, [2, 3, 5]), true, false).dataSync();
      for (const layer of [0, 1]) {
        const exact = product(
          (i, k) => a[layer * 12 + k * 4 + i]!,
          (k, j) => b[layer * 15 + k * 5 + j]!,
          4,
          3,
          5,
        );
        expectClose(values.subarray(layer * 20, layer * 20 + 20), exact, tolerance(3));
      }
    });
  });

  test('transposition moves every element, in blocks and their remainders', () => {
    for (const [rows, columns] of [
      [1, 9],
      [9, 1],
      [16, 16],
      [37, 21],
    ] as const) {
      const data = scatter(rows * columns, 2);
      tidy(() => {
        const turned = transpose(tensor(data, [rows, columns]));
        expect(turned.shape).toEqual([columns, rows]);
        const values = turned.dataSync();
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++) expect(values[j * rows + i]).toBe(data[i * columns + j]);
      });
    }
  });
});
