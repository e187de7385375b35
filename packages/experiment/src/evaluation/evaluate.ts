/**
 * How close a run is to its process: distances of its samples from simulation, each beside its floor, with two controls; the error of its score where a reference is known.
 *
 * Writes samples/*.npy and evaluation.json into the run folder.
 */
import { type Acceptance, fail, hintText, type LinearisationError, type LostPath } from '@fokker/core';
import { opensInEveryThread } from '@fokker/runtime';
import type { Experiment } from '../composition/experiment.js';
import { checkCount } from '../config/count.js';
import type { Method } from '../config/schema.js';
import { writeFileAtomic } from '../formats/atomic.js';
import { writeNpy } from '../formats/npy.js';
import { type Progress, silent } from '../progress.js';
import { samplePath } from '../run/folder.js';
import type { Run } from '../run/run.js';
import { type OpenScore, openScore } from '../run/score.js';
import { acceptanceHints } from '../sampling/acceptance.js';
import { terminalStates } from '../sampling/start.js';
import { type StateFrame, simulatePaths } from '../simulation/paths.js';
import type { Floors } from './floors.js';
import { type FlowTask, startHelper } from './helper.js';
import { type MethodSamples, samplesOf } from './methods.js';
import { type MetricSet, sampleMetrics, type Value } from './metric-set.js';
import { type ScoreErrors, scoreErrors } from './score-error.js';

export interface Measured extends Value {
  /** The mean value between two independent simulations. */
  readonly floor: number;
}
export interface MethodEvaluation {
  readonly method: Method;
  readonly lost: { readonly count: number; readonly of: number; readonly paths: readonly LostPath[] };
  /** Of samplers that can reject a move. */
  readonly acceptance?: Acceptance;
  readonly times: readonly { readonly t: number; readonly metrics: Readonly<Record<string, Measured>> }[];
}
export interface Evaluation {
  /** Step of the checkpoint that was evaluated. */
  readonly step: number;
  readonly samples: readonly MethodEvaluation[];
  readonly score: ScoreErrors;
  /** What linearising its targets cost, measured before it was trained; absent where nothing was linearised. */
  readonly linearisation?: LinearisationError;
}

export interface EvaluateOptions {
  readonly times?: readonly number[] | undefined;
  readonly n?: number | undefined;
  readonly methods?: readonly Method[] | undefined;
  readonly device?: string | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

function checkTimes(experiment: Experiment, times: readonly number[]): void {
  const from = experiment.config.sampling.cutoff;
  const { span, timeless } = experiment.sde;
  const { t0, T } = span;
  const wrong = times.find((t) => !((t > from || (timeless === true && t === t0)) && t < T));
  if (wrong === undefined && times.length > 0) return;
  fail('E_TIME', {
    summary: 'a time at which samples cannot be compared',
    got: wrong === undefined ? 'no time' : `t = ${wrong}`,
    expected: `times between ${from}, the first of sampling, and ${T}`,
    tryThis: ['choose times inside the span of the process'],
  });
}

function compare(
  found: MethodSamples,
  reference: readonly StateFrame[],
  metrics: MetricSet,
  floors: Floors,
): MethodEvaluation {
  const { method, frames, lost, acceptance } = found;
  const measure = (k: number): Record<string, Measured> => {
    const values = metrics.values(frames[k]!.y, reference[k]!.y);
    return Object.fromEntries(metrics.names.map((name, j) => [name, { ...values[j]!, floor: floors[k]![j]! }]));
  };
  return {
    method,
    lost: { count: lost.length, of: frames[0]!.y.n, paths: lost },
    ...(acceptance !== undefined && { acceptance }),
    times: frames.map(({ t }, k) => ({ t, metrics: measure(k) })),
  };
}

async function writeSamples({ paths }: Run, name: string, frames: readonly StateFrame[]): Promise<void> {
  for (const { t, y } of frames) await writeNpy(samplePath(paths, name, t), y);
}

/** Asked often, done once. */
function once<T>(work: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: work() };
    return result.value;
  };
}

/** The flow for the second thread, where the device opens there and this one has paths to reverse meanwhile. */
const flowTask = (
  { prepared, paths, steps }: Run,
  { device }: OpenScore,
  { methods, ...task }: Pick<FlowTask, 'times' | 'n' | 'key'> & { readonly methods: readonly Method[] },
): FlowTask | undefined =>
  methods.includes('forward-flow') && methods.includes('reverse') && opensInEveryThread(device.id)
    ? { ...task, prepared, paths, steps, device: device.id }
    : undefined;

/** Throws E_TIME, E_USAGE, E_RUN, E_FILE, E_DIVERGED, E_INTERRUPTED. */
export async function evaluate(run: Run, options: EvaluateOptions = {}): Promise<Evaluation> {
  const { experiment } = run;
  const { evaluation } = experiment.config;
  const { n = evaluation.n, methods = evaluation.methods, progress = silent, signal, device } = options;
  const times = [...(options.times ?? evaluation.times)];
  checkTimes(experiment, times);
  checkCount(n, 'n', 100);
  const key = experiment.key.at('evaluate');
  const metrics = sampleMetrics(experiment, key.at('metrics'));
  const floorTask = {
    times,
    n,
    pairs: evaluation.floorPairs,
    key: key.at('floors').words,
    metricKey: key.at('metrics').words,
  };
  const over = new AbortController();
  const stopHelper = AbortSignal.any(signal === undefined ? [over.signal] : [over.signal, signal]);
  let score: OpenScore | undefined;
  try {
    score = await openScore(run, { device, progress });
    const helper = startHelper({
      experiment,
      floors: floorTask,
      flow: flowTask(run, score, { methods, times, n, key: key.words }),
      progress,
      signal: stopHelper,
    });
    const simulated = { n, times, signal, progress };
    const reference = await simulatePaths(experiment, { ...simulated, key: key.at('reference') });
    const { start } = experiment.config.sampling;
    const terminal = once(() => terminalStates(experiment, { n, key: key.at('terminal'), start, progress, signal }));
    const context = { experiment, score: score.field, times, n, key, terminal, reference, progress, signal };
    const found: MethodSamples[] = [];
    for (const method of methods) {
      if (method !== 'forward-flow' || helper.flow === undefined) found.push(await samplesOf(method, context));
    }
    const states = await simulatePaths(experiment, { ...simulated, n: evaluation.scoreSamples, key: key.at('score') });
    const errors = await scoreErrors(experiment, score.field, states);
    const known = await helper.floors();
    if (helper.flow !== undefined) found.push(await helper.flow);
    for (const hint of found.flatMap(({ acceptance }) => acceptanceHints(acceptance))) {
      progress({ kind: 'notice', text: hintText(hint) });
    }
    found.sort((a, b) => methods.indexOf(a.method) - methods.indexOf(b.method));
    const result: Evaluation = {
      step: score.step,
      samples: found.map((each) => compare(each, reference, metrics, known)),
      score: errors,
      ...(run.prepared.linearisation !== undefined && { linearisation: run.prepared.linearisation }),
    };
    await writeSamples(run, 'simulated', reference);
    for (const { method, frames } of found) await writeSamples(run, method, frames);
    await writeFileAtomic(run.paths.evaluation, `${JSON.stringify(result, undefined, 2)}\n`);
    return result;
  } finally {
    over.abort();
    score?.close();
  }
}
