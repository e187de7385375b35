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
import { capacity, type NormalBlock, scriptNormals } from './normal-block.js';
import { block, threefry, toUniform } from './threefry.js';
import { vectorNormals } from './wasm/block.js';

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

/** From here on copying at once is faster than a number at a time. */
const few = 32;

let made: NormalBlock | undefined;
const normalBlock = (): NormalBlock => {
  made ??= vectorNormals() ?? scriptNormals();
  return made;
};

/** The normals of the n counters in `first` and `second` of the block, under the selected row key. */
const drawNormals = (n: number, out: Float64Array, outAt: number): void => {
  const { values, draw } = normalBlock();
  draw(rowKey0, rowKey1, n);
  if (n >= few) out.set(values.subarray(0, n), outAt);
  else for (let i = 0; i < n; i++) out[outAt + i] = values[i]!;
};

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
  const { first: c0, second: c1 } = normalBlock();
  c0.fill(row, 0, Math.min(count, capacity));
  for (let from = 0; from < count; from += capacity) {
    const n = Math.min(capacity, count - from);
    for (let j = 0; j < n; j++) c1[j] = column + from + j;
    drawNormals(n, out, outAt + from);
  }
};

/** Columns [column, column + count) of the rows first + rows[i], i < n, in ascending order: [n, count]. */
export const fillNormalRows = (
  key: Key,
  first: number,
  rows: Int32Array,
  n: number,
  column: number,
  count: number,
  out: Float64Array,
): void => {
  const beyond = n > 0 && first + rows[n - 1]! >= 2 ** 32;
  if (beyond || count > capacity / 2) {
    for (let i = 0; i < n; i++) fillNormalRow(key, first + rows[i]!, column, count, out, i * count);
    return;
  }
  selectRow(key, first);
  const { first: c0, second: c1 } = normalBlock();
  const together = Math.floor(capacity / count);
  for (let k = 0; k < Math.min(n, together) * count; k++) c1[k] = column + (k % count);
  for (let from = 0; from < n; from += together) {
    const m = Math.min(together, n - from);
    for (let i = 0, k = 0; i < m; i++) {
      const row = first + rows[from + i]!;
      for (let j = 0; j < count; j++, k++) c0[k] = row;
    }
    drawNormals(m * count, out, from * count);
  }
};

/** 0 … n − 1, longer on demand. */
let ordinals = new Int32Array(0);
const ordinalsTo = (n: number): Int32Array => {
  if (ordinals.length < n) ordinals = Int32Array.from({ length: n }, (_, i) => i);
  return ordinals;
};

/** Standard normals, [n, d]; element (i, j) depends on (key, first + i, j) alone. */
export const fillNormal = (key: Key, first: number, n: number, d: number, out: Float64Array): void =>
  fillNormalRows(key, first, ordinalsTo(n), n, 0, d, out);

/** Uniforms in the open interval (0, 1), [n, d]; element (i, j) depends on (key, first + i, j) alone. */
export const fillUniform = (key: Key, first: number, n: number, d: number, out: Float64Array): void => {
  for (let i = 0, k = 0; i < n; i++) {
    const row = first + i;
    selectRow(key, row);
    for (let j = 0; j < d; j++, k++) {
      threefry(rowKey0, rowKey1, row | 0, j);
      out[k] = toUniform(block[0]!, block[1]!);
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
