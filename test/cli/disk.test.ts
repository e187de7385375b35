/** Disks that do not take what is written: exit code 74, nothing half-written, no draft left behind. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, inject, test } from 'vitest';
import { bin, errorOf, failure, failures, freshFolder, type Outcome, put } from './fokker.js';

const run = inject('run');
const config = inject('config');
const folder = freshFolder(config);
const names = (directory: string): string[] => (readdirSync(directory, { recursive: true }) as string[]).sort();
const copy = (name: string): string => {
  const path = join(folder, name);
  cpSync(run, path, { recursive: true });
  return path;
};

test('a place below a file, or where no folder can be made', async () => {
  const file = put(folder, 'file', 'mine');
  const below = [
    ['train', config, '--out', join(file, 'run')],
    ['train', config, '--out', file],
    ['simulate', config, '--n', '5', '--out', join(file, 'states.npy')],
    ['sample', run, '--n', '5', '--steps', '2', '--out', join(file, 'samples.csv')],
  ];
  const proc = existsSync('/proc/self') ? [['train', config, '--out', '/proc/fokker/run']] : [];
  for (const { code } of await failures([...below, ...proc])) expect(code).toBe('E_FILE');
  expect(names(folder)).toContain('file');
});

test('names that are taken by something else', async () => {
  const evaluated = copy('evaluated');
  rmSync(join(evaluated, 'evaluation.json'));
  mkdirSync(join(evaluated, 'evaluation.json'));
  const reported = copy('reported');
  put(reported, 'report', 'mine');
  const out = join(folder, 'samples.npy');
  mkdirSync(out);
  const errors = await failures([
    ['evaluate', evaluated],
    ['report', reported],
    ['sample', run, '--n', '5', '--steps', '2', '--out', out],
  ]);
  expect(errors.map(({ code }) => code)).toEqual(['E_FILE', 'E_FILE', 'E_FILE']);
  expect(names(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(names(out)).toEqual([]);
});

/** A limit on the size of files stands for a full disk where no small disk can be mounted: 4 to 8 KiB, by the shell. */
function limited(words: readonly string[]): Outcome {
  const shell = ['-c', 'ulimit -f 8; exec "$@"', 'sh', process.execPath, bin, ...words, '--json'];
  try {
    return {
      code: 0,
      stdout: execFileSync('sh', shell, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
      stderr: '',
    };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
    return { code: status, stdout, stderr };
  }
}

describe.skipIf(process.platform === 'win32')('files that may not grow', () => {
  test('simulate writes nothing', () => {
    const out = join(folder, 'grown.npy');
    expect(errorOf(limited(['simulate', config, '--n', '2000', '--out', out]))).toMatchObject({
      code: 'E_FILE',
      exit: 74,
    });
    expect(names(folder).filter((name) => name.includes('grown'))).toEqual([]);
  });
  test('train keeps no half of a checkpoint', () => {
    const out = join(folder, 'large');
    const words = ['train', config, '--set', 'model.width=64', '--set', 'training.steps=2', '--out', out];
    expect(errorOf(limited(words))).toMatchObject({ code: 'E_FILE' });
    expect(names(out).filter((name) => /checkpoints.|tmp/.test(name))).toEqual([]);
  });
  test('report leaves no page', () => {
    const bare = copy('bare');
    expect(errorOf(limited(['report', bare]))).toMatchObject({ code: 'E_FILE' });
    expect(existsSync(join(bare, 'report', 'report.html'))).toBe(false);
    expect(names(bare).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

/** Mounts a file system of 64 KiB, where we may. */
function smallDisk(disk: string): boolean {
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a disk of 64 KiB: full, then read-only', async ({ skip }) => {
  const disk = join(folder, 'disk');
  if (!smallDisk(disk)) skip('no file system may be mounted here');
  try {
    const out = join(disk, 'states.npy');
    const errors = await failures([
      ['simulate', config, '--n', '20000', '--out', out],
      ['train', config, '--set', 'model.width=128', '--set', 'training.steps=2', '--out', join(disk, 'run')],
    ]);
    expect(errors.map(({ code }) => code)).toEqual(['E_FILE', 'E_FILE']);
    expect(errors[0]?.tryThis).toContain('free some space on this disk');
    expect(names(disk).filter((name) => /states|tmp|checkpoints./.test(name))).toEqual([]);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect((await failure(['simulate', config, '--n', '5', '--out', out])).code).toBe('E_FILE');
  } finally {
    execFileSync('umount', [disk]);
  }
});
