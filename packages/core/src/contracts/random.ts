/**
 * Keys of the counter-based generator: a draw is a pure function of (key, row, column), so nothing depends on batch split, order or worker.
 */

/** An immutable 64-bit key. `at` derives an independent one from labels: `key.at('bank', epoch)`. */
export interface Key {
  readonly words: readonly [number, number];
  at(...labels: readonly (string | number)[]): Key;
}
