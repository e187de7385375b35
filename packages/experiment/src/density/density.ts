/**
 * The density of a trained energy network in the plane:
 *
 *     log p̂(y) = f(y) − log ∫ e^f,     NLL = −E log p̂(y) over fresh data
 *
 * with the integral over a grid that holds the data, and beside it the histogram of chains that sample with its score. Writes density/ in the run folder: density.json, map.npy
 * (p̂ at the centres, [cells, cells], rows along y₂), histogram.npy (shares of the chains over area), density.svg and .png.
 *
 * Throws E_INCOMPATIBLE where the states are not of the plane, E_CAPABILITY for a network without potential.
 */
import { join } from 'node:path';
import { type Acceptance, type Batch, fail, type Hint, hintText } from '@fokker/core';
import type { Experiment } from '../composition/experiment.js';
import { checkCount } from '../config/count.js';
import { boxOf } from '../data/density.js';
import { writeFileAtomic } from '../formats/atomic.js';
import { writeNpy } from '../formats/npy.js';
import { type Progress, silent } from '../progress.js';
import { density2, type Interval } from '../report/density.js';
import { densityPictures } from '../report/figures/density-pictures.js';
import { render } from '../report/render.js';
import type { Run } from '../run/run.js';
import { type OpenScore, openScore } from '../run/score.js';
import { acceptanceHints } from '../sampling/acceptance.js';
import { simulatePaths } from '../simulation/paths.js';
import { chainHistogram } from './chains.js';
import { cellArea, centres, type Grid, logIntegral } from './grid.js';

export interface DensityOptions {
  /** Chains of the histogram; 0: none. */
  readonly n?: number | undefined;
  /** Cells along an edge. */
  readonly cells?: number | undefined;
  /** Data points of the NLL. */
  readonly points?: number | undefined;
  /** Of a process: the time whose density is drawn. */
  readonly t?: number | undefined;
  readonly device?: string | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DensityReport {
  readonly step: number;
  readonly t: number;
  readonly ranges: readonly [Interval, Interval];
  readonly cells: number;
  /** log ∫ e^f over the grid. */
  readonly logNormaliser: number;
  /** Nats, with its Monte Carlo standard error. */
  readonly nll: { readonly value: number; readonly error: number };
  /** The same with the true density, where it is known: no law has less. */
  readonly entropy?: number;
  readonly chains?: {
    readonly n: number;
    readonly sampler: string;
    readonly steps: number;
    readonly lost: number;
    readonly outside: number;
    /** Of samplers that can reject a move. */
    readonly acceptance?: Acceptance;
    /** ½ Σ |histogram − p̂| area, of those inside the grid. */
    readonly totalVariation: number;
  };
  /** Advice; also told as notices. */
  readonly hints: readonly Hint[];
  readonly files: readonly string[];
}

/** The box of the data, an eighth wider on every side. */
function gridOf({ data }: Experiment, cells: number): Grid {
  if (data.dim !== 2) {
    return fail('E_INCOMPATIBLE', {
      summary: 'a density map is drawn in the plane',
      got: `states of ${data.dim} coordinates`,
      expected: '2 coordinates',
      tryThis: ['fokker evaluate RUN  compares samples in any dimension'],
    });
  }
  const { low, high } = boxOf(data);
  const range = (j: number): Interval => {
    const margin = (high[j]! - low[j]!) / 8;
    return { from: low[j]! - margin, to: high[j]! + margin };
  };
  return { cells, ranges: [range(0), range(1)] };
}

async function potentialAt({ field }: OpenScore, y: Batch, t: number): Promise<Float64Array> {
  const potential = new Float64Array(y.n);
  await field.evaluate(y, new Float64Array(y.n).fill(t), { potential });
  return potential;
}

const meanAndError = (values: Float64Array): { value: number; error: number } => {
  const value = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((sum, x) => sum + (x - value) ** 2, 0) / (values.length - 1);
  return { value, error: Math.sqrt(square / values.length) };
};

/** E[−log p] over the points. */
function entropyOf({ sde, data }: Experiment, y: Batch, t: number): number | undefined {
  const law = sde.marginal?.(data);
  if (law === undefined) return undefined;
  const logDensity = new Float64Array(y.n);
  law.logDensity(y, new Float64Array(y.n).fill(t), logDensity);
  return -meanAndError(logDensity).value;
}

const totalVariation = (p: Float64Array, q: Float64Array, area: number): number =>
  0.5 * p.reduce((sum, value, k) => sum + Math.abs(value - q[k]!) * area, 0);

export async function density(run: Run, options: DensityOptions = {}): Promise<DensityReport> {
  const { experiment, directory } = run;
  const { config } = experiment;
  const { n = config.sampling.n, cells = 200, points = 100_000, progress = silent, signal } = options;
  const t = options.t ?? config.sampling.cutoff;
  checkCount(n, 'n', 0);
  checkCount(cells, 'cells', 8);
  checkCount(points, 'points', 100);
  const grid = gridOf(experiment, cells);
  const key = experiment.key.at('density');
  const score = await openScore(run, { device: options.device, progress });
  try {
    const f = await potentialAt(score, centres(grid), t);
    const logNormaliser = logIntegral(f, grid);
    const map = f.map((value) => Math.exp(value - logNormaliser));
    const [data] = await simulatePaths(experiment, { n: points, times: [t], key: key.at('data'), signal, progress });
    const nll = (await potentialAt(score, data!.y, t)).map((value) => logNormaliser - value);
    const entropy = entropyOf(experiment, data!.y, t);
    const task = { experiment, score: score.field, grid, n, t, key: key.at('chains'), progress, signal };
    const found = n === 0 ? undefined : await chainHistogram(task);
    const histogram = found?.counts.map((share) => share / ((n - found.lost - found.outside) * cellArea(grid)));
    const hints = acceptanceHints(found?.acceptance);
    for (const hint of hints) progress({ kind: 'notice', text: hintText(hint) });
    const folder = join(directory, 'density');
    const written = await writeDensity(folder, grid, { map, histogram, data: data!.y });
    const result: DensityReport = {
      step: score.step,
      t,
      ranges: grid.ranges,
      cells,
      logNormaliser,
      nll: meanAndError(nll),
      ...(entropy !== undefined && { entropy }),
      ...(found !== undefined && {
        chains: {
          n,
          sampler: config.sampling.reverse.id,
          steps: config.sampling.steps,
          lost: found.lost,
          outside: found.outside,
          ...(found.acceptance !== undefined && { acceptance: found.acceptance }),
          totalVariation: totalVariation(histogram!, map, cellArea(grid)),
        },
      }),
      hints,
      files: written,
    };
    await writeFileAtomic(join(folder, 'density.json'), `${JSON.stringify(result, undefined, 2)}\n`);
    return result;
  } finally {
    score.close();
  }
}

interface Fields {
  readonly map: Float64Array;
  readonly histogram: Float64Array | undefined;
  readonly data: Batch;
}

async function writeDensity(folder: string, grid: Grid, { map, histogram, data }: Fields): Promise<string[]> {
  const { cells, ranges } = grid;
  const square = (values: Float64Array): Batch => ({ data: values, n: cells, d: cells });
  const arrays = [['map', map] as const, ...(histogram === undefined ? [] : [['histogram', histogram] as const])];
  const files: string[] = [];
  for (const [name, values] of arrays) {
    const path = join(folder, `${name}.npy`);
    await writeNpy(path, square(values));
    files.push(path);
  }
  const panels = [
    { title: 'Data', grid: density2(data, [0, 1], ranges, cells) },
    { title: 'Network: e^f, normalised', grid: map },
    ...(histogram === undefined ? [] : [{ title: 'Chains', grid: histogram }]),
  ];
  const { svg, png } = await render(densityPictures([{ panels }], cells, ranges));
  for (const [name, content] of [['density.svg', svg] as const, ['density.png', png] as const]) {
    await writeFileAtomic(join(folder, name), content);
    files.push(join(folder, name));
  }
  return files;
}
