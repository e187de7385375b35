/** The block of normals by vector instructions: compiled where it is first wanted, in each thread for itself. */
import { capacity, type NormalBlock } from '../normal-block.js';
import { tailQuantile } from '../normal-quantile.js';
import { firstAt, normalsModule, secondAt, tailsAt, valuesAt } from './normals.js';

/** What is used of the engine's interface, which not every host has. */
declare const WebAssembly:
  | {
      readonly validate: (bytes: Uint8Array) => boolean;
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: NormalsExports };
    }
  | undefined;
interface NormalsExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly run: (k0: number, k1: number, n: number) => number;
}

/** Undefined where the engine has no WebAssembly with 128-bit vectors. */
export const vectorNormals = (): NormalBlock | undefined => {
  if (typeof WebAssembly === 'undefined') return undefined;
  const bytes = normalsModule();
  if (!WebAssembly.validate(bytes)) return undefined;
  const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  const words = (at: number): Int32Array => new Int32Array(memory.buffer, at, capacity);
  const values = new Float64Array(memory.buffer, valuesAt, capacity);
  const tails = words(tailsAt);
  return {
    first: words(firstAt),
    second: words(secondAt),
    values,
    draw(k0, k1, n) {
      const count = run(k0, k1, n);
      for (let i = 0; i < count; i++) values[tails[i]!] = tailQuantile(values[tails[i]!]!);
    },
  };
};
