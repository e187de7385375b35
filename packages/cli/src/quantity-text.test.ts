import { expect, test } from 'vitest';
import { quantityOptions, quantityRows } from './quantity-text.js';

test('estimates stand with their interval', () => {
  expect(quantityRows([{ t: 1, total: { value: 8.01234, low: 7.9, high: 8.1 }, note: 'x' }])).toEqual([
    { t: 1, total: '8.012 (7.9 … 8.1)', note: 'x' },
  ]);
});

test('options are numbers, words, truth values and lists of these', () => {
  expect(
    quantityOptions(['cells=30', 'parity=[even, odd]', 'wholeScore=true', 'start=[-1,0.5]', 'name=x', 'none=[]']),
  ).toEqual({
    cells: 30,
    parity: ['even', 'odd'],
    wholeScore: true,
    start: [-1, 0.5],
    name: 'x',
    none: [],
  });
  expect(() => quantityOptions(['cells'])).toThrow('--option takes name=value');
});
