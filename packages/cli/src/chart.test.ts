import { expect, test } from 'vitest';
import { chart } from './chart.js';

test('a rising line from corner to corner, between labelled axes', () => {
  const line = chart(
    [
      {
        mark: '*',
        points: [
          { x: 0, y: 0 },
          { x: 10, y: 2 },
        ],
      },
    ],
    { width: 5, height: 3 },
  );
  expect(line.split('\n')).toEqual(['  2 ┤    *', '  1 ┤  **', '  0 ┤**', '    └─────', '     0  10']);
});

test('series have their own marks; a logarithmic axis leaves out what it cannot hold', () => {
  const points = (values: readonly number[]) => values.map((y, x) => ({ x, y }));
  const text = chart(
    [
      { mark: 'a', points: points([1, 10, 100]) },
      { mark: 'b', points: points([0, 1, 1]) },
    ],
    { width: 3, height: 3, logarithmic: true },
  );
  expect(text.split('\n').slice(0, 3)).toEqual(['  100 ┤  a', '   10 ┤ a', '    1 ┤bbb']);
});

test('values that do not vary, and no values', () => {
  expect(chart([{ mark: '*', points: [{ x: 1, y: 3 }] }], { width: 4, height: 3 })).toContain('****');
  expect(chart([{ mark: '*', points: [{ x: 1, y: Number.NaN }] }])).toBe('nothing to draw');
});
