/**
 * Standard normals of counters by vector instructions: Threefry-2x32-20 (threefry.ts) in i32x4, the central quantile (normal-quantile.ts) in f64x2.
 *
 *     counter (c₀, c₁)  →  words (a, b)  →  p = (⌊a/2⁶⌋ 2²⁶ + ⌊b/2⁶⌋ + ½) 2⁻⁵²  →  q R(0.180625 − q²),  q = p − ½,  where |q| ≤ 0.425, else p as it is
 *
 * Eight counters go in step, because one alone waits for itself. Vector instructions round as scalar ones do, so values are those of normal-block.ts, bit for bit. The tails,
 * three draws in twenty, are listed and left to JavaScript. Memory: c₀ and c₁ of `capacity` counters, their values, places of the tails.
 */
import { capacity } from '../normal-block.js';
import { centreRational, centreReach } from '../normal-quantile.js';
import { parity, rotations } from '../threefry.js';
import { type Code, encodeModule, f64x2, i32, i32x4, type Local, Locals, repeat, v128 } from './encode.js';

const together = 8;

export const firstAt = 0;
export const secondAt = 4 * capacity;
export const valuesAt = 8 * capacity;
export const tailsAt = 16 * capacity;

/** The module: `run(k₀, k₁, n)` gives how many of the n values are tails. */
export const normalsModule = (): Uint8Array<ArrayBuffer> => {
  const locals = new Locals(3);
  const [key0, key1, n] = [locals.parameter(0), locals.parameter(1), locals.parameter(2)];
  const [i, tails, tailBits] = [locals.make('i32'), locals.make('i32'), locals.make('i32')];

  const before: Code[] = [];
  const fixed = (value: Code): Local => {
    const local = locals.make('v128');
    before.push(local.set(value));
    return local;
  };
  const numbers = new Map<number, Local>();
  const number = (value: number): Code => {
    const known = numbers.get(value) ?? fixed(f64x2.splat(value));
    numbers.set(value, known);
    return known.get;
  };
  const integer = (value: number): Code => i32x4.splat(i32.const(value));

  const k0 = fixed(i32x4.splat(key0.get));
  const k1 = fixed(i32x4.splat(key1.get));
  const k2 = fixed(v128.xor(v128.xor(k0.get, k1.get), integer(parity)));
  const k = [k0, k1, k2];

  const vector = (): Local => locals.make('v128');
  const words = Array.from({ length: together / 4 }, () => ({ a: vector(), b: vector() }));
  /** Two counters a vector of numbers. */
  const pairs = words.flatMap((word, w) =>
    [0, 1].map((half) => ({
      word,
      half,
      at: 4 * w + 2 * half,
      p: vector(),
      q: vector(),
      r: vector(),
      isTail: vector(),
      above: vector(),
      below: vector(),
    })),
  );
  const { numerator, denominator } = centreRational;

  const load = words.flatMap(({ a, b }, w) => {
    const place = i32.shl(i.get, i32.const(2));
    return [...a.set(v128.load(firstAt + 16 * w)(place)), ...b.set(v128.load(secondAt + 16 * w)(place))];
  });

  const rotated = ({ get }: Local, by: number): Code =>
    v128.or(i32x4.shl(get, i32.const(by)), i32x4.shr(get, i32.const(32 - by)));
  const inject = (round: number): Code =>
    words.flatMap(({ a, b }) => [
      ...a.set(i32x4.add(a.get, k[round % 3]!.get)),
      ...b.set(i32x4.add(i32x4.add(b.get, k[(round + 1) % 3]!.get), integer(round))),
    ]);
  const mix = (by: number): Code => [
    ...words.flatMap(({ a, b }) => a.set(i32x4.add(a.get, b.get))),
    ...words.flatMap(({ a, b }) => b.set(v128.xor(rotated(b, by), a.get))),
  ];
  const encrypt = [0, 1, 2, 3, 4].flatMap((g) => [...inject(g), ...rotations[g % 2]!.flatMap(mix)]);

  const whole = ({ get }: Local, half: number): Code => {
    const bits = i32x4.shr(get, i32.const(6));
    return f64x2.fromLow(half === 0 ? bits : i32x4.high(bits));
  };
  const uniform = pairs.flatMap(({ word: { a, b }, half, p, q, r, isTail }) => {
    const sum = f64x2.add(f64x2.mul(whole(a, half), number(2 ** 26)), whole(b, half));
    return [
      ...p.set(f64x2.mul(f64x2.add(sum, number(0.5)), number(2 ** -52))),
      ...q.set(f64x2.sub(p.get, number(0.5))),
      ...isTail.set(f64x2.greater(f64x2.abs(q.get), number(centreReach))),
      ...r.set(f64x2.sub(number(0.180625), f64x2.mul(q.get, q.get))),
    ];
  });

  const horner = (sum: Local, r: Local, c: number): Code => sum.set(f64x2.add(f64x2.mul(sum.get, r.get), number(c)));
  const quotients = numerator.flatMap((c, power) =>
    pairs.flatMap(({ above, below, r }) =>
      power === 0
        ? [...above.set(number(c)), ...below.set(number(denominator[0]!))]
        : [...horner(above, r, c), ...horner(below, r, denominator[power]!)],
    ),
  );
  const store = pairs.flatMap(({ at, p, q, isTail, above, below }) => {
    const centre = f64x2.mul(q.get, f64x2.div(above.get, below.get));
    return v128.store(valuesAt + 8 * at)(i32.shl(i.get, i32.const(3)), v128.select(p.get, centre, isTail.get));
  });

  /** Every place is written, and the list grows where it is one of a tail. */
  const listTails = pairs.flatMap(({ at, isTail }) => [
    ...tailBits.set(f64x2.signs(isTail.get)),
    ...[0, 1].flatMap((lane) => [
      ...i32.store(tailsAt)(i32.shl(tails.get, i32.const(2)), i32.add(i.get, i32.const(at + lane))),
      ...tails.set(i32.add(tails.get, i32.and(i32.shr(tailBits.get, i32.const(lane)), i32.const(1)))),
    ]),
  ]);

  const next = i.set(i32.add(i.get, i32.const(together)));
  const loop = repeat(
    [load, encrypt, inject(5), uniform, quotients, store, listTails, next].flat(),
    i32.less(i.get, n.get),
  );
  return encodeModule(locals, [...before.flat(), ...loop, ...tails.get], 1);
};
