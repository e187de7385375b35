/**
 * NumPy's .npy files (format versions 1 to 3): a magic word, a header written as a Python dictionary, then the raw array.
 *
 * Read: little- or big-endian floats (2-byte floats excepted), signed and unsigned integers, booleans; C or Fortran order; any rank. Written: little-endian float64 in C order, version 1.
 * Integers beyond 2^53 lose digits. Throws E_FORMAT for what is not such a file.
 */
import { type Batch, fail } from '@fokker/core';
import { readBytes, writeFileAtomic } from './atomic.js';
import { batchOf, type NumberArray } from './matrix.js';

type Reader = (view: DataView, at: number, little: boolean) => number;

const readers: Readonly<Record<string, { size: number; read: Reader }>> = {
  f4: { size: 4, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { size: 8, read: (view, at, little) => view.getFloat64(at, little) },
  i1: { size: 1, read: (view, at) => view.getInt8(at) },
  i2: { size: 2, read: (view, at, little) => view.getInt16(at, little) },
  i4: { size: 4, read: (view, at, little) => view.getInt32(at, little) },
  i8: { size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u1: { size: 1, read: (view, at) => view.getUint8(at) },
  u2: { size: 2, read: (view, at, little) => view.getUint16(at, little) },
  u4: { size: 4, read: (view, at, little) => view.getUint32(at, little) },
  u8: { size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  b1: { size: 1, read: (view, at) => view.getUint8(at) },
};

const malformed = (path: string, got: string): never =>
  fail('E_FORMAT', {
    summary: `'${path}' is not a .npy file that we can read`,
    got,
    expected: 'an array of real numbers saved with numpy.save',
    tryThis: ["save it again with numpy.save(file, array.astype('float64'))"],
  });

const field = (header: string, name: string, value: string): string | undefined =>
  new RegExp(`['"]${name}['"]\\s*:\\s*${value}`).exec(header)?.[1];

interface Header {
  readonly kind: string;
  readonly little: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly start: number;
}

function parseHeader(bytes: Uint8Array, path: string): Header {
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, 6));
  if (magic !== '\x93NUMPY' || bytes.length < 12) return malformed(path, 'a file without the mark of .npy files');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = view.getUint8(6) >= 2;
  const start = (long ? 12 : 10) + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder().decode(bytes.subarray(long ? 12 : 10, start));
  const type = field(header, 'descr', `['"]([^'"]+)['"]`);
  const fortran = field(header, 'fortran_order', '(True|False)');
  const shape = field(header, 'shape', '\\(([^)]*)\\)');
  if (type === undefined || fortran === undefined || shape === undefined) {
    return malformed(path, `the header ${header.trim().slice(0, 80)}`);
  }
  const sizes = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  return { kind: type.slice(1), little: type[0] !== '>', fortran: fortran === 'True', shape: sizes, start };
}

/** Fortran order keeps the first index fastest; ours keeps the last. */
function toRowMajor(data: Float64Array, shape: readonly number[]): Float64Array {
  const out = new Float64Array(data.length);
  for (let row = 0; row < data.length; row++) {
    let rest = row;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis]!;
      at += (rest % size) * shape.slice(0, axis).reduce((product, length) => product * length, 1);
      rest = Math.floor(rest / size);
    }
    out[row] = data[at]!;
  }
  return out;
}

export function decodeNpy(bytes: Uint8Array, path = 'array.npy'): NumberArray {
  const { kind, little, fortran, shape, start } = parseHeader(bytes, path);
  const reader = readers[kind];
  if (reader === undefined) return malformed(path, `numbers of type '${kind}'`);
  const count = shape.reduce((product, length) => product * length, 1);
  if (!Number.isSafeInteger(count) || bytes.length - start < count * reader.size) {
    return malformed(
      path,
      `${bytes.length - start} bytes of numbers where shape [${shape}] needs ${count * reader.size}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = reader.read(view, start + i * reader.size, little);
  return { data: fortran && shape.length > 1 ? toRowMajor(data, shape) : data, shape };
}

/** The header of an array of this shape, padded so that the numbers begin at a multiple of 64 bytes, as numpy does. */
export function npyHeader(shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const fields = `{'descr': '<f8', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + fields.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length - 10, true);
  bytes.set(new TextEncoder().encode(`${fields.padEnd(length - 11)}\n`), 10);
  return bytes;
}

/** Numbers as they stand in the file, at 8 bytes each. */
export function npyNumbers(data: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * data.length));
  for (let i = 0; i < data.length; i++) view.setFloat64(8 * i, data[i]!, true);
  return new Uint8Array(view.buffer);
}

export function encodeNpy({ data, shape }: NumberArray): Uint8Array {
  const header = npyHeader(shape);
  const bytes = new Uint8Array(header.length + 8 * data.length);
  bytes.set(header);
  bytes.set(npyNumbers(data), header.length);
  return bytes;
}

/** Samples [n, d] from a file: E_FILE, E_FORMAT, E_SHAPE or E_NOT_FINITE where they are not. */
export const readNpy = async (path: string): Promise<Batch> => batchOf(decodeNpy(await readBytes(path), path), path);

export const writeNpy = (path: string, { data, n, d }: Batch): Promise<void> =>
  writeFileAtomic(path, encodeNpy({ data, shape: [n, d] }));
