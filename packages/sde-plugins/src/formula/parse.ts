/**
 * From text to an expression, by precedence (Pratt 1973).
 *
 *     sum      a + b   a − b              left to right
 *     product  a * b   a / b   2 x        left to right; two things side by side are multiplied, not after a division
 *     sign     −a                         below powers: −x² = −(x²)
 *     power    a ^ b                      right to left: 2^3^2 = 2^9
 *     call     sin(x)   sum(j, …)   sum(j != i, …)   mean(j, …)       entry  x[i]  x[i + 1]  x[3]
 *
 * Names are looked up in tables of what this process declares; there is nothing else to find. An index runs over the vectors it is used in. E_FORMULA, pointing at the
 * character.
 */
import type { Algebra } from './algebra.js';
import { Indices } from './indices.js';
import type { StateLayout } from './layout.js';
import {
  bracketsAfter,
  functionAlone,
  noIndex,
  sideBySide,
  takenIndex,
  tooDeep,
  tooLarge,
  unexpected,
  unknownFunction,
  unknownName,
  unusedIndex,
  wrongArguments,
} from './mistakes.js';
import type { Node, Place } from './node.js';
import { functionNames, ruleOf } from './operations.js';
import type { Source } from './refusal.js';
import { TokenReader } from './token-reader.js';
import type { Token } from './tokens.js';

/** What names mean. */
export interface Scope {
  readonly algebra: Algebra;
  readonly states: readonly StateLayout[];
  readonly parameters: ReadonlyMap<string, Node>;
  /** Parameters that are whole numbers, for indices. */
  readonly whole: ReadonlyMap<string, number>;
}

export const constants: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['π', Math.PI],
  ['e', Math.E],
]);
const sums: ReadonlySet<string> = new Set(['sum', 'mean']);
/** Names with a meaning of their own. */
export const isReserved = (name: string): boolean =>
  name === 't' || constants.has(name) || sums.has(name) || functionNames.has(name);

const power = { sum: 10, product: 20, sign: 25, power: 30 } as const;
const infix: ReadonlyMap<string, { operation: 'add' | 'sub' | 'mul' | 'div' | 'pow'; left: number; right: number }> =
  new Map([
    ['+', { operation: 'add', left: power.sum, right: power.sum + 1 }],
    ['-', { operation: 'sub', left: power.sum, right: power.sum + 1 }],
    ['*', { operation: 'mul', left: power.product, right: power.product + 1 }],
    ['/', { operation: 'div', left: power.product, right: power.product + 1 }],
    ['^', { operation: 'pow', left: power.power, right: power.sign }],
  ]);

/** Brackets, signs and calls inside one another. */
const deepest = 100;

/** The expression of `source`; in the equation of a vector, `row` is that state and `i` its index. */
export const parseFormula = (source: Source, scope: Scope, row?: StateLayout): Node =>
  new Parser(source, scope, row).whole();

class Parser {
  private readonly reader: TokenReader;
  private readonly indices: Indices;
  private readonly states: ReadonlyMap<string, number>;
  private depth = 0;

  constructor(
    source: Source,
    private readonly scope: Scope,
    row: StateLayout | undefined,
  ) {
    this.reader = new TokenReader(source);
    this.indices = new Indices(this.reader, row);
    this.states = new Map(scope.states.map(({ name }, state) => [name, state]));
  }

  whole(): Node {
    const node = this.expression(0);
    const last = this.reader.peek();
    return last.kind === 'end' ? node : this.reader.refuse(last, unexpected(last, 'an operator or the end'));
  }

  private expression(least: number): Node {
    const { reader } = this;
    this.depth += 1;
    if (this.depth > deepest) reader.refuse(reader.peek(), tooDeep(deepest));
    let left = this.operand();
    let divided = false;
    for (;;) {
      const token = reader.peek();
      const operator = token.kind === 'symbol' ? infix.get(token.text) : undefined;
      if (operator !== undefined && operator.left >= least) {
        reader.take();
        left = this.scope.algebra.call(operator.operation, [left, this.expression(operator.right)]);
        divided = operator.operation === 'div';
      } else if (power.product >= least && (token.kind === 'name' || token.text === '(')) {
        if (divided) reader.refuse(token, sideBySide);
        left = this.scope.algebra.mul(left, this.expression(power.product + 1));
      } else break;
    }
    this.depth -= 1;
    return left;
  }

  private operand(): Node {
    const { algebra } = this.scope;
    const token = this.reader.take();
    if (token.kind === 'number') return algebra.number(this.finite(token));
    if (token.kind === 'name') return this.name(token);
    if (token.text === '-') return algebra.neg(this.expression(power.sign));
    if (token.text === '+') return this.expression(power.sign);
    if (token.text !== '(') return this.reader.refuse(token, unexpected(token, 'a number, a name or a bracket'));
    const inner = this.expression(0);
    this.reader.demand(')');
    return inner;
  }

  private finite(token: Token): number {
    const value = Number(token.text);
    return Number.isFinite(value) ? value : this.reader.refuse(token, tooLarge);
  }

  private name(token: Token): Node {
    const { algebra, parameters } = this.scope;
    const { text } = token;
    const called = this.reader.sees('(');
    if (called && sums.has(text)) return this.sum(token);
    if (called && functionNames.has(text)) return this.call(token);
    const index = this.indices.find(text);
    if (index !== undefined) return algebra.counter(index.loop);
    const state = this.states.get(text);
    if (state !== undefined) return this.entry(token, state);
    const parameter = parameters.get(text);
    if (parameter !== undefined) return parameter;
    if (text === 't') return algebra.time();
    const constant = constants.get(text);
    return constant === undefined ? this.unknown(token, called) : algebra.number(constant);
  }

  private call(token: Token): Node {
    const { algebra } = this.scope;
    const { reader } = this;
    const operation = functionNames.get(token.text)!;
    const { arity } = ruleOf(operation);
    reader.demand('(');
    const args = [this.expression(0)];
    while (reader.takes(',')) args.push(this.expression(0));
    reader.demand(')');
    const several = (operation === 'min' || operation === 'max') && args.length > 2;
    if (several) return args.reduce((left, right) => algebra.call(operation, [left, right]));
    if (args.length === arity) return algebra.call(operation, args);
    return reader.refuse(token, wrongArguments(token.text, args.length, arity));
  }

  /** sum(j, body), sum(j != i, body) and their means. */
  private sum(token: Token): Node {
    const { algebra } = this.scope;
    const { reader } = this;
    reader.demand('(');
    const name = reader.take();
    if (name.kind !== 'name') reader.refuse(name, unexpected(name, 'the name of an index, as in sum(j, x[j])'));
    if (this.taken(name.text)) reader.refuse(name, takenIndex(name.text));
    const index = this.indices.next(name.text, token);
    const except = reader.takes('!=') ? this.place(undefined) : undefined;
    reader.demand(',');
    const body = this.indices.within(index, () => this.expression(0));
    reader.demand(')');
    if (index.range === undefined) return reader.refuse(name, unusedIndex(name.text));
    const { size, count } = index.range;
    if (except !== undefined) this.indices.checkExcept(except, size, name);
    const total = algebra.sum({ loop: index.loop, size, count, except }, body);
    return token.text === 'sum' ? total : algebra.div(total, count);
  }

  private taken(name: string): boolean {
    return (
      isReserved(name) ||
      this.states.has(name) ||
      this.scope.parameters.has(name) ||
      this.indices.find(name) !== undefined
    );
  }

  private entry(token: Token, state: number): Node {
    const { algebra, states } = this.scope;
    const layout = states[state]!;
    const bracket = this.reader.takes('[');
    if (bracket !== layout.vector) this.reader.refuse(token, bracketsAfter(layout));
    if (!bracket) return algebra.entry(state, { loop: -1, shift: 0 });
    const place = this.place(layout);
    this.reader.demand(']');
    return algebra.entry(state, place);
  }

  /** `i`, `j + 1`, `3` or `N − 1`. */
  private place(layout: StateLayout | undefined): Place {
    const { reader } = this;
    const first = reader.take();
    const index = first.kind === 'name' ? this.indices.find(first.text) : undefined;
    let shift = index === undefined ? this.wholeNumber(first) : 0;
    for (;;) {
      const sign = reader.takes('+') ? 1 : reader.takes('-') ? -1 : 0;
      if (sign === 0) return this.indices.place(index, shift, layout, first);
      shift += sign * this.wholeNumber(reader.take());
    }
  }

  private wholeNumber(token: Token): number {
    const value = token.kind === 'number' ? Number(token.text) : this.scope.whole.get(token.text);
    if (value !== undefined && Number.isSafeInteger(value) && Math.abs(value) <= 1e9) return value;
    return this.reader.refuse(token, noIndex(token.text, this.indices.names()));
  }

  private unknown(token: Token, called: boolean): never {
    const { text } = token;
    if (functionNames.has(text) || sums.has(text)) return this.reader.refuse(token, functionAlone(text));
    const names = [...this.states.keys(), ...this.scope.parameters.keys(), ...this.indices.names(), 't'];
    const functions = [...functionNames.keys(), ...sums];
    return this.reader.refuse(token, called ? unknownFunction(text, functions, names) : unknownName(text, names));
  }
}
