import { describe, expect, test } from 'vitest';
import { decodeCsv, encodeCsv } from './csv.js';

const code = (name: string) => expect.objectContaining({ code: name });

describe('csv', () => {
  test('numbers with and without names, comments, other separators', () => {
    const expected = { data: Float64Array.of(1, 2, 3, -4e-3), n: 2, d: 2 };
    expect(decodeCsv('1,2\n3,-4e-3\n')).toEqual(expected);
    expect(decodeCsv('# swimmers\nx, v\r\n1, 2\r\n\r\n3, -4e-3')).toEqual(expected);
    expect(decodeCsv('x;v\n1;2\n3;-4e-3\n')).toEqual(expected);
  });

  test('columns by name and by number', () => {
    expect(decodeCsv('x,name,v\n1,a,2\n3,b,4', 'f', { columns: ['v', 'x'] }).data).toEqual(Float64Array.of(2, 1, 4, 3));
    expect(decodeCsv('1,2,3', 'f', { columns: [2] })).toEqual({ data: Float64Array.of(3), n: 1, d: 1 });
    expect(() => decodeCsv('x,v\n1,2', 'f', { columns: ['w'] })).toThrow(code('E_DATA'));
  });

  test('every float64 survives a round trip', () => {
    const data = Float64Array.of(0.1, 1 / 3, -0, 5e-324, 1.7976931348623157e308, 2 ** 53);
    expect(decodeCsv(encodeCsv({ data, n: 3, d: 2 })).data.map((value) => value + 0)).toEqual(
      data.map((value) => value + 0),
    );
  });

  test('refuses by code, naming the line', () => {
    expect(() => decodeCsv('')).toThrow(code('E_SHAPE'));
    expect(() => decodeCsv('x,v\n')).toThrow(code('E_SHAPE'));
    expect(() => decodeCsv('1,2\n3\n')).toThrow(code('E_SHAPE'));
    expect(() => decodeCsv('1,2\n3,\n')).toThrow(code('E_NOT_FINITE'));
    expect(() => decodeCsv('1,2\n3,nan\n')).toThrow(code('E_NOT_FINITE'));
    expect(() => decodeCsv('1,2\n3,1e999\n')).toThrow(code('E_NOT_FINITE'));
    expect(() => decodeCsv('nan,2\n3,4\n')).toThrow(code('E_NOT_FINITE'));
    expect(() => decodeCsv('1,2\n3,four\n')).toThrow(
      expect.objectContaining({ code: 'E_FORMAT', got: "'four' on line 2, column 2" }),
    );
  });
});
