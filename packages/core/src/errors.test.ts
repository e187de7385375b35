import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { errorCodes, FokkerError, fail, isFokkerError } from './errors.js';

const details = { summary: 'a part fails', got: 'this', expected: 'that', tryThis: ['one', 'two'] };

describe('errors', () => {
  test('print a labelled line a fact', () => {
    expect(new FokkerError('E_CONFIG', { ...details, where: 'a.yaml:1:2' }).toString()).toBe(
      [
        'E_CONFIG  a part fails',
        '  got       this',
        '  expected  that',
        '  try       one',
        '            two',
        '  config    a.yaml:1:2',
      ].join('\n'),
    );
  });

  test('are known by their brand, and keep their cause', () => {
    const cause = new RangeError('x');
    try {
      fail('E_FILE', { ...details, cause });
    } catch (error) {
      expect(isFokkerError(error)).toBe(true);
      expect(error).toMatchObject({ code: 'E_FILE', cause });
    }
    expect([isFokkerError(cause), isFokkerError(null), isFokkerError('E_FILE')]).toEqual([false, false, false]);
    expect(isFokkerError({ [Symbol.for('fokker/error')]: true })).toBe(true);
  });

  test('exit codes are those of the command line', () => {
    for (const { exit } of Object.values(errorCodes)) expect([2, 65, 70, 74, 130]).toContain(exit);
  });

  test('docs/errors.md is current', () => {
    const script = fileURLToPath(new URL('../../../scripts/errors-doc.js', import.meta.url));
    expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
  });
});
