/**
 * WebAssembly written as expressions: an instruction is a function from the code of its operands to its own, so that code reads like the formula it computes.
 *
 *     v128.xor(i32x4.add(a.get, b.get), c.get)   →   local.get a, local.get b, i32x4.add, local.get c, v128.xor
 *
 * Bytes: WebAssembly core specification 2.0, chapter 5 (vector instructions: prefix 0xfd). Nothing is checked here; the engine validates the module.
 */

/** Bytes of an expression or a statement. */
export type Code = readonly number[];

/** LEB128 of 32-bit integers. */
const unsigned = (value: number): Code => (value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]);
const signed = (value: number): Code =>
  value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];

type Instruction = (...operands: readonly Code[]) => Code;
const plain =
  (...bytes: Code): Instruction =>
  (...operands) =>
    operands.reduceRight((after, code) => code.concat(after), bytes);
const vector = (opcode: number, ...immediates: Code): Instruction => plain(0xfd, ...unsigned(opcode), ...immediates);

/** log₂ of the alignment, offset. */
const place = (alignment: number, offset: number): Code => [alignment, ...unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  less: plain(0x49),
  add: plain(0x6a),
  and: plain(0x71),
  shl: plain(0x74),
  shr: plain(0x76),
  store: (offset: number): Instruction => plain(0x36, ...place(2, offset)),
};
export const v128 = {
  load: (offset: number): Instruction => vector(0x00, ...place(4, offset)),
  store: (offset: number): Instruction => vector(0x0b, ...place(4, offset)),
  or: vector(0x50),
  xor: vector(0x51),
  /** Bits of the first where the third is set, of the second elsewhere. */
  select: vector(0x52),
};
export const i32x4 = {
  splat: vector(0x11),
  /** Lanes 2 and 3 in the place of 0 and 1. */
  high: (x: Code): Code => vector(0x0d, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)(x, x),
  shl: vector(0xab),
  shr: vector(0xad),
  add: vector(0xae),
};
export const f64x2 = {
  /** A number in both lanes. */
  splat: (value: number): Code => vector(0x14)([0x44, ...new Uint8Array(Float64Array.of(value).buffer)]),
  greater: vector(0x4a),
  /** Signs of the lanes as bits of an i32. */
  signs: vector(0xc4),
  abs: vector(0xec),
  add: vector(0xf0),
  sub: vector(0xf1),
  mul: vector(0xf2),
  div: vector(0xf3),
  /** Lanes 0 and 1 of whole numbers with a sign. */
  fromLow: vector(0xfe),
};

/** Repeats `body` while `condition` holds, at least once. */
export const repeat = (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b];

export interface Local {
  readonly get: Code;
  set(value: Code): Code;
}
const types = { i32: 0x7f, v128: 0x7b } as const;

/** Locals of a function: its parameters, all i32, then those that are made; fewer than 128. */
export class Locals {
  private readonly made: (keyof typeof types)[] = [];
  constructor(readonly parameters: number) {}

  parameter(index: number): Local {
    return { get: [0x20, index], set: (value) => value.concat([0x21, index]) };
  }
  make(type: keyof typeof types): Local {
    this.made.push(type);
    return this.parameter(this.parameters + this.made.length - 1);
  }
  get declarations(): Code {
    return list(this.made.map((type) => [1, types[type]]));
  }
}

const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const sized = (content: Code): Code => [...unsigned(content.length), ...content];
const section = (id: number, ...items: readonly Code[]): Code => [id, ...sized(list(items))];
const exported = (name: string, kind: number): Code => [
  ...sized([...name].map((letter) => letter.charCodeAt(0))),
  kind,
  0,
];

/** A module that exports a function `run` of the parameters in `locals`, which returns the i32 that `body` leaves, and its `memory` of so many pages of 64 KiB. */
export const encodeModule = (locals: Locals, body: Code, pages: number): Uint8Array<ArrayBuffer> => {
  const parameters = Array.from({ length: locals.parameters }, (): Code => [types.i32]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [0x60, ...list(parameters), ...list([[types.i32]])]),
    ...section(3, [0]),
    ...section(5, [0, ...unsigned(pages)]),
    ...section(7, exported('run', 0), exported('memory', 2)),
    ...section(10, sized([...locals.declarations, ...body, 0x0b])),
  ]);
};
