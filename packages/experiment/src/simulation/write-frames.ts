/**
 * Frames as a file, by its ending:  .npy  [n, d] for one time, [k, n, d] for k;  .csv  a line a sample, time after time, with the time first where there are several.
 *
 * Rows are written as they come; memory holds a chunk of them. A table of several times is put together from a file a time. Throws E_USAGE (ending), E_FILE.
 */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fail } from '@fokker/core';
import { draftOf, fillFileAtomic, type Put } from '../formats/atomic.js';
import { columnNames, csvLines } from '../formats/csv.js';
import { npyHeader, npyNumbers } from '../formats/npy.js';
import type { Chunk } from '../workers/in-chunks.js';

/** Rows [first, first + count) at every time, [count, d] each. */
export interface FrameRows extends Chunk {
  readonly frames: readonly Float64Array[];
}
export interface FramesShape {
  readonly times: readonly number[];
  readonly n: number;
  readonly d: number;
  /** Of the coordinates, where they have any. */
  readonly names?: readonly string[] | undefined;
}

export function checkFramesPath(path: string): void {
  if (/\.(npy|csv)$/.test(path)) return;
  fail('E_USAGE', {
    summary: `cannot tell the format of '${path}'`,
    got: path,
    expected: 'a name that ends in .npy or .csv',
    tryThis: [`${path}.npy`],
  });
}

async function putNpy(put: Put, { times, n, d }: FramesShape, rows: AsyncIterable<FrameRows>): Promise<void> {
  const header = npyHeader(times.length === 1 ? [n, d] : [times.length, n, d]);
  await put(header, 0);
  for await (const { first, frames } of rows) {
    for (const [k, data] of frames.entries()) {
      await put(npyNumbers(data), header.length + 8 * d * (k * n + first));
    }
  }
}

/** A name that a reader would take for two is no name. */
const readable = (name: string): boolean => !/[,;\t"\n]/.test(name);

/** The first time goes into the file itself; each other one into a draft of its own, which is added in the end. */
async function putCsv(put: Put, path: string, { times, d, names }: FramesShape, rows: AsyncIterable<FrameRows>) {
  const columns = names?.every(readable) ? names : columnNames(d);
  const several = times.length > 1;
  await put(`${[...(several ? ['t'] : []), ...columns].join(',')}\n`);
  const linesOf = ({ count, frames }: FrameRows, k: number): string =>
    csvLines({ data: frames[k]!, n: count, d }, several ? `${times[k]},` : '');
  const parts = times.slice(1).map(() => draftOf(path));
  const putRows = async (puts: readonly Put[]): Promise<void> => {
    const part = parts[puts.length - 1];
    if (part !== undefined) return fillFileAtomic(part, (next) => putRows([...puts, next]));
    for await (const chunk of rows) {
      for (const [k, putLines] of puts.entries()) await putLines(linesOf(chunk, k));
    }
  };
  try {
    await putRows([put]);
    for (const part of parts) for await (const bytes of createReadStream(part)) await put(bytes);
  } finally {
    for (const part of parts) await rm(part, { force: true });
  }
}

export const writeFrames = (path: string, shape: FramesShape, rows: AsyncIterable<FrameRows>): Promise<void> =>
  fillFileAtomic(path, (put) => (path.endsWith('.npy') ? putNpy(put, shape, rows) : putCsv(put, path, shape, rows)));
