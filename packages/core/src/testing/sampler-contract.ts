/**
 * The conformance suite of a sampler: what a journey owes, whatever the scheme.
 *
 *     describe.each([reverseHeun])('$id', (definition) => {
 *       test.each(samplerContract(definition))('$name', ({ run }) => run());
 *     });
 *
 * It travels on a stationary Ornstein–Uhlenbeck process, dY = −½ Y dt + dW with score −y and potential −½ y², and on dY = −(12.5 Y + Y³) dt + dW with the score
 * −25 y + y³: near zero a stationary law of variance 1/25, further out an explosion of every reversal and every Langevin chain. A sampler that can reject a move, `{ loses: false }`, loses nothing there.
 */
import { parseOptions } from '../composition/parse-part.js';
import { type Batch, zeros } from '../contracts/batch.js';
import type { ScoreField } from '../contracts/model.js';
import type { Frame, SamplerDefinition, SamplingJob } from '../contracts/sampler.js';
import type { Sde } from '../contracts/sde.js';
import { fillNormal, rootKey } from '../numerics/random.js';
import { assertAllClose } from './close.js';
import { assertContract, type Check, type ContractCase, contractOf, rejectionOf } from './contract.js';
import { copyOf, rowsOf } from './probes.js';
import { toyOu } from './toy-processes.js';

/** All frames of a journey. */
export const collect = async (frames: AsyncIterable<Frame>): Promise<Frame[]> => {
  const all: Frame[] = [];
  for await (const frame of frames) all.push(frame);
  return all;
};

const sde = toyOu(2);
const cubic: Sde = {
  ...toyOu(1),
  drift(y, _t, out) {
    for (let k = 0; k < y.data.length; k++) out.data[k] = -12.5 * y.data[k]! - y.data[k]! ** 3;
  },
};
/** s = slope · y + cubic · y³, with its potential. */
const scoreOf = (slope: number, cubic = 0): ScoreField => ({
  provides: new Set(['score', 'potential'] as const),
  async evaluate(y, _t, { score, potential }) {
    if (!y.data.every(Number.isFinite)) throw new Error('the score was asked at a state that is not finite');
    potential?.fill(0, 0, y.n);
    for (let k = 0; k < y.data.length; k++) {
      const square = y.data[k]! ** 2;
      if (score !== undefined) score.data[k] = (slope + cubic * square) * y.data[k]!;
      if (potential !== undefined) potential[Math.floor(k / y.d)]! += (0.5 * slope + 0.25 * cubic * square) * square;
    }
  },
});
const normals = (n: number, d: number): Batch => {
  const out = zeros(n, d);
  fillNormal(rootKey(3), 0, n, d, out.data);
  return out;
};
const journey = (changes: Partial<SamplingJob> = {}): SamplingJob => ({
  sde,
  score: scoreOf(-1),
  start: normals(5, 2),
  from: 2,
  to: 0.01,
  steps: 12,
  times: [0.5, 1],
  key: rootKey(7).at('contract'),
  ...changes,
});

const refusals: readonly (readonly [string, Partial<SamplingJob>, string])[] = [
  ['states of another dimension', { start: normals(2, 3) }, 'E_SHAPE'],
  ['no states', { start: normals(0, 2) }, 'E_SHAPE'],
  ['a state that is not a number', { start: { data: Float64Array.of(0, Number.NaN), n: 1, d: 2 } }, 'E_NOT_FINITE'],
  ['a state outside the bound', { bound: 1e-6 }, 'E_NOT_FINITE'],
  ['a time outside the span', { from: 3 }, 'E_TIME'],
  ['a frame that is not on the way', { times: [0] }, 'E_TIME'],
  ['half a step', { steps: 1.5 }, 'E_PARAMETERS'],
  ['a field without a score', { score: { ...scoreOf(-1), provides: new Set(['potential'] as const) } }, 'E_CAPABILITY'],
  ['noise of the state', { sde: { ...sde, diffusion: { ...sde.diffusion, dependsOn: 'state' } } }, 'E_CAPABILITY'],
];

/** The checks of `definition` with `options` (defaults filled in). Throws E_PARAMETERS at once if they do not fit the schema. */
export const samplerContract = (
  definition: SamplerDefinition,
  options: Readonly<Record<string, unknown>> = {},
  { loses = true }: { readonly loses?: boolean } = {},
): readonly ContractCase[] => {
  const sampler = definition.create(parseOptions('sampler', definition, options));
  const travel = (changes: Partial<SamplingJob> = {}): Promise<Frame[]> => collect(sampler.sample(journey(changes)));
  const refusal = (name: string, changes: Partial<SamplingJob>, code: string): Check => ({
    name: `refuses ${name}`,
    async run() {
      const got = await rejectionOf(async () => travel(changes));
      assertContract(got === code, got ?? 'no error', code);
    },
  });
  const forward = { from: 0.01, to: 2 };
  return contractOf([
    {
      name: 'frames: the times asked in the order of travel, the start if asked, always the end',
      async run() {
        const frames = await travel({ times: [1, 2, 0.5, 1] });
        assertAllClose(
          'frame times',
          frames.map(({ t }) => t),
          [2, 1, 0.5, 0.01],
        );
        assertAllClose('the frame of the start', frames[0]!.y.data, journey().start.data);
        for (const { y } of frames) assertContract(y.data.every(Number.isFinite), 'a lost number', 'finite states');
      },
    },
    {
      name: 'repeats itself and leaves the start alone',
      async run() {
        const start = normals(5, 2);
        const before = copyOf(start);
        const [a, b] = [await travel({ start }), await travel({ start })];
        for (const [k, { y }] of a.entries()) assertAllClose('two journeys', y.data, b[k]!.y.data);
        assertAllClose('the start before and after', start.data, before.data);
      },
    },
    { name: 'row i depends on row i of the start and on (key, first + i) alone', run: () => checkSplit(travel) },
    {
      name: 'onStep: tells every step',
      async run() {
        const told: number[][] = [];
        await travel({ steps: 4, onStep: (done, of) => told.push([done, of]) });
        assertAllClose(
          'steps told',
          told,
          [1, 2, 3, 4].map((done) => [done, 4]),
        );
      },
    },
    loses
      ? { name: 'a lost path is frozen, counted and named, and disturbs no other', run: () => checkLost(travel) }
      : { name: 'no path is lost where every score explodes', run: () => checkNoneLost(travel) },
    {
      name: 'stops when its signal says so',
      async run() {
        const controller = new AbortController();
        const onStep = (done: number): void => (done === 3 ? controller.abort() : undefined);
        const code = await rejectionOf(async () => travel({ onStep, signal: controller.signal }));
        assertContract(code === 'E_INTERRUPTED', code ?? 'no error', 'E_INTERRUPTED');
      },
    },
    ...refusals.map((each) => refusal(...each)),
    definition.direction === 'reverse'
      ? refusal('to run forward', forward, 'E_TIME')
      : {
          name: 'runs forward too',
          async run() {
            assertAllClose(
              'frame times',
              (await travel(forward)).map(({ t }) => t),
              [0.5, 1, 2],
            );
          },
        },
  ]);
};

type Travel = (changes: Partial<SamplingJob>) => Promise<Frame[]>;

const checkSplit = async (travel: Travel): Promise<void> => {
  const start = normals(7, 2);
  const pilot = start;
  const whole = await travel({ start, pilot, first: 40 });
  const head = await travel({ start: rowsOf(start, [0, 1, 2]), pilot, first: 40 });
  const tail = await travel({ start: rowsOf(start, [3, 4, 5, 6]), pilot, first: 43 });
  whole.forEach(({ t, y }, k) => {
    assertAllClose(`states at t = ${t} in two jobs and in one`, [...head[k]!.y.data, ...tail[k]!.y.data], y.data);
  });
};

const explosion = () => {
  const start = { data: Float64Array.of(0.1, 50, -0.1), n: 3, d: 1 };
  const way = { from: 2, to: 1.8, steps: 20, times: [1.9] };
  return { start, ask: { sde: cubic, score: scoreOf(-25, 1), pilot: rowsOf(start, [0, 2]), first: 100, ...way } };
};

/** Every frame keeps all rows, finite, and names nobody. */
const checkNoneLost = async (travel: Travel): Promise<void> => {
  const { ask, start } = explosion();
  for (const { lost, y } of await travel({ ...ask, start })) {
    assertContract(lost.length === 0, `${lost.length} lost paths`, 'none');
    assertContract(y.n === 3 && y.data.every(Number.isFinite), 'a row that is not there', 'three finite rows');
  }
};

/** |y| = 50 is carried beyond every bound within a few steps; |y| = 0.1 stays, moved by noise of variance 0.2. */
const checkLost = async (travel: Travel): Promise<void> => {
  const { ask, start } = explosion();
  const frames = await travel({ ...ask, start });
  const alone = await travel({ ...ask, start: rowsOf(start, [0]) });
  frames.forEach(({ lost, y }, k) => {
    const named = lost.map(({ path }) => path).join();
    assertContract(named === '101', `lost paths: ${named || 'none'}`, '101');
    assertContract(y.n === 3, `${y.n} rows`, '3: nothing is dropped');
    assertContract(Math.abs(y.data[1]!) <= 1e6, `a lost path at ${y.data[1]}`, 'its last state inside the bound');
    assertAllClose('path 100 with a lost neighbour and alone', y.data[0]!, alone[k]!.y.data[0]!);
  });
  assertAllClose('the lost path at two times', frames[1]!.y.data[1]!, frames[0]!.y.data[1]!);
  const { t } = frames[0]!.lost[0]!;
  assertContract(t > 1.9 && t <= 2, `lost at t = ${t}`, 'the time of its last state inside the bound');
};
