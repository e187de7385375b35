import { describe, expect, test } from 'vitest';
import { duration, endText, progressLine, stepText } from './progress.js';

const step = (done: number, of = 100, stage = 'train') => ({ kind: 'step', stage, done, of }) as const;

/** A stream that keeps what is written, and a clock that is set. */
function setting(terminal?: { columns: number }) {
  let written = '';
  const clock = { now: 0 };
  const stream = {
    isTTY: terminal !== undefined,
    columns: terminal?.columns,
    write: (text: string) => {
      written += text;
    },
  };
  return { clock, line: progressLine(stream, () => clock.now), written: () => written };
}

/** What a terminal shows: \r\x1b[2K empties the line that is being written. */
const shown = (text: string): string[] => text.split('\n').map((line) => line.split('\r\x1b[2K').at(-1)!);

describe('texts', () => {
  test.each([
    [0, '0.0 s'],
    [3.14, '3.1 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [96, '1 min 36 s'],
    [3 * 3600 + 120, '3 h 2 min'],
  ])('%d s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

  test('a stage under way: done, rate, time left, loss', () => {
    const event = { ...step(4200, 15000), loss: 1.67249 };
    expect(stepText(event, 112)).toBe('train  4200/15000  28 %  112/s  1 min 36 s left  loss 1.672');
    expect(stepText(step(0), Number.NaN)).toBe('train  0/100  0 %');
    expect(stepText(step(4_500_000, 9_750_000, 'reverse'), 1_250_000)).toBe(
      'reverse  4.50 M/9.75 M  46 %  1.25 M/s  4.2 s left',
    );
  });
  test('a stage at its end', () => expect(endText({ ...step(100), loss: 2 }, 12)).toBe('train  100  in 12 s  loss 2'));
});

describe('in a log', () => {
  test('a line at every further tenth, no oftener than every five seconds, and one at the end', () => {
    const { clock, line, written } = setting();
    for (let done = 0; done <= 1000; done++) {
      clock.now = done / 50; // 20 s in all: a tenth every 2 s
      line.report(step(done, 1000));
    }
    expect(written()).toBe(
      [
        'train  250/1000  25 %  50/s  15 s left',
        'train  500/1000  50 %  50/s  10 s left',
        'train  750/1000  75 %  50/s  5.0 s left',
        'train  1000  in 20 s\n',
      ].join('\n'),
    );
  });
  test('a brief stage says nothing; a slow one speaks at its tenths', () => {
    const { clock, line, written } = setting();
    line.report(step(0));
    line.report(step(100));
    for (const done of [0, 5, 10, 15, 20]) {
      clock.now += 60;
      line.report(step(done));
    }
    expect(written().match(/\d+ %/g)).toEqual(['10 %', '20 %']);
  });
  test('notices stand alone', () => {
    const { line, written } = setting();
    line.report({ kind: 'notice', text: 'stopping' });
    expect(written()).toBe('stopping\n');
  });
});

describe('on a terminal', () => {
  test('one line is written over, ten times a second at most, and ended by close', () => {
    const { clock, line, written } = setting({ columns: 80 });
    for (let done = 0; done < 100; done++) {
      clock.now = done / 100;
      line.report(step(done));
    }
    line.close();
    expect(written().split('\r').length).toBeLessThan(12);
    expect(shown(written())).toEqual([expect.stringMatching(/^train {2}9\d\/100 {2}9\d % {2}100\/s/), '']);
  });
  test('stages side by side share the line; it is cut to the width', () => {
    const { clock, line, written } = setting({ columns: 40 });
    line.report(step(1, 20, 'floors'));
    clock.now = 1;
    line.report(step(50, 100, 'reverse'));
    expect(shown(written())).toEqual(['floors  1/20  5 %  ·  reverse  50/100  ']);
  });
  test('a stage that ends, and a notice, leave a line; what goes on is drawn below', () => {
    const { clock, line, written } = setting({ columns: 80 });
    line.report(step(1, 20, 'floors'));
    line.report(step(0, 100, 'reverse'));
    clock.now = 4;
    line.report(step(100, 100, 'reverse'));
    line.report({ kind: 'notice', text: 'stopping' });
    expect(shown(written())).toEqual(['reverse  100  in 4.0 s', 'stopping', '']);
  });
});

test('the rate forgets: after a change of pace it is the new one', () => {
  const { clock, line, written } = setting();
  let done = 0;
  const go = (steps: number, times: number): void => {
    for (let i = 0; i < times; i++, clock.now += 0.1) {
      done += steps;
      line.report(step(done, 4000));
    }
  };
  go(10, 100);
  go(1, 1000);
  expect(written().trim().split('\n').at(-1)).toMatch(/ 10(\.\d+)?\/s /); // e^{−90/10} of the old 100/s is left
});
