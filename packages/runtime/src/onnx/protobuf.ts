/**
 * Writing protocol buffers: a message is a row of fields, each a key (number, wire type) and a value. Messages nest, so they are built inside out.
 *
 *     varint   7 bits a byte, low ones first; negative numbers as 64-bit two's complement
 *     float    4 bytes, little-endian
 *     bytes    length, then as they are: strings, packed numbers, messages
 */

/** Pieces of a message, in order. */
export type Message = readonly Uint8Array[];

const varint = (value: number | bigint): Uint8Array => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
};

const key = (field: number, wire: 0 | 2 | 5): Uint8Array => varint((field << 3) | wire);
const utf8 = new TextEncoder();

export const integer = (field: number, value: number | bigint): Message => [key(field, 0), varint(value)];
export const float = (field: number, value: number): Message => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [key(field, 5), bytes];
};
export const bytes = (field: number, value: Uint8Array): Message => [key(field, 2), varint(value.length), value];
export const text = (field: number, value: string): Message => bytes(field, utf8.encode(value));
export const message = (field: number, ...parts: readonly Message[]): Message => {
  const pieces = parts.flat();
  return [key(field, 2), varint(pieces.reduce((length, piece) => length + piece.length, 0)), ...pieces];
};

export const join = (parts: Message): Uint8Array => {
  const all = new Uint8Array(parts.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of parts) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
};
