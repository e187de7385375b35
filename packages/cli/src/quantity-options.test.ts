import { expect, test } from 'vitest';
import { quantityOptions } from './quantity-options.js';

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
