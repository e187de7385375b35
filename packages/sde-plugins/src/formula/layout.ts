/**
 * Where the entries of the states lie in a row of a batch: states one after the other as they are named, the entries of a vector side by side.
 */
import type { Node, Place, Range } from './node.js';

/** What an index beyond either end of a vector means: the other end, the end itself, or 0. */
export type Boundary = 'periodic' | 'open' | 'zero';

export interface StateLayout {
  readonly name: string;
  /** Entries of a vector, 1 of a scalar. */
  readonly size: number;
  /** The size as it is written: a number or a symbol. */
  readonly count: Node;
  readonly vector: boolean;
  /** Of entry 0 in a row. */
  readonly base: number;
}
export interface Layout {
  readonly states: readonly StateLayout[];
  readonly dim: number;
  readonly boundary: Boundary;
}

/** The entry that an equation of the state is about: entry i of a vector, with i the row's index. */
export const ownPlace = ({ vector }: StateLayout): Place => (vector ? { loop: 0, shift: 0 } : { loop: -1, shift: 0 });

/** The loop over the rows of a vector's equations. */
export const rowRange = ({ size, count }: StateLayout): Range => ({ loop: 0, size, count, except: undefined });
