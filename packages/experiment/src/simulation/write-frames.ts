/**
 * Frames as a file, by its ending:  .npy  [n, d] for one time, [k, n, d] for k;  .csv  a line a sample, with its time first where there are several.
 */
import { fail } from '@fokker/core';
import { writeFileAtomic } from '../formats/atomic.js';
import { writeCsv } from '../formats/csv.js';
import { encodeNpy } from '../formats/npy.js';
import type { StateFrame } from './paths.js';

export function checkFramesPath(path: string): void {
  if (/\.(npy|csv)$/.test(path)) return;
  fail('E_USAGE', {
    summary: `cannot tell the format of '${path}'`,
    got: path,
    expected: 'a name that ends in .npy or .csv',
    tryThis: [`${path}.npy`],
  });
}

function stacked(frames: readonly StateFrame[]) {
  const [{ y }] = frames as readonly [StateFrame];
  const data = new Float64Array(frames.length * y.data.length);
  frames.forEach((frame, k) => {
    data.set(frame.y.data, k * y.data.length);
  });
  return { data, shape: frames.length === 1 ? [y.n, y.d] : [frames.length, y.n, y.d] };
}

function table(frames: readonly StateFrame[]) {
  const [{ y }] = frames as readonly [StateFrame];
  const names = Array.from({ length: y.d }, (_, j) => `y${j + 1}`);
  if (frames.length === 1) return { batch: y, names };
  const width = y.d + 1;
  const data = new Float64Array(frames.length * y.n * width);
  frames.forEach((frame, k) => {
    for (let i = 0; i < y.n; i++) {
      const at = (k * y.n + i) * width;
      data[at] = frame.t;
      data.set(frame.y.data.subarray(i * y.d, (i + 1) * y.d), at + 1);
    }
  });
  return { batch: { data, n: frames.length * y.n, d: width }, names: ['t', ...names] };
}

export async function writeFrames(path: string, frames: readonly StateFrame[]): Promise<void> {
  checkFramesPath(path);
  if (path.endsWith('.npy')) return writeFileAtomic(path, encodeNpy(stacked(frames)));
  const { batch, names } = table(frames);
  return writeCsv(path, batch, names);
}
