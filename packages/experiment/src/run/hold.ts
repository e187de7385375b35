/**
 * One training at a time in a run folder: while it works, the file .lock says which process on which machine it is.
 *
 * A lock whose process is gone is taken over. On another machine that cannot be asked: there the lock counts as held while its time is renewed, which the holder does
 * every few seconds. Throws E_RUN where another training is at work, E_FILE.
 */
import { readFile, rename, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { fail } from '@fokker/core';
import { z } from 'zod';
import { codeOf, draftOf, fileError, makeFolder } from '../formats/atomic.js';

const renewEvery = 10_000;
/** Not renewed for so long, ms, a lock of another machine is abandoned: many times the interval, and more than clocks differ. */
const abandonedAfter = 120_000;

export const lockName = '.lock';

const holder = z.object({ pid: z.int().positive(), host: z.string(), since: z.string() });
type Holder = z.infer<typeof holder>;

/** Locks of this process: its number alone does not tell them from those of a process that had it before. */
const held = new Set<string>();

function parseHolder(text: string): Holder | undefined {
  try {
    return holder.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function isHeld(path: string, found: Holder | undefined): Promise<boolean> {
  if (found?.host === hostname()) return found.pid === process.pid ? held.has(path) : isAlive(found.pid);
  const renewed = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  return Date.now() - renewed < abandonedAfter;
}

const refuseHeld = (path: string, directory: string, found: Holder | undefined): never =>
  fail('E_RUN', {
    summary: `another training is at work in '${directory}'`,
    got: found === undefined ? path : `process ${found.pid} on ${found.host}, since ${found.since}`,
    expected: 'one training at a time in a folder',
    tryThis: [
      'wait for it, or stop it (Ctrl-C saves a checkpoint)',
      'choose another folder with --out',
      `remove ${path} if that training does not run any more`,
    ],
  });

/** False where the file is there already. */
async function create(path: string): Promise<boolean> {
  const content: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  try {
    await writeFile(path, `${JSON.stringify(content)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    await rm(path, { force: true }).catch(() => undefined);
    return fileError(error, 'write', path);
  }
}

/** Puts an abandoned lock away; gives back one that was taken over meanwhile. */
async function putAway(path: string, text: string): Promise<void> {
  const aside = draftOf(path);
  await rename(path, aside).catch(() => undefined);
  const taken = await readFile(aside, 'utf8').catch(() => text);
  if (taken === text) await rm(aside, { force: true });
  else await rename(aside, path);
}

/** Takes the folder, made where it is missing. The result gives it free again, and removes it if it was made here for nothing. */
export async function holdRun(directory: string): Promise<() => Promise<void>> {
  const folder = resolve(directory);
  const path = join(folder, lockName);
  const stood = await stat(folder).then(
    () => true,
    () => false,
  );
  await makeFolder(folder).catch((error: unknown) => fileError(error, 'write', directory));
  if (!(await create(path))) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const found = parseHolder(text);
    if (await isHeld(path, found)) return refuseHeld(path, directory, found);
    await putAway(path, text);
    if (!(await create(path))) return refuseHeld(path, directory, undefined);
  }
  held.add(path);
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, renewEvery).unref();
  return async () => {
    clearInterval(renewal);
    held.delete(path);
    await rm(path, { force: true }).catch(() => undefined);
    if (!stood) await rmdir(folder).catch(() => undefined);
  };
}
