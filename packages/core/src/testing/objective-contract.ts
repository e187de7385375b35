/**
 * The conformance suite of an objective on a process: what the half before the bridge owes, whatever the loss, and with a bench what the loss owes (`loss-contract.ts`).
 *
 *     describe('dsm', () => {
 *       test.each(objectiveContract(dsm, sde, { antithetic: true }, { bench: objectiveBench() }))('$name', ({ run }) => run());
 *     });
 *
 * The process is completed first, as composition does; the problem is `problemOf`.
 */
import { completeSde } from '../composition/complete-sde.js';
import { parseOptions } from '../composition/parse-part.js';
import { sizeOf } from '../contracts/batch.js';
import type { ObjectiveDefinition, Prepared, TargetSource, Targets } from '../contracts/objective.js';
import type { Problem, ProcessProblem } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fillNormal, rootKey } from '../numerics/random.js';
import { constantLag } from '../schedules/constant-lag.js';
import { uniformTimes } from '../times/uniform.js';
import { noiseNormalisedWeighting } from '../weightings/noise-normalised.js';
import { assertAllClose } from './close.js';
import { assertContract, type ContractCase, codeOf, contractOf } from './contract.js';
import { lossChecks, type ObjectiveBench } from './loss-contract.js';
import { toyOu, toySwimmer } from './toy-processes.js';

export interface ObjectiveContractOptions {
  /** Lag of the problem's schedule, below the span. Default 0.1. */
  readonly lag?: number;
  /** A problem of one's own instead: on the process, or a density of its dimension. */
  readonly problem?: Problem;
  /** Evaluates losses: `objectiveBench()` of @fokker/runtime/testing. Without one the traced half is not looked at. */
  readonly bench?: ObjectiveBench | undefined;
}

/** A small process that has what the objective needs; where none has, one without. */
export const processFor = ({ needs }: ObjectiveDefinition): Sde => {
  const toys = [toyOu(2), toySwimmer()].map(completeSde);
  return toys.find((sde) => needs.every((name) => sde[name] !== undefined)) ?? toys[0]!;
};

/** N(0, I) data, uniform times, a constant lag, weight σ̄(t)². */
export const problemOf = (sde: Sde, lag = 0.1): ProcessProblem => ({
  kind: 'process',
  sde,
  data: { dim: sde.dim, draw: (key, first, out) => fillNormal(key, first, out.n, sde.dim, out.data) },
  times: uniformTimes.create({}, sde),
  schedule: constantLag.create({ lag }),
  weighting: (noise) => noiseNormalisedWeighting.create({}, { sde, noise }),
});

const samples = 64;

/** The checks of `definition` with `options` (defaults filled in) on `sde`. Throws E_PARAMETERS at once if they do not fit the schema. */
export const objectiveContract = (
  definition: ObjectiveDefinition,
  sde: Sde,
  options: Readonly<Record<string, unknown>> = {},
  { lag = 0.1, bench, problem = problemOf(completeSde(sde), lag) }: ObjectiveContractOptions = {},
): readonly ContractCase[] => {
  const objective = definition.create(parseOptions('objective', definition, options));
  const prepare = () => objective.prepare(problem, rootKey(1));
  let saved: string | undefined;
  const restore = (): Prepared => {
    saved ??= JSON.stringify(prepare());
    return JSON.parse(saved);
  };
  const sourceOf = (seed: number) => objective.source(problem, restore(), rootKey(seed));
  const whole = (seed = 2): Targets => sourceOf(seed).targets({ first: 0, count: samples });
  return contractOf([
    { name: 'options of other names are refused', run: () => checkOptions(definition, options) },
    {
      name: 'targets: every array filled with finite numbers, rowsPerSample rows a sample',
      run: () => checkShapes(whole(), objective.rowsPerSample, sde.dim),
    },
    ...(problem.kind === 'process'
      ? [{ name: 'targets: times in [cutoff.train, T]', run: () => checkTimes(whole(), sde) }]
      : []),
    {
      name: 'prepare: a pure function of its key, and plain JSON',
      run() {
        const again = prepare();
        const same = JSON.stringify(again) === JSON.stringify(restore());
        assertContract(same, 'two preparations that differ', 'the same from one key');
      },
    },
    {
      name: `targets: sample i is a pure function of (prepared, key, i), ${samples} × 1 equals 1 × ${samples}`,
      run: () => checkSplit(whole(), sourceOf(2), objective.rowsPerSample),
    },
    {
      name: 'targets: another key, other samples',
      run() {
        const [a, b] = [whole(2).arrays.y.data, whole(3).arrays.y.data];
        assertContract(
          a.every((value, k) => value !== b[k]),
          'equal states under two keys',
          'states that differ',
        );
      },
    },
    {
      name: 'source: a recipe that is none is refused',
      run() {
        const prepared = restore();
        if (prepared.recipe === null) return;
        const code = codeOf(() => objective.source(problem, { ...prepared, recipe: null }, rootKey(2)));
        assertContract(code === 'E_FORMAT', `${code ?? 'no error'} for the recipe null`, 'E_FORMAT');
      },
    },
    ...(bench === undefined
      ? []
      : lossChecks({
          objective,
          derivatives: definition.derivatives,
          sde: problem.kind === 'process' ? problem.sde : sde,
          bench,
          prepared: restore,
          targets: (prepared, count) => objective.source(problem, prepared, rootKey(2)).targets({ first: 0, count }),
        })),
  ]);
};

const checkOptions = (definition: ObjectiveDefinition, options: object): void => {
  const code = codeOf(() => parseOptions('objective', definition, { ...options, notAnOption: 1 }));
  assertContract(code === 'E_PARAMETERS', `${code ?? 'no error'} for the option 'notAnOption'`, 'E_PARAMETERS');
};

const checkShapes = ({ n, arrays }: Targets, rowsPerSample: number, dim: number): void => {
  assertContract(n === rowsPerSample * samples, `${n} rows`, `${rowsPerSample} × ${samples}`);
  assertContract(arrays.y.shape.join() === `${dim}`, `y of shape [n, ${arrays.y.shape.join(', ')}]`, `[n, ${dim}]`);
  assertContract(arrays.t.shape.length === 0, `t of shape [n, ${arrays.t.shape.join(', ')}]`, '[n]');
  for (const [name, { data, shape }] of Object.entries(arrays)) {
    const length = n * sizeOf(shape);
    assertContract(data.length === length, `${data.length} numbers in ${name}`, `${length}`);
    assertContract(data.every(Number.isFinite), `numbers in ${name} that are not finite`, 'finite numbers');
  }
};

const checkTimes = ({ arrays }: Targets, { cutoff, span }: Sde): void => {
  const wrong = arrays.t.data.find((t) => !(t >= cutoff.train && t <= span.T));
  assertContract(wrong === undefined, `t = ${wrong}`, `times in [${cutoff.train}, ${span.T}]`);
};

/** Samples asked for one by one, last to first, against the whole. */
const checkSplit = (whole: Targets, source: TargetSource, rows: number): void => {
  for (let i = samples - 1; i >= 0; i--) {
    const { n, arrays } = source.targets({ first: i, count: 1 });
    assertContract(n === rows, `${n} rows for one sample`, `${rows}`);
    for (const [name, { data, shape }] of Object.entries(whole.arrays)) {
      const width = rows * sizeOf(shape);
      assertAllClose(
        `${name} of sample ${i}, alone and in the batch`,
        arrays[name]!.data,
        data.slice(i * width, (i + 1) * width),
      );
    }
  }
};
