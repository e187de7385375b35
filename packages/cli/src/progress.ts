/**
 * Progress on stderr. On a terminal one line that is written over, with all stages that are under way:
 *
 *     train  4200/15000  28 %  112/s  1 min 36 s left  loss 1.672
 *
 * Elsewhere whole lines, so few that a log stays readable: a stage tells of every further tenth, at most one line in `quiet` seconds. Both tell of the end of a
 * stage, if it took longer than `brief` seconds.
 * The rate is an exponential mean over the last `memory` seconds.
 */
import process from 'node:process';
import type { Progress, ProgressEvent } from '@fokker/experiment';
import { figure } from './table.js';

type Step = Extract<ProgressEvent, { kind: 'step' }>;

const memory = 10; // s
const refresh = 0.1; // s between redraws of a terminal's line; no rate is taken over less
const quiet = 5; // s between lines of one stage in a log
const brief = 1; // s

export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 15000, 9.75 M: counts of rows times steps grow beyond reading. */
const count = (x: number): string => (x < 1e6 ? String(Math.round(x)) : `${(x / 1e6).toPrecision(3)} M`);
const speed = (rate: number): string => (rate < 1000 ? `${figure(Number(rate.toPrecision(3)))}/s` : `${count(rate)}/s`);

interface Pace {
  readonly begun: number;
  done: number;
  at: number;
  /** Steps a second; NaN before it is known. */
  rate: number;
  /** Of a log: last tenth told, and when. */
  tenth: number;
  told: number;
}

/** Text of a stage under way. */
export function stepText({ stage, done, of, loss }: Step, rate: number): string {
  const parts = [`${stage}  ${count(done)}/${count(of)}`, `${Math.floor((100 * done) / of)} %`];
  if (rate > 0) parts.push(speed(rate), `${duration((of - done) / rate)} left`);
  if (loss !== undefined) parts.push(`loss ${figure(loss)}`);
  return parts.join('  ');
}

/** Text of a stage that has come to its end after so many seconds. */
export function endText({ stage, of, loss }: Step, seconds: number): string {
  const parts = [`${stage}  ${count(of)}`, `in ${duration(seconds)}`];
  if (loss !== undefined) parts.push(`loss ${figure(loss)}`);
  return parts.join('  ');
}

export interface ProgressLine {
  readonly report: Progress;
  /** Ends the line that is being written over. */
  close(): void;
}

export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export function progressLine(
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now() / 1000,
): ProgressLine {
  const paces = new Map<string, Pace>();
  const texts = new Map<string, string>(); // of the stages under way
  let open = false;
  let drawn = Number.NEGATIVE_INFINITY;

  const clear = (): void => {
    if (open) stream.write('\r\x1b[2K');
    open = false;
  };
  const draw = (): void => {
    clear();
    if (texts.size === 0) return;
    stream.write([...texts.values()].join('  ·  ').slice(0, (stream.columns ?? 120) - 1));
    open = true;
  };
  const close = (): void => {
    if (open) stream.write('\n');
    open = false;
  };

  const paceOf = ({ stage, done }: Step, time: number): Pace => {
    const pace = paces.get(stage);
    if (pace === undefined || done < pace.done) {
      const first = { begun: time, done, at: time, rate: Number.NaN, tenth: 0, told: time };
      paces.set(stage, first);
      return first;
    }
    const elapsed = time - pace.at;
    if (done > pace.done && elapsed >= refresh) {
      const rate = (done - pace.done) / elapsed;
      const keep = Number.isNaN(pace.rate) ? 0 : Math.exp(-elapsed / memory);
      pace.rate = keep === 0 ? rate : keep * pace.rate + (1 - keep) * rate;
      pace.done = done;
      pace.at = time;
    }
    return pace;
  };

  const finish = (event: Step, seconds: number): void => {
    paces.delete(event.stage);
    texts.delete(event.stage);
    clear();
    if (seconds >= brief) stream.write(`${endText(event, seconds)}\n`);
    if (stream.isTTY) draw();
  };
  const onTerminal = (event: Step, pace: Pace, time: number): void => {
    texts.set(event.stage, stepText(event, pace.rate));
    if (time - drawn < refresh) return;
    drawn = time;
    draw();
  };
  const inLog = (event: Step, pace: Pace, time: number): void => {
    const tenth = Math.floor((10 * event.done) / event.of);
    if (tenth <= pace.tenth || time - pace.told < quiet) return;
    pace.tenth = tenth;
    pace.told = time;
    stream.write(`${stepText(event, pace.rate)}\n`);
  };

  const report: Progress = (event) => {
    if (event.kind === 'notice') {
      clear();
      stream.write(`${event.text}\n`);
      return;
    }
    const time = now();
    const pace = paceOf(event, time);
    if (event.done >= event.of) finish(event, time - pace.begun);
    else if (stream.isTTY) onTerminal(event, pace, time);
    else inLog(event, pace, time);
  };
  return { report, close };
}
