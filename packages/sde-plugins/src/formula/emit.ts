/**
 * From expressions to JavaScript: straight lines of constants under loops over entries, every shared value computed once, at the outermost loop it allows.
 *
 *     for each row   const t, k (the row's first number)
 *       const v1 = y[k + 0];   const v2 = v1 * v1; …
 *       for (let v3 = 0; v3 < 100; v3++) { … }                     an index
 *
 * Nothing here has seen a text: names are numbered, numbers reprinted, operators those of operations.ts. `compile.ts` checks that again.
 */
import type { Layout } from './layout.js';
import { ownPlace, rowRange } from './layout.js';
import { bit, type Node, type Place, type Range } from './node.js';
import { ruleOf } from './operations.js';

/** A piece of code that is being written: the body of the row, or of a loop. */
export interface Block {
  readonly parent: Block | undefined;
  readonly loop: number | undefined;
  /** Variable of the loop. */
  readonly counter: string;
  readonly lines: string[];
  readonly names: Map<string, string>;
}

/** A position among the entries of a vector: code of an index that is always in range, and where it stands for an entry that exists. */
interface Position {
  readonly index: string;
  readonly exists?: string;
}

export class Emitter {
  private count = 0;
  readonly row: Block = { parent: undefined, loop: undefined, counter: '', lines: [], names: new Map() };
  constructor(private readonly layout: Layout) {}

  /** A variable or literal that holds the value of `node` in `block`. */
  value(node: Node, block: Block): string {
    if (node.kind === 'number') return literal(node.value);
    if (node.kind === 'time') return 't';
    const home = this.home(block, node.free);
    if (node.kind === 'counter') return this.once(home, `counter ${node.loop}`, () => `${home.counter} + 1`);
    return this.once(home, `node ${node.id}`, () => this.code(node, home));
  }

  /** The name of a constant, written into `block` the first time. */
  private once(block: Block, key: string, code: () => string): string {
    const known = block.names.get(key);
    if (known !== undefined) return known;
    const text = code();
    const name = this.fresh();
    block.lines.push(`const ${name} = ${text};`);
    block.names.set(key, name);
    return name;
  }
  fresh(): string {
    this.count += 1;
    return `v${this.count}`;
  }

  /** The outermost block in which every index of `free` has a value. */
  private home(block: Block, free: number): Block {
    let at = block;
    while (at.parent !== undefined && (at.loop === undefined || (free & bit(at.loop)) === 0)) at = at.parent;
    return at;
  }

  private code(node: Node, block: Block): string {
    switch (node.kind) {
      case 'entry': {
        const { index, exists } = this.position(node.state, node.place, block);
        const read = `y[k + ${index}]`;
        return exists === undefined ? read : `${exists} ? ${read} : 0`;
      }
      case 'sum': {
        const total = this.fresh();
        block.lines.push(`let ${total} = 0;`);
        this.loop(node.range, block, (inner) => {
          const term = this.value(node.body, inner);
          inner.lines.push(`${total} += ${term};`);
        });
        return total;
      }
      case 'call': {
        if (node.operation === 'pow') {
          const [base, exponent] = node.args;
          if (exponent!.kind === 'number' && isSmallWhole(exponent!.value)) {
            return this.wholePower(this.value(base!, block), exponent!.value, block);
          }
        }
        const args = node.args.map((arg) => this.value(arg, block));
        return ruleOf(node.operation).code(...args);
      }
      default:
        throw new Error(`no code for ${node.kind}`);
    }
  }

  /** By squaring. */
  private wholePower(base: string, exponent: number, block: Block): string {
    if (exponent < 0) return `1 / (${this.wholePower(base, -exponent, block)})`;
    if (exponent === 1) return base;
    const under = exponent >> 1;
    const half =
      under === 1 ? base : this.once(block, `${base} to ${under}`, () => this.wholePower(base, under, block));
    return exponent % 2 === 0 ? `${half} * ${half}` : `${half} * ${half} * ${base}`;
  }

  /** Code for every index of `range`, inside `block`. */
  loop({ loop, size, except }: Range, block: Block, body: (inner: Block) => void): void {
    const counter = this.fresh();
    const inner: Block = { parent: block, loop, counter, lines: [], names: new Map() };
    const left = except === undefined ? undefined : this.plainIndex(except, block);
    body(inner);
    if (left !== undefined) inner.lines.unshift(`if (${counter} === ${left}) continue;`);
    block.lines.push(`for (let ${counter} = 0; ${counter} < ${size}; ${counter}++) {`, ...inner.lines, '}');
  }
  private plainIndex({ loop, shift }: Place, block: Block): string {
    return loop < 0 ? `${shift}` : this.home(block, bit(loop)).counter;
  }

  /** Position of an entry in the row, counted from its first number. */
  position(state: number, place: Place, block: Block): Position {
    const { base, size } = this.layout.states[state]!;
    if (place.loop < 0) return { index: `${base + place.shift}` };
    const home = this.home(block, bit(place.loop));
    const { index, exists } = this.wrapped(home, place.shift, size);
    const at = base === 0 ? index : this.once(home, `${base} + ${index}`, () => `${base} + ${index}`);
    return exists === undefined ? { index: at } : { index: at, exists };
  }

  private wrapped(home: Block, shift: number, size: number): Position {
    const i = home.counter;
    const { boundary } = this.layout;
    const by = boundary === 'periodic' ? ((shift % size) + size) % size : shift;
    if (by === 0) return { index: i };
    const far = `${i} ${by < 0 ? '-' : '+'} ${Math.abs(by)}`;
    const inside = by < 0 ? `${i} >= ${-by}` : `${i} < ${Math.max(0, size - by)}`;
    const end = by < 0 ? '0' : `${size - 1}`;
    const other = boundary === 'periodic' ? `${i} - ${size - by}` : end;
    const index = this.once(home, `place ${by} of ${size}`, () => `${inside} ? ${far} : ${other}`);
    return boundary === 'zero' ? { index, exists: `(${inside})` } : { index };
  }

  /** Code for every equation of the process: a loop over the entries of a vector. `index` is the entry's position in the row. */
  rows(body: (state: number, block: Block, index: string) => void): void {
    this.layout.states.forEach((state, a) => {
      const place = ownPlace(state);
      if (!state.vector) body(a, this.row, this.position(a, place, this.row).index);
      else this.loop(rowRange(state), this.row, (inner) => body(a, inner, this.position(a, place, inner).index));
    });
  }
}

const isSmallWhole = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= 64 && value !== 0;
const literal = (value: number): string => (value < 0 ? `(${value})` : `${value}`);
