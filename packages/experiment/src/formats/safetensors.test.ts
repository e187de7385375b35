import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

const join = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const code = (name: string) => expect.objectContaining({ code: name });

describe('safetensors', () => {
  const tensors = {
    'layer0/kernel': { data: Float32Array.of(1, -2, 3.5, 1e-40, Number.NaN, 0), shape: [3, 2] },
    'layer0/bias': { data: Float32Array.of(7), shape: [1] },
    empty: { data: new Float32Array(0), shape: [0] },
  };
  const bytes = join(encodeSafetensors(tensors));

  test('arrays come back bit for bit, with their shapes', () => {
    expect(decodeSafetensors(bytes)).toEqual(tensors);
  });

  test('a view into a larger buffer is written as the view alone', () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(decodeSafetensors(join(encodeSafetensors({ a: { data, shape: [2] } }))).a!.data).toEqual(
      Float32Array.of(2, 3),
    );
  });

  test('damaged files are refused', () => {
    expect(() => decodeSafetensors(bytes.subarray(0, 4))).toThrow(code('E_FORMAT'));
    expect(() => decodeSafetensors(bytes.subarray(0, bytes.length - 1))).toThrow(code('E_FORMAT'));
    expect(() => decodeSafetensors(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 91, 93))).toThrow(code('E_FORMAT'));
    expect(() => decodeSafetensors(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 65, 93))).toThrow(code('E_FORMAT'));
    expect(() => decodeSafetensors(new Uint8Array(8).fill(255))).toThrow(code('E_FORMAT'));
  });
});
