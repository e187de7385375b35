import { describe, expect, test } from 'vitest';
import { figure, tableText, wrapped } from './table.js';

describe('tables', () => {
  test('text to the left, figures to the right, a missing cell empty', () => {
    const rows = [
      { name: 'gamma', value: 0.1, ratio: '2.4 ×', meaning: 'rate' },
      { name: 'D', value: 10, ratio: '11.9 ×', meaning: undefined },
    ];
    expect(tableText(rows)).toBe(
      [
        'name   value   ratio  meaning',
        '─────  ─────  ──────  ───────',
        'gamma    0.1   2.4 ×  rate',
        'D         10  11.9 ×',
      ].join('\n'),
    );
  });
  test('the last column is wrapped at words to the width, never below 24 letters', () => {
    const rows = [{ id: 'a', summary: 'one two three four five six seven eight' }];
    expect(tableText(rows, 30).split('\n').slice(2)).toEqual(['a   one two three four five', '    six seven eight']);
    expect(tableText(rows, 5).split('\n')[1]).toBe(`──  ${'─'.repeat(24)}`);
  });
  test('rows of different keys share all columns', () => {
    expect(tableText([{ a: 'x' }, { b: 'y' }])).toBe('a  b\n─  ─\nx\n   y');
  });
});

test('figures have four digits; what is not finite is told', () => {
  expect([0.123456, 12345.6, 1e-9, Number.NaN, Number.POSITIVE_INFINITY].map(figure)).toEqual([
    ...['0.1235', '12350', '1e-9', 'NaN', 'Infinity'],
  ]);
});

test('a word longer than the line stands alone', () => {
  expect(wrapped('a extraordinarily b', 5)).toEqual(['a', 'extraordinarily', 'b']);
});
