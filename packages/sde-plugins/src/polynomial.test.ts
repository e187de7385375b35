import { describe, expect, test } from 'vitest';
import { confines, derivative, polynomialText, trimmed, valueAt } from './polynomial.js';

describe('polynomials', () => {
  test('values and derivatives', () => {
    expect(valueAt([1, -2, 0, 3], 2)).toBe(1 - 4 + 24);
    expect(derivative([1, -2, 0, 3])).toEqual([-2, 0, 9]);
    expect(valueAt(derivative([5]), 3)).toBe(0);
  });

  test.each([
    [[0, 0, 0.5], true],
    [[0, 0, -0.5], false],
    [[0, 0, 0, 1], false],
    [[0, 1], false],
    [[0, 0, -1, 0, 0.1], true],
    [[3], false],
    [[], false],
  ])('%j confines: %s', (c, yes) => {
    expect(confines(c)).toBe(yes);
  });

  test('leading zeros go', () => {
    expect(trimmed([1, 2, 0, 0])).toEqual([1, 2]);
    expect(trimmed([0, 0])).toEqual([]);
  });

  test.each([
    [[0, 1, 0, -1], '-x^3 + x'],
    [[-1], '-1'],
    [[0.5, -2.5, 1], 'x^2 - 2.5 x + 0.5'],
    [[], '0'],
  ])('%j reads %s', (c, text) => {
    expect(polynomialText(c)).toBe(text);
  });
});
