import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { holdRun } from './hold.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fokker-hold-'));
});
const refusal = expect.objectContaining({ code: 'E_RUN' });
const leave = (content: object | string) =>
  writeFile(join(folder, '.lock'), typeof content === 'string' ? content : JSON.stringify(content));
const since = '2020-01-01T00:00:00.000Z';

test('one at a time, and free again afterwards', async () => {
  const release = await holdRun(folder);
  expect(JSON.parse(await readFile(join(folder, '.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  await expect(holdRun(folder)).rejects.toThrow(refusal);
  await release();
  await (await holdRun(folder))();
});

test('of two at once one is refused', async () => {
  const both = await Promise.allSettled([holdRun(folder), holdRun(folder)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a folder where nothing was put is removed again', async () => {
  const release = await holdRun(join(folder, 'run'));
  await release();
  expect(await readdir(folder)).toEqual([]);
});

test('a lock of a process that is gone is taken over, whoever has its number now', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const gone of [pid, process.pid]) {
    await leave({ pid: gone, host: hostname(), since });
    await (await holdRun(folder))();
  }
});

test('a process that lives holds it', async () => {
  await leave({ pid: process.ppid, host: hostname(), since });
  await expect(holdRun(folder)).rejects.toThrow(refusal);
});

test('on another machine, or without a name, it is held while it is renewed', async () => {
  for (const content of [{ pid: 1, host: `not-${hostname()}`, since }, '']) {
    await leave(content);
    await expect(holdRun(folder)).rejects.toThrow(refusal);
    const old = new Date(Date.now() - 600_000);
    await utimes(join(folder, '.lock'), old, old);
    await (await holdRun(folder))();
  }
});

test('a place that cannot be written to is E_FILE', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(holdRun(join(folder, 'file', 'run'))).rejects.toThrow(expect.objectContaining({ code: 'E_FILE' }));
});
