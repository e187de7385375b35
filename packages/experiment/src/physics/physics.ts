/**
 * A physical quantity of a run, or of a process with its exact score. States are simulated from the data; the score is the network's.
 *
 * With `out`, or for a run into its folder `physics/`: the result as JSON, its arrays for numpy, its figures as SVG and PNG.
 * Throws E_UNKNOWN_ID, E_PARAMETERS, E_TIME, E_USAGE, E_CAPABILITY, E_PARITY, E_RUN, E_FILE, E_DIVERGED, E_INTERRUPTED.
 */
import {
  fail,
  type PluginSpec,
  parsePart,
  type QuantityContext,
  type QuantityDefinition,
  type QuantityResult,
  rootKey,
  type ScoreField,
} from '@fokker/core';
import type { LoadedPlugins } from '../composition/plugins.js';
import { checkCount } from '../config/count.js';
import { writableFolder } from '../formats/atomic.js';
import { type Progress, silent } from '../progress.js';
import type { Run } from '../run/run.js';
import { pathBlocks } from '../simulation/paths.js';
import { openNamedProcess } from '../simulation/simulate.js';
import { writePhysics } from './store.js';
import { shareStreams } from './streams.js';
import { processSubject, runSubject, type Subject } from './subject.js';

export interface PhysicsOptions {
  /** A quantity by its id, alone or with its options: { id: 'entropy-production', parity: ['even', 'odd'] }. */
  readonly quantity: string | { readonly id: string; readonly [option: string]: unknown };
  /** Of a run, those of its evaluation; of a process, four within its span. */
  readonly times?: readonly number[] | undefined;
  /** States at each time, or paths; 10,000 by default. */
  readonly n?: number | undefined;
  readonly seed?: number | undefined;
  readonly device?: string | undefined;
  /** Of a process: its score, where it has none of its own. */
  readonly score?: ScoreField | undefined;
  /** `path=value` in the configuration; for a process id, `gamma=0.2` means its parameter. */
  readonly set?: readonly string[] | undefined;
  readonly plugins?: readonly PluginSpec[] | undefined;
  /** Folder to write into; that of a run by default. False: nothing is written. */
  readonly out?: string | false | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Physics extends QuantityResult {
  readonly quantity: string;
  readonly process: string;
  /** Where the score comes from. */
  readonly score: Subject['kind'];
  readonly n: number;
  readonly times: readonly number[];
  /** Paths of what was written. */
  readonly written: readonly string[];
}

const isRun = (what: string | object): what is Run => typeof what === 'object' && 'prepared' in what;

function checkTimes({ sde, cutoff }: Subject, times: readonly number[]): void {
  const wrong = times.find((t) => !(t >= cutoff && t <= sde.span.T));
  if (wrong === undefined && times.length > 0 && new Set(times).size === times.length) return;
  fail('E_TIME', {
    summary: 'times at which the score cannot be asked',
    got: wrong === undefined ? `times ${times.join(', ') || 'none'}` : `t = ${wrong}`,
    expected: `different times from ${cutoff}, the first of sampling, to ${sde.span.T}`,
    tryThis: ['choose times inside the span of the process', 'sampling.cutoff: a smaller time'],
  });
}

function checkScore({ kind, process }: Subject, { id, reads }: QuantityDefinition): void {
  if (reads === 'process' || kind !== 'none') return;
  fail('E_CAPABILITY', {
    summary: `'${id}' needs a score, and the exact one of '${process.id}' is not known`,
    got: 'a process without a closed-form law for these data',
    expected: 'a trained run, or a process with a marginal or a stationary law',
    tryThis: [
      'fokker train CONFIG, then fokker physics RUN',
      'quantities that need no score: kramers-moyal, first-passage',
    ],
  });
}

function contextOf(
  subject: Subject,
  {
    n,
    times,
    key,
    progress,
    signal,
  }: {
    readonly n: number;
    readonly times: readonly number[];
    readonly key: QuantityContext['key'];
    readonly progress: Progress;
    readonly signal: AbortSignal | undefined;
  },
): QuantityContext {
  const { sde, score, data, text, cutoff, simulation } = subject;
  return {
    sde,
    score,
    data,
    coordinates: text.coordinates ?? Array.from({ length: sde.dim }, (_, j) => `y${j + 1}`),
    times,
    n,
    cutoff,
    step: simulation.step,
    key: key.at('quantity'),
    streams: (extra = []) =>
      shareStreams(
        pathBlocks(subject, { n, times: [...new Set([...times, ...extra])], key: key.at('states'), progress, signal }),
      ),
    onStep: (done, of) => progress({ kind: 'step', stage: 'paths', done, of }),
    signal,
  };
}

export interface QuantitiesOptions extends Omit<PhysicsOptions, 'quantity'> {
  readonly quantities: readonly PhysicsOptions['quantity'][];
}

const chosenOf = ({ registry }: LoadedPlugins, quantities: QuantitiesOptions['quantities']) =>
  quantities.map((quantity) =>
    parsePart(registry, 'quantity', typeof quantity === 'string' ? { id: quantity } : quantity),
  );
type Chosen = ReturnType<typeof chosenOf>[number];

/** What is asked, and of what; a run and its network are opened once, a process has the paths that suit the quantity. */
async function openAll(what: Run | string | object, options: QuantitiesOptions) {
  const { quantities, device, progress, score } = options;
  if (isRun(what)) {
    const chosen = chosenOf(what.experiment, quantities);
    const subject = await runSubject(what, device, progress);
    return { chosen, subjectOf: () => subject, close: () => subject.close() };
  }
  const process = await openNamedProcess(what, options);
  const chosen = chosenOf(process, quantities);
  const subjectOf = ({ definition }: Chosen) => processSubject(process, definition.reads, score);
  return { chosen, subjectOf, close: () => undefined };
}

/** Several quantities of one subject, one after the other; what cannot be done is refused before the first is estimated. */
export async function* physicsEach(
  what: Run | string | object,
  options: QuantitiesOptions,
): AsyncGenerator<Physics, void, undefined> {
  const { n = 10_000, progress = silent, signal } = options;
  checkCount(n, 'n', 2);
  const folder = options.out ?? (isRun(what) ? what.paths.physics : false);
  const { chosen, subjectOf, close } = await openAll(what, options);
  try {
    const asked = chosen.map((each) => ({ ...each, subject: subjectOf(each) }));
    for (const { definition, subject } of asked) {
      checkScore(subject, definition);
      checkTimes(subject, options.times ?? subject.times);
    }
    if (folder !== false) await writableFolder(folder);
    for (const { definition, options: own, subject } of asked) {
      const times = options.times ?? subject.times;
      const key = (options.seed === undefined ? subject.key : rootKey(options.seed).at('physics')).at(definition.id);
      const result = await definition.create(own).estimate(contextOf(subject, { n, times, key, progress, signal }));
      const found: Physics = {
        quantity: definition.id,
        process: subject.process.id,
        score: subject.kind,
        n,
        times,
        ...result,
        written: [],
      };
      yield folder === false ? found : { ...found, written: await writePhysics(found, folder) };
    }
  } finally {
    close();
  }
}

/** One quantity, of a run, or of a process by its id or configuration. */
export async function physics(what: Run | string | object, { quantity, ...options }: PhysicsOptions): Promise<Physics> {
  const { value } = await physicsEach(what, { ...options, quantities: [quantity] }).next();
  return value!;
}
