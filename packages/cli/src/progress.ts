/**
 * Progress on stderr: one line that is written over on a terminal; elsewhere a line at every tenth of a stage, so that a log stays short.
 *
 *     train  4200/15000  28 %  112/s  1 min 36 s left  loss 1.672
 *
 * The rate is that of the stage's last ten seconds or so: an exponential mean in time.
 */
import process from 'node:process';
import type { Progress, ProgressEvent } from '@fokker/experiment';
import { figure } from './table.js';

type Step = Extract<ProgressEvent, { kind: 'step' }>;

const memory = 10; // seconds over which the rate is averaged
const refresh = 0.1; // seconds between redraws of a terminal's line

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

interface Pace {
  done: number;
  at: number;
  rate: number;
  tenth: number;
}

/** Text of one step; the rate is in steps a second, NaN before it is known. */
export function stepText({ stage, done, of, loss }: Step, rate: number): string {
  const parts = [`${stage}  ${done}/${of}`, `${Math.floor((100 * done) / of)} %`];
  if (rate > 0) parts.push(`${figure(Number(rate.toPrecision(3)))}/s`, `${duration((of - done) / rate)} left`);
  if (loss !== undefined) parts.push(`loss ${figure(loss)}`);
  return parts.join('  ');
}

export interface ProgressLine {
  readonly report: Progress;
  /** Ends the line that is being written over. */
  close(): void;
}

export function progressLine(
  stream: { isTTY?: boolean | undefined; columns?: number | undefined; write(text: string): unknown } = process.stderr,
  now: () => number = () => performance.now() / 1000,
): ProgressLine {
  const stages = new Map<string, Pace>();
  let open = false;
  let drawn = Number.NEGATIVE_INFINITY;
  const close = (): void => {
    if (open) stream.write('\n');
    open = false;
  };
  const paceOf = ({ stage, done }: Step, time: number): Pace => {
    const pace = stages.get(stage);
    if (pace === undefined || done < pace.done) {
      const first = { done, at: time, rate: Number.NaN, tenth: -1 };
      stages.set(stage, first);
      return first;
    }
    const elapsed = time - pace.at;
    if (done > pace.done && elapsed > 0) {
      const rate = (done - pace.done) / elapsed;
      const keep = Number.isNaN(pace.rate) ? 0 : Math.exp(-elapsed / memory);
      pace.rate = keep === 0 ? rate : keep * pace.rate + (1 - keep) * rate;
      pace.done = done;
      pace.at = time;
    }
    return pace;
  };
  const report: Progress = (event) => {
    if (event.kind === 'notice') {
      close();
      stream.write(`${event.text}\n`);
      return;
    }
    const time = now();
    const pace = paceOf(event, time);
    const text = stepText(event, pace.rate);
    const finished = event.done >= event.of;
    if (stream.isTTY) {
      if (!finished && time - drawn < refresh) return;
      drawn = time;
      stream.write(`\r\x1b[2K${text.slice(0, (stream.columns ?? 120) - 1)}`);
      open = true;
      if (finished) close();
      return;
    }
    const tenth = Math.floor((10 * event.done) / event.of);
    if (tenth <= pace.tenth) return;
    pace.tenth = tenth;
    stream.write(`${text}\n`);
  };
  return { report, close };
}
