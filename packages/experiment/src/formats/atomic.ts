/**
 * Files that are either whole or absent: written under a temporary name in the same folder, flushed to the disk, then renamed.
 *
 * A reader never sees half a file, whatever happens between: a full or read-only disk, a killed process. A folder is written the same way, file by file, and
 * renamed last. Throws E_FILE, after removing what it had begun.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, constants, type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { fail, isFokkerError } from '@fokker/core';

export type Content = string | Uint8Array;

const advice: Readonly<Record<string, readonly string[]>> = {
  ENOSPC: ['free some space on this disk', 'choose another folder with --out'],
  EDQUOT: ['free some of your quota', 'choose another folder with --out'],
  EFBIG: ['the size limit of files is too small here (ulimit -f)', 'choose another folder with --out'],
  EROFS: ['this file system is read-only: choose another folder with --out'],
  EACCES: ['choose a folder you may write to with --out', 'look at its permissions (ls -ld)'],
  EPERM: ['choose a folder you may write to with --out', 'look at its permissions (ls -ld)'],
  ENOTDIR: ['a part of this path is a file: choose another name'],
  EISDIR: ['this path is a folder: name a file'],
  ENOENT: ['look at the spelling of the path'],
};

/** Turns an error of the file system into E_FILE; other errors pass unchanged. */
export function fileError(error: unknown, doing: 'read' | 'write', path: string): never {
  const code = codeOf(error);
  if (typeof code !== 'string' || isFokkerError(error)) throw error;
  return fail('E_FILE', {
    summary: `cannot ${doing} '${path}'`,
    got: error instanceof Error ? error.message : code,
    expected:
      doing === 'read' ? 'a file that exists and may be read' : 'a place that may be written to, with space left',
    tryThis: advice[code] ?? ['choose another path'],
    cause: error,
  });
}

/** The code of an error of the file system. */
export const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Makes a folder and those above it. (`mkdir` with `recursive` does not return on file systems that answer ENOENT to every mkdir, such as /proc.) */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await isFolder(path))) return;
    if (codeOf(error) !== 'ENOENT' || (await isFolder(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/** Makes a folder that can be written to, before work begins whose result goes there; E_FILE. */
export async function writableFolder(path: string): Promise<void> {
  try {
    await makeFolder(path);
    await access(path, constants.W_OK);
  } catch (error) {
    fileError(error, 'write', path);
  }
}

/** A name beside `path` under which something is written, or put away. */
export const draftOf = (path: string): string => join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);

/** Whether a name is that of something a killed process had begun to write. */
export const isDraft = (name: string): boolean => /^\..+\.tmp$/.test(name);

/** Removes what a killed process had begun to write in a folder. */
export async function removeDrafts(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter(isDraft)) await rm(join(directory, name), { recursive: true, force: true });
}

/** Makes a rename durable; some systems do not open folders, and there the rename alone must do. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

async function writeFlushed(path: string, parts: readonly Content[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts content into a file at a place; that of one call after another where none is given. */
export type Put = (content: Content, at?: number) => Promise<void>;

/** Being written: a process that ends in the middle takes them with it. */
const drafts = new Set<string>();
const removeOwn = (): void => {
  for (const draft of drafts) rmSync(draft, { force: true });
};
function ownDraft(draft: string): () => void {
  if (drafts.size === 0) process.on('exit', removeOwn);
  drafts.add(draft);
  return () => {
    drafts.delete(draft);
    if (drafts.size === 0) process.off('exit', removeOwn);
  };
}

/** Writes a file as its content comes: whole once `fill` has ended, absent where that or the disk fails. E_FILE at once where it cannot be begun. */
export async function fillFileAtomic<T>(path: string, fill: (put: Put) => Promise<T>): Promise<T> {
  const draft = draftOf(path);
  const writing = <V>(work: Promise<V>): Promise<V> => work.catch((error: unknown) => fileError(error, 'write', path));
  const begin = async (): Promise<FileHandle> => {
    await makeFolder(dirname(path));
    if (await isFolder(path)) throw Object.assign(new Error('this path is a folder'), { code: 'EISDIR' });
    return open(draft, 'wx');
  };
  const finish = async (file: FileHandle): Promise<void> => {
    await file.sync();
    await file.close();
    await rename(draft, path);
    await flushFolder(dirname(path));
  };
  const file = await writing(begin());
  const disown = ownDraft(draft);
  try {
    const filled = await fill((content, at) => writing(writeAll(file, content, at)));
    await writing(finish(file));
    return filled;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    disown();
  }
}

const encoder = new TextEncoder();

/** A single write may take a part only. */
async function writeAll(file: FileHandle, content: Content, at?: number): Promise<void> {
  const bytes = typeof content === 'string' ? encoder.encode(content) : content;
  for (let written = 0; written < bytes.length; ) {
    const place = at === undefined ? null : at + written;
    written += (await file.write(bytes, written, bytes.length - written, place)).bytesWritten;
  }
}

/** Writes the parts one after another as one file; missing folders are made. */
export const writeFileAtomic = (path: string, ...parts: readonly Content[]): Promise<void> =>
  fillFileAtomic(path, async (put) => {
    for (const part of parts) await put(part);
  });

/** Renames a folder over another, which stands until then and again if that fails. */
async function replaceFolder(draft: string, path: string): Promise<void> {
  const old = draftOf(path);
  const stood = await rename(path, old).then(
    () => true,
    (error: unknown) => (codeOf(error) === 'ENOENT' ? false : Promise.reject(error)),
  );
  try {
    await rename(draft, path);
  } catch (error) {
    if (stood) await rename(old, path);
    throw error;
  }
  if (stood) await rm(old, { recursive: true, force: true });
}

/** Writes a folder of files that appears whole; an existing one of this name is replaced. */
export async function writeFolderAtomic(
  path: string,
  files: Readonly<Record<string, readonly Content[]>>,
): Promise<void> {
  const draft = draftOf(path);
  try {
    await makeFolder(draft);
    for (const [name, parts] of Object.entries(files)) await writeFlushed(join(draft, name), parts);
    await flushFolder(draft);
    await replaceFolder(draft, path);
    await flushFolder(dirname(path));
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    fileError(error, 'write', path);
  }
}

/** Removes a folder so that under its own name it is never seen in part. */
export async function removeFolderAtomic(path: string): Promise<void> {
  const aside = draftOf(path);
  await rename(path, aside);
  await rm(aside, { recursive: true, force: true });
}

/** The bytes of a file; E_FILE where it is missing or cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    return fileError(error, 'read', path);
  }
}

/** Text of a file, UTF-8. */
export const readText = async (path: string): Promise<string> => new TextDecoder().decode(await readBytes(path));
