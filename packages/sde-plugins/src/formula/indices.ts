/**
 * The indices that are in force at a place of a formula, innermost last: those of the sums around it and, in the equation of a vector, i. What an index runs over is known
 * once it is used in a vector. E_FORMULA, pointing at the token.
 */
import type { StateLayout } from './layout.js';
import { noEntry, noTermLeftOut, otherRange, tooManySums } from './mistakes.js';
import type { Place } from './node.js';
import type { TokenReader } from './token-reader.js';
import type { Token } from './tokens.js';

/** Sums inside one another. */
const mostLoops = 6;

export interface Index {
  readonly name: string;
  readonly loop: number;
  range: Pick<StateLayout, 'size' | 'count' | 'name'> | undefined;
}

export class Indices {
  private readonly inForce: Index[] = [];

  /** @param row The vector whose equation this is. */
  constructor(
    private readonly reader: TokenReader,
    row: StateLayout | undefined,
  ) {
    if (row?.vector) this.inForce.push({ name: 'i', loop: 0, range: row });
  }

  names(): readonly string[] {
    return this.inForce.map(({ name }) => name);
  }
  find(name: string): Index | undefined {
    return this.inForce.findLast((index) => index.name === name);
  }

  /** The index of a sum that starts at `sum`; not in force yet. */
  next(name: string, sum: Token): Index {
    const loop = 1 + Math.max(0, ...this.inForce.map((index) => index.loop));
    if (loop > mostLoops) this.reader.refuse(sum, tooManySums(mostLoops));
    return { name, loop, range: undefined };
  }
  /** What `read` gives while the index is in force. */
  within<T>(index: Index, read: () => T): T {
    this.inForce.push(index);
    const result = read();
    this.inForce.pop();
    return result;
  }

  /** Entry `shift` beyond the index, or number `shift` from 1 where there is none; of a vector, in its range. */
  place(index: Index | undefined, shift: number, layout: StateLayout | undefined, token: Token): Place {
    if (index === undefined) {
      const missing = layout !== undefined && !(shift >= 1 && shift <= layout.size);
      return missing ? this.reader.refuse(token, noEntry(layout, shift)) : { loop: -1, shift: shift - 1 };
    }
    if (layout !== undefined) this.bind(index, layout, token);
    return { loop: index.loop, shift };
  }
  private bind(index: Index, layout: StateLayout, token: Token): void {
    index.range ??= layout;
    if (index.range.size !== layout.size) this.reader.refuse(token, otherRange(index.name, index.range, layout));
  }

  /** What a sum of `size` terms leaves out is one of them: another index over as many entries, or one entry. */
  checkExcept({ loop, shift }: Place, size: number, token: Token): void {
    const other = this.inForce.find((index) => index.loop === loop);
    const fits = other === undefined ? shift >= 0 && shift < size : shift === 0 && (other.range?.size ?? size) === size;
    if (!fits) this.reader.refuse(token, noTermLeftOut(token.text, size));
  }
}
