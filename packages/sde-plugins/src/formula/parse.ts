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
import { probablyMeant } from '@fokker/core';
import type { Algebra } from './algebra.js';
import type { StateLayout } from './layout.js';
import type { Node, Place } from './node.js';
import { functionNames, ruleOf } from './operations.js';
import { type Reason, refuse, type Source } from './refusal.js';
import { type Token, tokensOf } from './tokens.js';

/** What names mean. */
export interface Scope {
  readonly algebra: Algebra;
  readonly states: readonly StateLayout[];
  readonly parameters: ReadonlyMap<string, Node>;
  /** Parameters that are whole numbers, for indices. */
  readonly whole: ReadonlyMap<string, number>;
  /** Names of functions, constants and sums, which no state or parameter may take, are here. */
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
/** Sums inside one another. */
const mostLoops = 6;

interface Index {
  readonly name: string;
  readonly loop: number;
  /** Known once the index is used in a vector. */
  range: Pick<StateLayout, 'size' | 'count' | 'name'> | undefined;
}

/** The expression of `source`; in the equation of a vector, `row` is that state and `i` its index. */
export const parseFormula = (source: Source, scope: Scope, row?: StateLayout): Node =>
  new Parser(source, scope, row).whole();

class Parser {
  private readonly tokens: readonly Token[];
  private readonly indices: Index[] = [];
  private readonly states: ReadonlyMap<string, number>;
  private at = 0;
  private depth = 0;

  constructor(
    private readonly source: Source,
    private readonly scope: Scope,
    row: StateLayout | undefined,
  ) {
    this.tokens = tokensOf(source);
    this.states = new Map(scope.states.map(({ name }, state) => [name, state]));
    if (row?.vector) this.indices.push({ name: 'i', loop: 0, range: row });
  }

  whole(): Node {
    const node = this.expression(0);
    const { kind } = this.peek();
    return kind === 'end' ? node : this.refuse(this.peek(), unexpected(this.peek(), 'an operator or the end'));
  }

  private peek(): Token {
    return this.tokens[this.at]!;
  }
  private take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.at += 1;
    return token;
  }
  private takes(symbol: string): boolean {
    const found = this.peek().kind === 'symbol' && this.peek().text === symbol;
    if (found) this.at += 1;
    return found;
  }
  private demand(symbol: string): void {
    if (!this.takes(symbol)) this.refuse(this.peek(), unexpected(this.peek(), `'${symbol}'`));
  }
  private refuse(token: Token, reason: Reason): never {
    return refuse(this.source, token.at, reason);
  }

  private expression(least: number): Node {
    this.depth += 1;
    if (this.depth > deepest) {
      this.refuse(this.peek(), {
        summary: 'brackets, signs and calls inside one another without end',
        expected: `at most ${deepest} levels`,
        tryThis: ['write the formula with fewer brackets'],
      });
    }
    let left = this.operand();
    let divided = false;
    for (;;) {
      const token = this.peek();
      const operator = token.kind === 'symbol' ? infix.get(token.text) : undefined;
      if (operator !== undefined && operator.left >= least) {
        this.at += 1;
        left = this.scope.algebra.call(operator.operation, [left, this.expression(operator.right)]);
        divided = operator.operation === 'div';
      } else if (power.product >= least && (token.kind === 'name' || token.text === '(')) {
        if (divided) this.refuse(token, sideBySide);
        left = this.scope.algebra.mul(left, this.expression(power.product + 1));
      } else break;
    }
    this.depth -= 1;
    return left;
  }

  private operand(): Node {
    const { algebra } = this.scope;
    const token = this.take();
    if (token.kind === 'number') return algebra.number(this.finite(token));
    if (token.kind === 'name') return this.name(token);
    if (token.text === '-') return algebra.neg(this.expression(power.sign));
    if (token.text === '+') return this.expression(power.sign);
    if (token.text !== '(') return this.refuse(token, unexpected(token, 'a number, a name or a bracket'));
    const inner = this.expression(0);
    this.demand(')');
    return inner;
  }

  private finite(token: Token): number {
    const value = Number(token.text);
    if (Number.isFinite(value)) return value;
    return this.refuse(token, {
      summary: 'a number beyond the reach of float64',
      expected: 'numbers below 1.8e308',
      tryThis: ['other units'],
    });
  }

  private name(token: Token): Node {
    const { algebra, parameters } = this.scope;
    const { text } = token;
    const called = this.peek().kind === 'symbol' && this.peek().text === '(';
    if (called && sums.has(text)) return this.sum(token);
    if (called && functionNames.has(text)) return this.call(token);
    const index = this.indices.findLast(({ name }) => name === text);
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
    const operation = functionNames.get(token.text)!;
    const { arity } = ruleOf(operation);
    this.demand('(');
    const args = [this.expression(0)];
    while (this.takes(',')) args.push(this.expression(0));
    this.demand(')');
    const several = (operation === 'min' || operation === 'max') && args.length > 2;
    if (several) return args.reduce((left, right) => algebra.call(operation, [left, right]));
    if (args.length === arity) return algebra.call(operation, args);
    return this.refuse(token, {
      summary: `'${token.text}' does not take ${args.length} arguments`,
      expected: arity === 1 ? 'one argument' : `${arity} arguments`,
      tryThis: [`${token.text}(${arity === 1 ? 'x' : 'x, y'})`],
    });
  }

  /** sum(j, body), sum(j != i, body) and their means. */
  private sum(token: Token): Node {
    const { algebra } = this.scope;
    this.demand('(');
    const name = this.take();
    if (name.kind !== 'name') this.refuse(name, unexpected(name, 'the name of an index, as in sum(j, x[j])'));
    if (this.taken(name.text)) {
      this.refuse(name, {
        summary: `'${name.text}' has another meaning here`,
        expected: 'a new name for the index of the sum',
        tryThis: ['sum(j, x[j])'],
      });
    }
    const index: Index = {
      name: name.text,
      loop: 1 + Math.max(0, ...this.indices.map(({ loop }) => loop)),
      range: undefined,
    };
    if (index.loop > mostLoops) {
      this.refuse(token, {
        summary: 'too many sums inside one another',
        expected: `at most ${mostLoops}`,
        tryThis: ['a sum of products as a product of sums'],
      });
    }
    const except = this.takes('!=') ? this.place(undefined) : undefined;
    this.demand(',');
    this.indices.push(index);
    const body = this.expression(0);
    this.indices.pop();
    this.demand(')');
    const { range } = index;
    if (range === undefined) {
      return this.refuse(name, {
        summary: `'${name.text}' is the index of no vector`,
        expected: `a vector state with that index in the sum, as in sum(${name.text}, x[${name.text}])`,
        tryThis: ['a product with the number of terms'],
      });
    }
    const { size, count } = range;
    if (except !== undefined) this.checkExcept(except, size, name);
    const total = algebra.sum({ loop: index.loop, size, count, except }, body);
    return token.text === 'sum' ? total : algebra.div(total, count);
  }

  /** What is left out is one of the terms: another index over as many entries, or one entry. */
  private checkExcept({ loop, shift }: Place, size: number, token: Token): void {
    const other = this.indices.find((index) => index.loop === loop);
    const fits = other === undefined ? shift >= 0 && shift < size : shift === 0 && (other.range?.size ?? size) === size;
    if (fits) return;
    this.refuse(token, {
      summary: `what the sum over '${token.text}' leaves out is none of its terms`,
      expected: `an index over ${size} entries, or a whole number from 1 to ${size}`,
      tryThis: [`sum(${token.text} != i, …)`],
    });
  }

  private taken(name: string): boolean {
    return (
      isReserved(name) ||
      this.states.has(name) ||
      this.scope.parameters.has(name) ||
      this.indices.some((index) => index.name === name)
    );
  }

  private entry(token: Token, state: number): Node {
    const layout = this.scope.states[state]!;
    const bracket = this.takes('[');
    if (bracket !== layout.vector) {
      this.refuse(
        token,
        layout.vector
          ? {
              summary: `'${layout.name}' is a vector`,
              expected: 'one of its entries',
              tryThis: [`${layout.name}[i]`, `sum(j, ${layout.name}[j])`],
            }
          : {
              summary: `'${layout.name}' is a scalar`,
              expected: 'no index',
              tryThis: [layout.name, `state: ['${layout.name}[N]'] for a vector`],
            },
      );
    }
    if (!bracket) return this.scope.algebra.entry(state, { loop: -1, shift: 0 });
    const place = this.place(layout);
    this.demand(']');
    return this.scope.algebra.entry(state, place);
  }

  /** `i`, `j + 1`, `3` or `N − 1`; of a vector, in its range. */
  private place(layout: StateLayout | undefined): Place {
    const first = this.take();
    const index = first.kind === 'name' ? this.indices.findLast(({ name }) => name === first.text) : undefined;
    let shift = index === undefined ? this.wholeNumber(first) : 0;
    for (;;) {
      const sign = this.takes('+') ? 1 : this.takes('-') ? -1 : 0;
      if (sign === 0) break;
      shift += sign * this.wholeNumber(this.take());
    }
    if (index === undefined) {
      if (layout !== undefined && !(shift >= 1 && shift <= layout.size)) {
        this.refuse(first, {
          summary: `'${layout.name}' has no entry ${shift}`,
          expected: `an index from 1 to ${layout.size}`,
          tryThis: [`${layout.name}[1]`],
        });
      }
      return { loop: -1, shift: shift - 1 };
    }
    if (layout !== undefined) this.bind(index, layout, first);
    return { loop: index.loop, shift };
  }

  private bind(index: Index, layout: StateLayout, token: Token): void {
    index.range ??= layout;
    if (index.range.size === layout.size) return;
    this.refuse(token, {
      summary: `'${index.name}' runs over the ${index.range.size} entries of ${index.range.name}`,
      expected: `an index that runs over the ${layout.size} entries of ${layout.name}`,
      tryThis: [`sum(k, ${layout.name}[k])`, 'vectors of one size'],
    });
  }

  private wholeNumber(token: Token): number {
    const value = token.kind === 'number' ? Number(token.text) : this.scope.whole.get(token.text);
    if (value !== undefined && Number.isSafeInteger(value) && Math.abs(value) <= 1e9) return value;
    return this.refuse(token, {
      summary: `'${token.text}' is no index`,
      expected: `${this.indices.map(({ name }) => name).join(', ') || 'a whole number'}, with a whole number added or not`,
      tryThis: ['x[i]', 'x[i + 1]', 'x[1]'],
    });
  }

  private unknown(token: Token, called: boolean): never {
    const { text } = token;
    if (functionNames.has(text) || sums.has(text)) {
      return this.refuse(token, {
        summary: `'${text}' is a function`,
        expected: 'its arguments in brackets',
        tryThis: [`${text}(…)`],
      });
    }
    const names = [
      ...this.states.keys(),
      ...this.scope.parameters.keys(),
      ...this.indices.map(({ name }) => name),
      't',
    ];
    const near = probablyMeant(text, called ? [...functionNames.keys(), ...sums, ...names] : names);
    return this.refuse(token, {
      summary: called ? `there is no function '${text}'` : `there is no name '${text}'`,
      expected: called
        ? `one of ${[...functionNames.keys(), ...sums].join(', ')}`
        : `one of ${names.join(', ')}, pi, e`,
      tryThis: [
        ...(near === undefined ? [] : [`did you mean ${near}?`]),
        ...(called ? [] : [`declare it: parameters: { ${text}: 1 }`]),
        ...(near === undefined && called ? ['write it with the functions there are'] : []),
      ],
    });
  }
}

const unexpected = ({ kind, text }: Token, expected: string): Reason => ({
  summary: kind === 'end' ? 'the formula ends too early' : `'${text}' does not belong here`,
  expected,
  tryThis: ['compare the brackets and operators around it'],
});
const sideBySide: Reason = {
  summary: 'a product without a sign after a division can be read in two ways',
  expected: 'a bracket or a *',
  tryThis: ['a / (b c)', 'a / b * c'],
};
