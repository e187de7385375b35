/**
 * The built command line as a user has it: a process with its words, its two streams and its exit code.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ErrorCode } from '@fokker/core';

export const bin = fileURLToPath(new URL('../../packages/cli/bin/fokker.js', import.meta.url));

/** A folder of its own for a test file, beside the experiment file that all share: it goes with that. */
export const freshFolder = (beside?: string): string =>
  mkdtempSync(join(beside === undefined ? tmpdir() : dirname(beside), 'fokker-cli-'));

/** Seconds of training on one core; as YAML, so that places in it can be asserted. */
export const tiny = `name: tiny
seed: 3
process: { id: active-swimmer, horizon: 1 }
objective: { id: local-dsm, bank: { paths: 64 } }
schedule: { id: constant, lag: 0.2 }
model: { id: mlp, width: 8, depth: 1 }
simulation: { scheme: heun, step: 0.05 }
training: { steps: 40, batch: 16, workers: 0, device: cpu, logEvery: 10, checkpointEvery: 20, heldOut: 32 }
sampling: { n: 100, steps: 20 }
evaluation: { times: [0.5, 0.25], n: 100, floorPairs: 2 }
`;

/** Writes a file below `folder` and gives its path. */
export function put(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

export interface Outcome {
  /** Null where a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
  /** Resolves once stderr holds this text; rejects when the process ends without it. */
  says(text: string): Promise<void>;
}

export interface Options {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export function start(words: readonly string[], { cwd, env }: Options = {}): Running {
  const child = spawn(process.execPath, [bin, ...words], { cwd, env: { ...process.env, ...env, NO_COLOR: '1' } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => stderr.includes(text) && resolve();
      child.stderr.on('data', look);
      child.on('close', () => reject(new Error(`ended without '${text}': ${stderr}`)));
      look();
    });
  return { child, outcome, says };
}

export const fokker = (words: readonly string[], options?: Options): Promise<Outcome> => start(words, options).outcome;

/** The one JSON document of a command that succeeds. */
export async function answer(words: readonly string[], options?: Options): Promise<unknown> {
  const { code, stdout, stderr } = await fokker([...words, '--json'], options);
  if (code !== 0) throw new Error(`exit code ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}

/** Many short calls, in one process because each would load the same libraries. */
export async function many(calls: readonly (readonly string[])[], { cwd }: Options = {}): Promise<Outcome[]> {
  const main = new URL('../dist/main.js', pathToFileURL(bin));
  const script = fileURLToPath(new URL('fixtures/many.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, main.href, bin], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(calls));
  return JSON.parse(await text(child.stdout)) as Outcome[];
}

export interface Failure {
  readonly code: ErrorCode;
  readonly exit: number;
  readonly summary: string;
  readonly got: string;
  readonly expected: string;
  readonly tryThis: readonly string[];
  readonly where?: string;
}

/** The coded error of a call with --json that failed: stdout has to be that one document, the exit code the one it names. */
export function errorOf({ code, stdout, stderr }: Outcome): Failure {
  if (code === 0) throw new Error(`no failure: ${stdout}`);
  const { error } = JSON.parse(stdout) as { error: Failure };
  if (error.exit !== code) throw new Error(`exit code ${code} of an error that names ${error.exit}: ${stderr}`);
  return error;
}

export const failure = async (words: readonly string[], options?: Options): Promise<Failure> =>
  errorOf(await fokker([...words, '--json'], options));

/** The errors of many calls. */
export const failures = async (calls: readonly (readonly string[])[], options?: Options): Promise<Failure[]> =>
  (
    await many(
      calls.map((words) => [...words, '--json']),
      options,
    )
  ).map(errorOf);
