/**
 * Safetensors: the length of a JSON header as a little-endian 64-bit integer, the header { name: { dtype, shape, data_offsets } }, the raw arrays.
 *
 * Only float32 is read and written: parameters and optimiser state are nothing else. Throws E_FORMAT.
 */
import { fail } from '@fokker/core';
import { z } from 'zod';
import { readBytes } from './atomic.js';

export interface NamedTensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}
export type TensorFile = Readonly<Record<string, NamedTensor>>;

const entry = z.object({
  dtype: z.literal('F32'),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const malformed = (path: string, got: string): never =>
  fail('E_FORMAT', {
    summary: `'${path}' is not a safetensors file of float32 arrays`,
    got,
    expected: 'a header and arrays as written by Fokker',
    tryThis: ['continue from an earlier checkpoint, or train again'],
  });

/** Bytes of float32 numbers in the file's order, whatever the machine's. */
function bytesOf(data: Float32Array): Uint8Array {
  const bytes = new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  if (!littleEndian) for (let i = 0; i < bytes.length; i += 4) bytes.subarray(i, i + 4).reverse();
  return bytes;
}

/** The parts of the file in order, for `writeFileAtomic`. The header is padded with spaces so that arrays are aligned to 8 bytes. */
export function encodeSafetensors(
  tensors: TensorFile,
  metadata?: Readonly<Record<string, string>>,
): readonly Uint8Array[] {
  let offset = 0;
  const header: Record<string, z.infer<typeof entry> | Readonly<Record<string, string>>> = {};
  if (metadata !== undefined) header.__metadata__ = metadata;
  for (const [name, { data, shape }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = JSON.stringify(header);
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return [length, text, ...Object.values(tensors).map(({ data }) => bytesOf(data))];
}

function parseHeader(bytes: Uint8Array, path: string): { header: unknown; start: number } {
  if (bytes.length < 8) return malformed(path, `${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) return malformed(path, `a header of ${length} bytes in a file of ${bytes.length}`);
  try {
    return { header: JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))), start: 8 + length };
  } catch {
    return malformed(path, 'a header that is not JSON');
  }
}

export function decodeSafetensors(bytes: Uint8Array, path = 'model.safetensors'): TensorFile {
  const { header, start } = parseHeader(bytes, path);
  const parsed = z.record(z.string(), z.unknown()).safeParse(header);
  if (!parsed.success) return malformed(path, 'a header that is not a table');
  const tensors: Record<string, NamedTensor> = {};
  for (const [name, value] of Object.entries(parsed.data)) {
    if (name === '__metadata__') continue;
    const found = entry.safeParse(value);
    if (!found.success) return malformed(path, `the entry '${name}': ${JSON.stringify(value)}`);
    const {
      shape,
      data_offsets: [from, to],
    } = found.data;
    const count = shape.reduce((product, size) => product * size, 1);
    if (to - from !== 4 * count || start + to > bytes.length) return malformed(path, `a truncated array '${name}'`);
    const view = new DataView(bytes.buffer, bytes.byteOffset + start + from, 4 * count);
    tensors[name] = { data: Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true)), shape };
  }
  return tensors;
}

export const readSafetensors = async (path: string): Promise<TensorFile> =>
  decodeSafetensors(await readBytes(path), path);
