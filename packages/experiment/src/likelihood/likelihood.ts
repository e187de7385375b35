/**
 * Log-likelihoods of data under a trained run, in nats and in bits per coordinate.
 *
 *     nats   mean of log p(x_i) over the rows,   ± 1.96 s/√n
 *     bits   −nats/(d ln 2) + log₂(L/(b − a))    the last term for data of L levels only (dequantise.ts)
 *
 * The interval is that of a mean over rows: it holds what another sample of data would change, and the estimator's own noise, which is also told apart.
 */
import { dirname, extname } from 'node:path';
import {
  type Batch,
  fail,
  type Key,
  type LikelihoodKind,
  type LogLikelihood,
  type LostPath,
  rootKey,
  type ScoreField,
} from '@fokker/core';
import { chooseGiven } from '../composition/given-part.js';
import { checkCount } from '../config/count.js';
import type { PartConfig } from '../config/schema.js';
import { writableFolder } from '../formats/atomic.js';
import { readCsv, writeCsv } from '../formats/csv.js';
import { readNpy, writeNpy } from '../formats/npy.js';
import { silent } from '../progress.js';
import type { Run } from '../run/run.js';
import { type DrawOptions, openScore } from '../run/score.js';
import { checkFramesPath } from '../simulation/write-frames.js';
import { cellBits, dequantise, type Levels } from './dequantise.js';
import { type TerminalName, terminalLaw } from './terminal.js';

export interface LikelihoodOptions extends DrawOptions {
  /** Rows [n, d], or a .npy or .csv file of them. */
  readonly data: Batch | string;
  /** Id of a method, or the method with its options; flow by default. */
  readonly method?: string | PartConfig | undefined;
  /** `option=value` of the method. */
  readonly set?: readonly string[] | undefined;
  /** The first rows only. */
  readonly n?: number | undefined;
  /** Time at which the rows are states; by default the first time of sampling. */
  readonly from?: number | undefined;
  readonly terminal?: TerminalName | undefined;
  /** For data of discrete levels. */
  readonly quantised?: Levels | undefined;
  /** File to write, one line a row: log p, low, high. */
  readonly out?: string | undefined;
}

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface LikelihoodResult {
  readonly method: string;
  /** With which right: the density itself, a lower bound in expectation, or an estimate of one. */
  readonly kind: LikelihoodKind;
  readonly n: number;
  readonly from: number;
  readonly terminal: string;
  /** Mean log-likelihood with its 95 % interval over rows. */
  readonly nats: Interval;
  /** Bits per coordinate, smaller is better; an upper bound where `kind` is a bound. */
  readonly bitsPerDim: Interval;
  /** Root mean square of the rows' standard errors: what the estimator itself adds to each. */
  readonly ownError: number;
  readonly lost: { readonly count: number; readonly of: number; readonly paths: readonly LostPath[] };
  /** One entry a row, nats; NaN of a lost path. */
  readonly rows: readonly (Interval & { readonly standardError: number })[];
  /** Step of the checkpoint. */
  readonly step: number;
  readonly out?: string;
}

const normal95 = 1.959963984540054;

async function readRows(data: Batch | string): Promise<Batch> {
  if (typeof data !== 'string') return data;
  if (extname(data) === '.npy') return readNpy(data);
  if (extname(data) === '.csv') return readCsv(data);
  return fail('E_USAGE', {
    summary: `cannot tell the format of '${data}'`,
    got: data,
    expected: 'a file that ends in .npy or .csv',
    tryThis: ['numpy.save(file, rows)'],
  });
}

const firstRows = ({ data, n, d }: Batch, count: number): Batch => {
  const kept = Math.min(n, count);
  return { data: data.subarray(0, kept * d), n: kept, d };
};

function chooseMethod({ experiment }: Run, { method, set }: LikelihoodOptions) {
  const usual = { part: { id: 'flow' } };
  const chosen = chooseGiven(experiment.registry, 'likelihood', { flag: 'method', given: method, set, usual });
  return { id: chosen.definition.id, ...chosen.definition.create(chosen.options) };
}

interface Parts {
  readonly run: Run;
  readonly rows: Batch;
  readonly score: ScoreField;
  readonly key: Key;
  readonly from: number;
  readonly terminal: Awaited<ReturnType<typeof terminalLaw>>;
}

/** In blocks of rows, so that memory is bounded and progress told; row i is the same in any block. */
async function inBlocks(
  method: ReturnType<typeof chooseMethod>,
  { run, rows, score, key, from, terminal }: Parts,
  { progress = silent, signal }: LikelihoodOptions,
): Promise<readonly LogLikelihood[]> {
  const { sde, config } = run.experiment;
  const block = Math.max(1, Math.floor(config.sampling.batch / 10));
  const parts: LogLikelihood[] = [];
  for (let first = 0; first < rows.n; first += block) {
    const n = Math.min(block, rows.n - first);
    const data = { data: rows.data.subarray(first * rows.d, (first + n) * rows.d), n, d: rows.d };
    const onStep = (done: number, of: number): void =>
      progress({ kind: 'step', stage: method.id, done: first * of + n * done, of: rows.n * of });
    const job = { sde, score, data, from, to: sde.span.T, terminal: terminal.logDensity, key, first, onStep };
    parts.push(await method.logLikelihood({ ...job, ...(signal && { signal }) }));
  }
  return parts;
}

function summarise(parts: readonly LogLikelihood[], d: number, bits: number) {
  const rows = parts.flatMap(({ value, low, high, standardError }) =>
    Array.from(value, (nats, i) => ({
      value: nats,
      low: low[i]!,
      high: high[i]!,
      standardError: standardError[i]!,
    })),
  );
  const known = rows.filter(({ value }) => Number.isFinite(value));
  const n = known.length;
  const mean = known.reduce((sum, { value }) => sum + value, 0) / n;
  const spread = Math.sqrt(known.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (n - 1) / n);
  const own = Math.sqrt(known.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / n);
  const half = normal95 * (n > 1 ? spread : own);
  const nats = { value: mean, low: mean - half, high: mean + half };
  const toBits = (value: number): number => -value / (d * Math.LN2) + bits;
  return {
    rows,
    nats,
    bitsPerDim: { value: toBits(nats.value), low: toBits(nats.high), high: toBits(nats.low) },
    ownError: own,
  };
}

function writeRows(path: string, rows: LikelihoodResult['rows']): Promise<void> {
  const table = {
    data: Float64Array.from(rows.flatMap(({ value, low, high }) => [value, low, high])),
    n: rows.length,
    d: 3,
  };
  return path.endsWith('.npy') ? writeNpy(path, table) : writeCsv(path, table, ['log_p', 'low', 'high']);
}

/** Throws E_FILE, E_FORMAT, E_SHAPE, E_NOT_FINITE, E_DATA, E_UNKNOWN_ID, E_PARAMETERS, E_TIME, E_CAPABILITY, E_USAGE, E_DEVICE, E_INTERRUPTED. */
export async function likelihood(run: Run, options: LikelihoodOptions): Promise<LikelihoodResult> {
  const { experiment } = run;
  const { config, sde } = experiment;
  const { out, quantised, progress, signal } = options;
  if (options.n !== undefined) checkCount(options.n, 'n');
  if (quantised !== undefined) checkCount(quantised.levels, 'levels', 2);
  if (out !== undefined) {
    checkFramesPath(out);
    await writableFolder(dirname(out));
  }
  const method = chooseMethod(run, options);
  const key = rootKey(options.seed ?? config.seed).at('likelihood');
  const read = firstRows(await readRows(options.data), options.n ?? Number.POSITIVE_INFINITY);
  const rows = quantised === undefined ? read : dequantise(read, quantised, key);
  const terminal = await terminalLaw(options.terminal ?? 'auto', { experiment, key, progress, signal });
  const from = options.from ?? config.sampling.cutoff;
  const score = await openScore(run, options);
  try {
    const parts = await inBlocks(method, { run, rows, score: score.field, key, from, terminal }, options);
    const lost = parts.flatMap((part) => part.lost);
    const summary = summarise(parts, sde.dim, quantised === undefined ? 0 : cellBits(quantised));
    if (out !== undefined) await writeRows(out, summary.rows);
    return {
      method: method.id,
      kind: method.kind,
      n: rows.n,
      from,
      terminal: terminal.name,
      lost: { count: lost.length, of: rows.n, paths: lost },
      step: score.step,
      ...summary,
      ...(out !== undefined && { out }),
    };
  } finally {
    score.close();
  }
}
