/**
 * The report of a run: everything its folder holds, and the score on a grid at the times of the evaluation. A run that was not evaluated has its losses, a simulation
 * and its score.
 */
import { type Batch, zeros } from '@fokker/core';
import { fokkerVersion } from '../composition/plugins.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { trueScore } from '../evaluation/score-error.js';
import { readText } from '../formats/atomic.js';
import { readPhysicsFigures } from '../physics/store.js';
import { type Progress, silent } from '../progress.js';
import { type ReportInput, type ScoreGrid, scorePoints, writeReport } from '../report/index.js';
import type { Run } from '../run/run.js';
import { type OpenScore, openScore } from '../run/score.js';
import { type StateFrame, simulatePaths } from '../simulation/paths.js';
import { journeyOf } from './journey.js';
import { linearisationText } from './linearisation-text.js';
import { readEvaluation, readFrames, readMetrics } from './stored.js';

export interface ReportOptions {
  readonly device?: string | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The first two coordinates are drawn; of more, the others stay at their mean. */
function wholeStates(points: Batch, { y }: StateFrame): Batch {
  const out = zeros(points.n, y.d);
  const mean = new Float64Array(y.d);
  for (let k = 0; k < y.data.length; k++) mean[k % y.d]! += y.data[k]! / y.n;
  for (let i = 0; i < points.n; i++) {
    for (let j = 0; j < y.d; j++) out.data[i * y.d + j] = j < points.d ? points.data[i * points.d + j]! : mean[j]!;
  }
  return out;
}

const firstColumns = ({ data, n, d }: Batch, count: number): Batch => ({
  data: Float64Array.from({ length: n * count }, (_, k) => data[Math.floor(k / count) * d + (k % count)]!),
  n,
  d: count,
});

async function scoreGrid({ experiment }: Run, { field }: OpenScore, frame: StateFrame): Promise<ScoreGrid> {
  const points = scorePoints(frame.y);
  const states = wholeStates(points, frame);
  const t = new Float64Array(states.n).fill(frame.t);
  const score = zeros(states.n, states.d);
  await field.evaluate(states, t, { score });
  const grid = { t: frame.t, points, model: firstColumns(score, points.d) };
  const trueField = trueScore(experiment, frame.t);
  if (trueField === undefined) return grid;
  const truth = zeros(states.n, states.d);
  trueField(states, t, truth);
  return { ...grid, reference: firstColumns(truth, points.d) };
}

function factsOf({ experiment, prepared, steps }: Run, { device, trainedOn }: OpenScore): ReportInput['facts'] {
  const { config } = experiment;
  const part = ({ id, ...options }: { readonly id: string; readonly [option: string]: unknown }): string => {
    const given = Object.entries(options).filter(([, value]) => ['number', 'string', 'boolean'].includes(typeof value));
    return given.length === 0 ? id : `${id} (${given.map(([key, value]) => `${key} ${value}`).join(', ')})`;
  };
  return [
    { name: 'process', value: part(config.process) },
    { name: 'data', value: part(config.data) },
    { name: 'objective', value: part(config.objective) },
    { name: 'schedule', value: part(config.schedule) },
    ...(prepared.linearisation === undefined
      ? []
      : [{ name: 'linearisation', value: linearisationText(prepared.linearisation) }]),
    { name: 'model', value: part(config.model) },
    { name: 'steps', value: `${steps.at(-1)} of ${config.training.batch} rows` },
    { name: 'seed', value: String(config.seed) },
    { name: 'device', value: (trainedOn ?? device).description },
    { name: 'version', value: fokkerVersion },
  ];
}

/** What the page's distance and score-error figures read. */
function evaluationFigures(evaluation: Evaluation): NonNullable<ReportInput['evaluation']> {
  const { relative, times } = evaluation.score;
  return {
    samples: evaluation.samples,
    score: {
      relative,
      times: times.map(({ t, ...errors }) => ({
        t,
        errors: Object.fromEntries(
          Object.entries(errors).flatMap(([name, error]) => (typeof error === 'object' ? [[name, error]] : [])),
        ),
      })),
    },
  };
}

/** Simulated states of the evaluation, or new ones for a run without. */
async function referenceFrames(
  run: Run,
  evaluation: Evaluation | undefined,
  options: ReportOptions,
): Promise<StateFrame[]> {
  const { experiment, paths } = run;
  const { n, times: configured } = experiment.config.evaluation;
  const times = evaluation?.samples[0]?.times.map(({ t }) => t) ?? configured;
  const stored = await readFrames(paths, 'simulated', times);
  if (stored.length === times.length) return stored;
  const key = experiment.key.at('report');
  return simulatePaths(experiment, { n, times, key, progress: options.progress, signal: options.signal });
}

/** Writes report/ in the run folder; returns the paths, the page first. Throws E_RUN, E_FORMAT, E_FILE. */
export async function report(run: Run, options: ReportOptions = {}): Promise<readonly string[]> {
  const { experiment, paths } = run;
  const { progress = silent } = options;
  const evaluation = await readEvaluation(paths);
  const reference = await referenceFrames(run, evaluation, options);
  const samples: { method: string; frames: StateFrame[] }[] = [];
  for (const { method, times } of evaluation?.samples ?? []) {
    const frames = await readFrames(
      paths,
      method,
      times.map(({ t }) => t),
    );
    if (frames.length > 0) samples.push({ method, frames });
  }
  const score = await openScore(run, { device: options.device, progress });
  try {
    const scores: ScoreGrid[] = [];
    for (const frame of reference) {
      scores.push(await scoreGrid(run, score, frame));
      progress({ kind: 'step', stage: 'report', done: scores.length, of: reference.length });
    }
    const journey = await journeyOf(run, score, progress, options.signal);
    const { coordinates } = experiment.text;
    const input: ReportInput = {
      title: experiment.config.name ?? experiment.config.process.id,
      facts: factsOf(run, score),
      config: await readText(paths.config),
      metrics: await readMetrics(paths),
      ...(run.prepared.linearisation !== undefined && { linearisation: run.prepared.linearisation }),
      ...(evaluation !== undefined && { evaluation: evaluationFigures(evaluation) }),
      reference,
      samples,
      scores,
      ...(journey !== undefined && { journey }),
      physics: await readPhysicsFigures(paths.physics),
      ...(coordinates !== undefined && { coordinates }),
    };
    return await writeReport(input, paths.report);
  } finally {
    score.close();
  }
}
