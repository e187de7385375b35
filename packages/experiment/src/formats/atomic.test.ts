import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import { readText, removeDrafts, removeFolderAtomic, writeFileAtomic, writeFolderAtomic } from './atomic.js';
import { appendLine, readLines, writeLines } from './jsonl.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fokker-atomic-'));
});
const file = expect.objectContaining({ code: 'E_FILE' });

describe('writing whole files', () => {
  test('files and folders replace what was there and leave no drafts', async () => {
    await writeFileAtomic(join(folder, 'deep', 'a.txt'), 'one, ', new TextEncoder().encode('two'));
    await writeFileAtomic(join(folder, 'deep', 'a.txt'), 'three');
    await writeFolderAtomic(join(folder, 'b'), { x: ['1'], y: ['2'] });
    await writeFolderAtomic(join(folder, 'b'), { x: ['3'] });
    expect(await readText(join(folder, 'deep', 'a.txt'))).toBe('three');
    expect(await readdir(join(folder, 'deep'))).toEqual(['a.txt']);
    expect(await readdir(folder)).toEqual(['b', 'deep']);
    expect(await readdir(join(folder, 'b'))).toEqual(['x']);
  });

  test('a folder is removed whole', async () => {
    await writeFolderAtomic(join(folder, 'b'), { x: ['1'] });
    await removeFolderAtomic(join(folder, 'b'));
    expect(await readdir(folder)).toEqual([]);
  });

  test('a place that cannot be written to is E_FILE and nothing is left', async () => {
    await writeFile(join(folder, 'file'), 'kept');
    await mkdir(join(folder, 'taken', 'inside'), { recursive: true });
    await expect(writeFileAtomic(join(folder, 'file', 'a.txt'), 'x')).rejects.toThrow(file);
    await expect(writeFolderAtomic(join(folder, 'file', 'b'), { x: ['x'] })).rejects.toThrow(file);
    await expect(writeFileAtomic(join(folder, 'taken'), 'x')).rejects.toThrow(file);
    await expect(writeFileAtomic('/proc/fokker/a.txt', 'x')).rejects.toThrow(file);
    await expect(appendLine(join(folder, 'absent', 'metrics.jsonl'), {})).rejects.toThrow(file);
    await expect(readText(join(folder, 'absent'))).rejects.toThrow(file);
    expect((await readdir(folder)).sort()).toEqual(['file', 'taken']);
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('kept');
  });

  test('a disk that is full halfway (here: a limit on the size of files) leaves the old file alone', async () => {
    await writeFileAtomic(join(folder, 'a.txt'), 'old');
    const script = `
      import { writeFileAtomic } from '@fokker/experiment/formats';
      await writeFileAtomic(${JSON.stringify(join(folder, 'a.txt'))}, 'x'.repeat(1 << 20))
        .catch((error) => console.log(error.code, error.cause.code));`;
    const { stdout } = await promisify(execFile)(
      'sh',
      [
        '-c',
        `trap '' XFSZ; ulimit -f 64; printf '%s' "$SCRIPT" | ${JSON.stringify(process.execPath)} --input-type=module -`,
      ],
      {
        cwd: import.meta.dirname,
        env: { ...process.env, SCRIPT: script },
      },
    );
    expect(stdout.trim()).toBe('E_FILE EFBIG');
    expect(await readdir(folder)).toEqual(['a.txt']);
    expect(await readText(join(folder, 'a.txt'))).toBe('old');
  });

  test('what a killed process left is removed, and nothing else', async () => {
    await mkdir(join(folder, '.000020.5f0c.tmp', 'inside'), { recursive: true });
    for (const name of ['.config.yaml.5f0c.tmp', '.gitignore', 'notes.tmp']) await writeFile(join(folder, name), '');
    await removeDrafts(folder);
    expect((await readdir(folder)).sort()).toEqual(['.gitignore', 'notes.tmp']);
    await removeDrafts(join(folder, 'absent'));
  });

  test('lines are appended; one that was cut short is not a record', async () => {
    const path = join(folder, 'metrics.jsonl');
    await writeLines(path, [{ step: 1 }]);
    await appendLine(path, { step: 2 });
    await writeFile(path, '{"step":', { flag: 'a' });
    expect(await readLines(path)).toEqual([{ step: 1 }, { step: 2 }]);
  });
});
