/** Values of the image operators against their definitions, summed in float64. */
import { env, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { avgPool, conv2d, groupNorm, type Tensor, tensor, tidy, upsample } from '../index.js';

beforeAll(async () => {
  env().set('IS_TEST', true); // no banner
  await import('@tensorflow/tfjs-backend-cpu');
  await setBackend('cpu');
});

const values = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(Math.sin(12.9898 * (i + 1) + seed)));
/** Float32 sums of some twenty terms of order one. */
const tolerance = 5e-6;
const expectClose = (actual: Tensor, expected: readonly number[]): void => {
  const found = actual.dataSync();
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(found[i]! - value), `element ${i}`).toBeLessThan(tolerance);
  });
};

const [n, h, w, c] = [2, 4, 4, 4] as const;
const data = values(n * h * w * c, 1);
const images = (): Tensor => tensor(data, [n, h, w, c]);
const at = (b: number, i: number, j: number, k: number): number =>
  i < 0 || j < 0 || i >= h || j >= w ? 0 : data[((b * h + i) * w + j) * c + k]!;
const each = (rows: number, columns: number, channels: number, f: (...index: number[]) => number): number[] =>
  Array.from({ length: n * rows * columns * channels }, (_, e) => {
    const [k, p] = [e % channels, Math.floor(e / channels)];
    return f(Math.floor(p / (rows * columns)), Math.floor(p / columns) % rows, p % columns, k);
  });

describe('values', () => {
  test.each([1, 2])('conv2d with stride %i', (stride) => {
    const filter = values(3 * 3 * c * 2, 2);
    // `same` puts the odd zero below and to the right.
    const before = stride === 1 ? 1 : 0;
    const expected = each(h / stride, w / stride, 2, (b, i, j, o) => {
      let sum = 0;
      for (let u = 0; u < 3; u++) {
        for (let v = 0; v < 3; v++) {
          for (let k = 0; k < c; k++) {
            sum +=
              at(b!, stride * i! + u - before, stride * j! + v - before, k) * filter[((u * 3 + v) * c + k) * 2 + o!]!;
          }
        }
      }
      return sum;
    });
    tidy(() => expectClose(conv2d(images(), tensor(filter, [3, 3, c, 2]), { stride }), expected));
  });

  test('avgPool and upsample', () => {
    const pooled = each(2, 2, c, (b, i, j, k) => {
      const corner = [2 * i!, 2 * j!] as const;
      return (
        (at(b!, corner[0], corner[1], k!) +
          at(b!, corner[0] + 1, corner[1], k!) +
          at(b!, corner[0], corner[1] + 1, k!) +
          at(b!, corner[0] + 1, corner[1] + 1, k!)) /
        4
      );
    });
    tidy(() => expectClose(avgPool(images(), 2), pooled));
    const enlarged = each(2 * h, 2 * w, c, (b, i, j, k) => at(b!, Math.floor(i! / 2), Math.floor(j! / 2), k!));
    tidy(() => expectClose(upsample(images(), 2), enlarged));
  });

  test('groupNorm', () => {
    const [scale, shift] = [values(c, 3), values(c, 4)];
    const moments = (b: number, group: number): readonly [number, number] => {
      const members = [0, 1].flatMap((k) =>
        Array.from({ length: h * w }, (_, p) => at(b, Math.floor(p / w), p % w, 2 * group + k)),
      );
      const mean = members.reduce((sum, x) => sum + x, 0) / members.length;
      return [mean, members.reduce((sum, x) => sum + (x - mean) ** 2, 0) / members.length];
    };
    const expected = each(h, w, c, (b, i, j, k) => {
      const [mean, variance] = moments(b!, Math.floor(k! / 2));
      return ((at(b!, i!, j!, k!) - mean) / Math.sqrt(variance + 1e-5)) * scale[k!]! + shift[k!]!;
    });
    tidy(() => expectClose(groupNorm(images(), 2, tensor(scale), tensor(shift)), expected));
  });
});
