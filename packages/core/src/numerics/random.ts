/**
 * Keys and draws of the counter-based generator.
 *
 *     element (row r, column j) = F(Threefry_key(r, j)),    F: 52 bits → (0, 1), → Φ⁻¹ of that, → ±1
 *
 * A draw is a pure function of (key, row, column): nothing depends on batch split, order or worker. `key.at(labels)` chains one encryption a label under a key
 * altered by the label's kind, so children never share counters with the draws of their parent, and `at('a', 'b')` is `at('a').at('b')`. Uniforms are
 * (k + ½) 2⁻⁵², never 0 or 1. Rows are exact up to 2⁵³: those from 2³² on are drawn under a key of their own high word.
 */
import type { Key } from '../contracts/index.js';
import { fail } from '../errors.js';
import { normalQuantile } from './normal-quantile.js';
import { block, threefry } from './threefry.js';

const numberKind = 0x6e756d62;
const stringKind = 0x74657874;
const rootKind = 0x726f6f74;
const rowKind = 0x726f7773;

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

const absorbNumber = (a: number, b: number, label: number): void => {
  if (Number.isNaN(label)) {
    fail('E_NOT_FINITE', {
      summary: 'a key label is not a number',
      got: 'NaN',
      expected: 'a string or a number',
      tryThis: ['check the index that was passed to key.at'],
    });
  }
  double[0] = label + 0; // −0 and 0 are one label
  threefry(a ^ numberKind, b, halves[0]!, halves[1]!);
};

/** Four UTF-16 units a block, closed by the length. */
const absorbString = (a: number, b: number, label: string): void => {
  block[0] = a;
  block[1] = b;
  const unit = (i: number): number => (i < label.length ? label.charCodeAt(i) : 0);
  for (let i = 0; i < label.length; i += 4) {
    threefry(block[0]! ^ stringKind, block[1]!, unit(i) | (unit(i + 1) << 16), unit(i + 2) | (unit(i + 3) << 16));
  }
  threefry(block[0]! ^ stringKind, block[1]! ^ stringKind, label.length, 0);
};

/** The key with exactly these two 32-bit words: how a key crosses to a worker or a checkpoint. */
export const keyFromWords = (words: readonly [number, number]): Key => {
  const a = words[0] >>> 0;
  const b = words[1] >>> 0;
  return {
    words: [a, b],
    at(...labels) {
      let x = a;
      let y = b;
      for (const label of labels) {
        if (typeof label === 'string') absorbString(x, y, label);
        else absorbNumber(x, y, label);
        x = block[0]!;
        y = block[1]!;
      }
      return keyFromWords([x, y]);
    },
  };
};

/** The key of a run. `seed`: an integer from 0 to 2⁵³ − 1; E_PARAMETERS otherwise. */
export const rootKey = (seed: number): Key => {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    return fail('E_PARAMETERS', {
      summary: 'a seed must be a whole number',
      got: String(seed),
      expected: 'an integer from 0 to 2^53 − 1',
      tryThis: ['seed: 0'],
    });
  }
  threefry(rootKind, 0, seed | 0, Math.floor(seed / 2 ** 32));
  return keyFromWords([block[0]!, block[1]!]);
};

let rowKey0 = 0;
let rowKey1 = 0;
/** Sets the key under which row `row` is drawn. */
const selectRow = (key: Key, row: number): void => {
  rowKey0 = key.words[0] | 0;
  rowKey1 = key.words[1] | 0;
  if (row >= 2 ** 32) {
    threefry(rowKey0 ^ rowKind, rowKey1, Math.floor(row / 2 ** 32), 0);
    rowKey0 = block[0]!;
    rowKey1 = block[1]!;
  }
};

const uniform = (): number => ((block[0]! >>> 6) * 2 ** 26 + (block[1]! >>> 6) + 0.5) * 2 ** -52;

/** Standard normals of one row: columns [column, column + count) into `out[outAt …]`. */
export const fillNormalRow = (
  key: Key,
  row: number,
  column: number,
  count: number,
  out: Float64Array,
  outAt: number,
): void => {
  selectRow(key, row);
  for (let j = 0; j < count; j++) {
    threefry(rowKey0, rowKey1, row | 0, column + j);
    out[outAt + j] = normalQuantile(uniform());
  }
};

/** Standard normals, [n, d]; element (i, j) depends on (key, first + i, j) alone. */
export const fillNormal = (key: Key, first: number, n: number, d: number, out: Float64Array): void => {
  for (let i = 0; i < n; i++) fillNormalRow(key, first + i, 0, d, out, i * d);
};

/** Uniforms in the open interval (0, 1), [n, d]; element (i, j) depends on (key, first + i, j) alone. */
export const fillUniform = (key: Key, first: number, n: number, d: number, out: Float64Array): void => {
  for (let i = 0, k = 0; i < n; i++) {
    const row = first + i;
    selectRow(key, row);
    for (let j = 0; j < d; j++, k++) {
      threefry(rowKey0, rowKey1, row | 0, j);
      out[k] = uniform();
    }
  }
};

/** Signs ±1 with equal probability, [n, d]; element (i, j) depends on (key, first + i, j) alone. */
export const fillRademacher = (key: Key, first: number, n: number, d: number, out: Float64Array): void => {
  for (let i = 0, k = 0; i < n; i++) {
    const row = first + i;
    selectRow(key, row);
    for (let j = 0; j < d; j++, k++) {
      threefry(rowKey0, rowKey1, row | 0, j);
      out[k] = block[0]! < 0 ? -1 : 1;
    }
  }
};
