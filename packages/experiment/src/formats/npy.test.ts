import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeNpy, encodeNpy, readNpy, writeNpy } from './npy.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fokker-npy-'));
});

const code = (name: string) => expect.objectContaining({ code: name });

/** A file as numpy.save writes it: header text and raw bytes given. */
function handmade(header: string, body: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...length, ...text, ...body]);
}

describe('npy', () => {
  test('a batch comes back as it was, aligned to 64 bytes', async () => {
    const path = join(folder, 'a.npy');
    const data = Float64Array.of(1, -2.5, Math.PI, 1e-300, 5, 6);
    await writeNpy(path, { data, n: 3, d: 2 });
    expect(await readNpy(path)).toEqual({ data, n: 3, d: 2 });
    expect((await readFile(path)).length % 64).toBe((8 * 6) % 64);
  });

  test('float32 in Fortran order, big-endian integers and version 2', () => {
    const floats = new Uint8Array(Float32Array.of(1, 3, 5, 2, 4, 6).buffer);
    const fortran = decodeNpy(handmade("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }", floats));
    expect([...fortran.data]).toEqual([1, 2, 3, 4, 5, 6]);
    const big = decodeNpy(
      handmade("{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }", Uint8Array.of(1, 0, 255, 255), 2),
    );
    expect(big).toEqual({ data: Float64Array.of(256, -1), shape: [2] });
  });

  test('a vector is n samples of one coordinate', async () => {
    const path = join(folder, 'vector.npy');
    await writeFile(path, encodeNpy({ data: Float64Array.of(1, 2), shape: [2] }));
    expect(await readNpy(path)).toEqual({ data: Float64Array.of(1, 2), n: 2, d: 1 });
  });

  test('refuses what is not samples, by code', async () => {
    const write = async (name: string, bytes: Uint8Array) => {
      await writeFile(join(folder, name), bytes);
      return readNpy(join(folder, name));
    };
    const nan = encodeNpy({ data: Float64Array.of(1, 2, 3, Number.NaN), shape: [2, 2] });
    await expect(readNpy(join(folder, 'absent.npy'))).rejects.toThrow(code('E_FILE'));
    await expect(readNpy(folder)).rejects.toThrow(code('E_FILE'));
    await expect(write('text.npy', new TextEncoder().encode('hello, I am text'))).rejects.toThrow(code('E_FORMAT'));
    await expect(write('nan.npy', nan)).rejects.toThrow(code('E_NOT_FINITE'));
    await expect(write('cube.npy', encodeNpy({ data: new Float64Array(8), shape: [2, 2, 2] }))).rejects.toThrow(
      code('E_SHAPE'),
    );
    await expect(write('empty.npy', encodeNpy({ data: new Float64Array(0), shape: [0, 2] }))).rejects.toThrow(
      code('E_SHAPE'),
    );
    await expect(write('cut.npy', nan.subarray(0, nan.length - 8))).rejects.toThrow(code('E_FORMAT'));
    const complex = handmade("{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(16));
    await expect(write('complex.npy', complex)).rejects.toThrow(code('E_FORMAT'));
  });
});
