/**
 * Makes expressions: equal ones once (hash-consing), numbers folded, 0 and 1 gone, signs and factors in one order.
 *
 *     a + 0 = a     a − a = 0     0·a = 0     1·a = a     a·a = a²     aᵐ·aⁿ = aᵐ⁺ⁿ     c₁(c₂ a) = (c₁c₂) a     −(−a) = a     a + (−b) = a − b     a^½ = √a
 *
 * Rules hold for finite numbers. A value that is not finite is never folded: it appears when it is computed. E_FORMULA once an expression is too deep or all
 * of a process too large, derivatives included.
 */
import { fail } from '@fokker/core';
import { bit, equals, isNumber, isZero, type Node, type Place, type Range, type Term } from './node.js';
import { type Operation, ruleOf } from './operations.js';

const most = { made: 400_000, height: 1500 };
const commutative: ReadonlySet<Operation> = new Set(['add', 'mul', 'min', 'max']);

export class Algebra {
  private readonly table = new Map<string, Node>();
  private made = 0;

  private intern(key: string, term: Term, parts: readonly Node[], own: Partial<Node> = {}): Node {
    this.made += 1;
    const known = this.table.get(key);
    if (known !== undefined) return known;
    const node: Node = {
      ...term,
      id: this.table.size,
      height: 1 + parts.reduce((height, part) => Math.max(height, part.height), 0),
      free: own.free ?? parts.reduce((free, part) => free | part.free, 0),
      readsTime: own.readsTime ?? parts.some((part) => part.readsTime),
      readsState: own.readsState ?? parts.some((part) => part.readsState),
    };
    if (this.made > most.made || node.height > most.height) tooLarge();
    this.table.set(key, node);
    return node;
  }

  number(value: number): Node {
    return this.intern(`#${value + 0}`, { kind: 'number', value: value + 0 }, []);
  }
  /** A parameter that is left open. */
  symbol(name: string): Node {
    return this.intern(`$${name}`, { kind: 'symbol', name }, []);
  }
  time(): Node {
    return this.intern('t', { kind: 'time' }, [], { readsTime: true });
  }
  counter(loop: number): Node {
    return this.intern(`i${loop}`, { kind: 'counter', loop }, [], { free: bit(loop) });
  }
  entry(state: number, place: Place): Node {
    const key = `y${state}[${place.loop},${place.shift}]`;
    return this.intern(key, { kind: 'entry', state, place }, [], { free: bit(place.loop), readsState: true });
  }
  sum(range: Range, body: Node): Node {
    const { loop, size, count, except } = range;
    if (isZero(body)) return body;
    const terms = except === undefined ? count : this.sub(count, this.number(1));
    if ((body.free & bit(loop)) === 0) return this.mul(terms, body);
    const key = `sum${loop},${size},${count.id},${except?.loop},${except?.shift}(${body.id})`;
    const free = (body.free & ~bit(loop)) | (except === undefined ? 0 : bit(except.loop));
    return this.intern(key, { kind: 'sum', range, body }, [body], { free });
  }
  /** Any operation by its name, simplified as the operators are. */
  call(operation: Operation, args: readonly Node[]): Node {
    const [x, y] = args;
    if (operation === 'add') return this.add(x!, y!);
    if (operation === 'sub') return this.sub(x!, y!);
    if (operation === 'mul') return this.mul(x!, y!);
    if (operation === 'div') return this.div(x!, y!);
    if (operation === 'neg') return this.neg(x!);
    if (operation === 'pow') return this.pow(x!, y!);
    return this.plain(operation, args);
  }

  /** Folded where every argument is a number and the value finite. */
  private plain(operation: Operation, args: readonly Node[]): Node {
    if (args.every((arg) => isNumber(arg))) {
      const value = ruleOf(operation).value(...args.map((arg) => arg.value));
      if (Number.isFinite(value)) return this.number(value);
    }
    const ids = args.map(({ id }) => id);
    if (commutative.has(operation)) ids.sort((a, b) => a - b);
    return this.intern(`${operation}(${ids})`, { kind: 'call', operation, args }, args);
  }

  add(a: Node, b: Node): Node {
    if (isZero(a)) return b;
    if (isZero(b)) return a;
    if (a === b) return this.mul(this.number(2), a);
    const [minusA, minusB] = [this.positive(a), this.positive(b)];
    if (minusB !== undefined) return this.sub(a, minusB);
    if (minusA !== undefined) return this.sub(b, minusA);
    return this.plain('add', [a, b]);
  }
  sub(a: Node, b: Node): Node {
    if (isZero(b)) return a;
    if (isZero(a)) return this.neg(b);
    if (a === b) return this.number(0);
    const minusB = this.positive(b);
    if (minusB !== undefined) return this.add(a, minusB);
    return this.plain('sub', [a, b]);
  }
  neg(a: Node): Node {
    if (isNumber(a)) return this.number(-a.value);
    const minus = this.positive(a);
    if (minus !== undefined) return minus;
    if (a.kind === 'call' && a.operation === 'sub') return this.sub(a.args[1]!, a.args[0]!);
    if (a.kind === 'call' && a.operation === 'mul' && isNumber(a.args[0]!)) {
      return this.mul(this.number(-a.args[0].value), a.args[1]!);
    }
    return this.plain('neg', [a]);
  }
  /** −a where a carries a minus sign that can be taken off. */
  private positive(a: Node): Node | undefined {
    if (isNumber(a)) return a.value < 0 ? this.number(-a.value) : undefined;
    if (a.kind !== 'call') return undefined;
    if (a.operation === 'neg') return a.args[0];
    const [factor, rest] = a.args;
    return a.operation === 'mul' && isNumber(factor!) && factor.value < 0
      ? this.mul(this.number(-factor.value), rest!)
      : undefined;
  }

  mul(a: Node, b: Node): Node {
    if (isNumber(b) && !isNumber(a)) return this.mul(b, a);
    if (isZero(a)) return a;
    if (equals(a, 1)) return b;
    if (equals(a, -1)) return this.neg(b);
    if (a.kind === 'call' && a.operation === 'neg') return this.neg(this.mul(a.args[0]!, b));
    if (b.kind === 'call' && b.operation === 'neg') return this.neg(this.mul(a, b.args[0]!));
    const [ca, ra] = this.split(a);
    const [cb, rb] = this.split(b);
    if (isNumber(a) && cb !== 1 && Number.isFinite(a.value * cb)) return this.mul(this.number(a.value * cb), rb);
    if (!isNumber(a) && (ca !== 1 || cb !== 1) && Number.isFinite(ca * cb)) {
      return this.mul(this.number(ca * cb), this.mul(ra, rb));
    }
    const power = this.commonPower(a, b);
    if (power !== undefined) return power;
    if (a.kind === 'call' && a.operation === 'div' && equals(a.args[0]!, 1)) return this.div(b, a.args[1]!);
    if (b.kind === 'call' && b.operation === 'div' && equals(b.args[0]!, 1)) return this.div(a, b.args[1]!);
    return this.plain('mul', [a, b]);
  }
  /** [c, r] of a = c r with a number c in front. */
  private split(a: Node): readonly [number, Node] {
    if (a.kind === 'call' && a.operation === 'mul' && isNumber(a.args[0]!)) return [a.args[0].value, a.args[1]!];
    return [1, a];
  }
  /** aᵐ⁺ⁿ for factors that are positive whole powers of the same base. */
  private commonPower(a: Node, b: Node): Node | undefined {
    const [baseA, m] = wholePower(a);
    const [baseB, n] = wholePower(b);
    return baseA === baseB && !isNumber(baseA) ? this.pow(baseA, this.number(m + n)) : undefined;
  }

  div(a: Node, b: Node): Node {
    if (equals(b, 1)) return a;
    if (isZero(a) && !isZero(b)) return a;
    if (equals(b, -1)) return this.neg(a);
    if (a === b && isConstant(a)) return this.number(1);
    if (a.kind === 'call' && a.operation === 'neg') return this.neg(this.div(a.args[0]!, b));
    return this.plain('div', [a, b]);
  }
  pow(a: Node, b: Node): Node {
    if (isZero(b)) return this.number(1);
    if (equals(b, 1)) return a;
    if (equals(b, 0.5)) return this.call('sqrt', [a]);
    if (equals(b, -1)) return this.div(this.number(1), a);
    return this.plain('pow', [a, b]);
  }
}

/** A number other than 0, or an expression of parameters alone. */
const isConstant = (a: Node): boolean => a.free === 0 && !a.readsState && !a.readsTime && !isZero(a);

const wholePower = (a: Node): readonly [Node, number] => {
  if (a.kind !== 'call' || a.operation !== 'pow') return [a, 1];
  const [base, exponent] = a.args;
  return isNumber(exponent!) && Number.isInteger(exponent.value) && exponent.value > 0
    ? [base!, exponent.value]
    : [a, 1];
};

const tooLarge = (): never =>
  fail('E_FORMULA', {
    summary: 'the formulas of a process, or their derivatives, are too large',
    got: 'an expression beyond the limits',
    expected: `at most ${most.made} operations with all derivatives, ${most.height} of them one inside another`,
    tryThis: ['sum(j, …) for terms that repeat', 'a vector state, such as x[N], for equations that repeat'],
  });
