/**
 * Expressions. A node is made by an `Algebra` alone, which shares equal ones: two nodes are the same object where they are the same expression.
 *
 *     number | symbol (a parameter left open) | time | counter (an index as a number, from 1) | entry (x_b[place]) | call | sum over an index
 *
 * Indices are loops: loop 0 is the index i of the row, sums have the others. A place is the entry `shift` behind a loop's index, or entry `shift` itself (from 0)
 * for loop −1; a scalar state has one entry.
 */
import type { Operation } from './operations.js';

export interface Place {
  readonly loop: number;
  readonly shift: number;
}
/** What a sum runs over: all entries of an index, or all but one. */
export interface Range {
  readonly loop: number;
  readonly size: number;
  /** `size` as it is written: a number or a symbol. */
  readonly count: Node;
  readonly except: Place | undefined;
}

interface Common {
  /** In order of making. */
  readonly id: number;
  /** Levels below. */
  readonly height: number;
  /** Bit ℓ is set where the value depends on the index of loop ℓ from outside. */
  readonly free: number;
  readonly readsTime: boolean;
  readonly readsState: boolean;
}
export type Term =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'time' }
  | { readonly kind: 'counter'; readonly loop: number }
  | { readonly kind: 'entry'; readonly state: number; readonly place: Place }
  | { readonly kind: 'call'; readonly operation: Operation; readonly args: readonly Node[] }
  | { readonly kind: 'sum'; readonly range: Range; readonly body: Node };
export type Node = Common & Term;
export type Entry = Extract<Node, { kind: 'entry' }>;
export type Sum = Extract<Node, { kind: 'sum' }>;

export const bit = (loop: number): number => (loop < 0 ? 0 : 1 << loop);
export const samePlace = (a: Place, b: Place): boolean => a.loop === b.loop && a.shift === b.shift;
export const isNumber = (node: Node): node is Extract<Node, { kind: 'number' }> => node.kind === 'number';
export const equals = (node: Node, value: number): boolean => node.kind === 'number' && node.value === value;
export const isZero = (node: Node): boolean => equals(node, 0);
