/**
 * JSON lines: one record a line, appended as it happens. A last line cut short by a crash is not a record and is left out on reading.
 */
import { open } from 'node:fs/promises';
import { fileError, readText, writeFileAtomic } from './atomic.js';

/** Appends one record; one that does not fit on the disk is taken back. */
export async function appendLine(path: string, record: object): Promise<void> {
  try {
    const file = await open(path, 'a');
    const { size } = await file.stat();
    try {
      await file.writeFile(`${JSON.stringify(record)}\n`);
    } catch (error) {
      await file.truncate(size).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
    }
  } catch (error) {
    fileError(error, 'write', path);
  }
}

/** The whole lines of the text, parsed. */
export async function readLines(path: string): Promise<readonly unknown[]> {
  const lines = (await readText(path)).split('\n');
  return lines.slice(0, -1).flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

export const writeLines = (path: string, records: readonly unknown[]): Promise<void> =>
  writeFileAtomic(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
