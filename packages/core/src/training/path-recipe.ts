/**
 * How the states y_s ~ p_s that targets start from are made, decided once and saved with the run.
 *
 *     exact   one draw of q(y_s | y_0), for processes with a transition
 *     bank    simulated paths kept on a grid of times and used again (MATH §5.2): `paths` slots, their states at `cells` equally spaced times from t0, simulated with
 *             steps of at most `step`; every `period` epochs a slot gets a new path (0: never), block by block. An epoch is one walk through the slots.
 *
 * Memory of a bank is paths · cells · d float64. Left to itself it holds 8192 paths and about 64 MiB: a finer grid shortens the remainder simulated for every sample,
 * more paths lower the floor under the training loss (a finite bank has its own score).
 *
 * Throws E_DIVERGED when even steps of span/64000 leave the finite numbers, or when the given step does.
 */
import { z } from 'zod';
import type { Json } from '../contracts/batch.js';
import { zeros } from '../contracts/batch.js';
import type { ProcessProblem } from '../contracts/problem.js';
import type { Key } from '../contracts/random.js';
import { isFokkerError } from '../errors.js';
import { createIntegrator, integratorSchemes } from '../numerics/index.js';
import { readPrepared } from './read-prepared.js';

/** What paths need of a problem: the process and where it starts. */
export type PathProblem = Pick<ProcessProblem, 'sde' | 'data'>;

const scheme = z.enum(integratorSchemes);

export const pathOptions = z.strictObject({
  paths: z.int().positive().optional().describe('slots of the trajectory bank; 8192 unless the state is very large'),
  spacing: z.number().positive().optional().describe('time between the stored states of a path'),
  refresh: z
    .number()
    .min(0)
    .max(1)
    .default(1 / 64)
    .describe('fraction of the bank simulated anew in an epoch; 0 keeps it'),
  step: z.number().positive().optional().describe('longest step of the simulation; a thousandth of the span'),
  scheme: scheme.default('heun').describe('integrator of the simulation'),
});
export type PathOptions = z.input<typeof pathOptions>;

const recipeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('exact') }),
  z.object({
    kind: z.literal('bank'),
    paths: z.int().positive(),
    block: z.int().positive(),
    cells: z.int().positive(),
    period: z.int().nonnegative(),
    step: z.number().positive(),
    scheme,
  }),
]);
export type PathRecipe = z.infer<typeof recipeSchema>;
export type BankRecipe = Extract<PathRecipe, { kind: 'bank' }>;

const defaultPaths = 8192;
const block = 256;
const budget = 64 * 2 ** 20;
const fewestCells = 16;
const mostCells = 256;
const stepsPerSpan = 1000;
const halvings = 6;

const defaultCells = (span: number, step: number, bytesPerCell: number): number => {
  const affordable = Math.min(mostCells, Math.max(fewestCells, Math.floor(budget / bytesPerCell)));
  const steps = Math.max(1, Math.round(span / step));
  return Math.ceil(steps / Math.ceil(steps / affordable)); // whole steps to a cell
};

/** The longest of step, step/2, … with which 256 trial paths stay finite over the span. */
const stableStep = (
  { sde, data }: PathProblem,
  scheme: BankRecipe['scheme'],
  step: number,
  tries: number,
  key: Key,
) => {
  const y = zeros(block, sde.dim);
  const from = new Float64Array(block).fill(sde.span.t0);
  const to = new Float64Array(block).fill(sde.span.T);
  for (let left = tries; ; left--) {
    data.draw(key.at('data'), 0, y);
    try {
      createIntegrator(sde, { scheme, step }).advance(y, from, to, key.at('noise'), 0);
      return step;
    } catch (error) {
      if (left === 0 || !isFokkerError(error) || error.code !== 'E_DIVERGED') throw error;
      step /= 2;
    }
  }
};

/** The recipe of the paths, for `createPathSource`; plain JSON. */
export const preparePaths = (problem: PathProblem, options: PathOptions, key: Key): Json => {
  if (problem.sde.transition !== undefined) return { kind: 'exact' };
  const { sde } = problem;
  const { paths, spacing, refresh, step, scheme } = pathOptions.parse(options);
  const span = sde.span.T - sde.span.t0;
  const bytesPerPath = sde.dim * Float64Array.BYTES_PER_ELEMENT;
  const slots =
    paths ?? Math.min(defaultPaths, Math.max(block, Math.floor((4 * budget) / (fewestCells * bytesPerPath))));
  const used = stableStep(
    problem,
    scheme,
    step ?? span / stepsPerSpan,
    step === undefined ? halvings : 0,
    key.at('trial'),
  );
  const cells = spacing === undefined ? defaultCells(span, used, slots * bytesPerPath) : Math.ceil(span / spacing);
  const period = refresh === 0 ? 0 : Math.max(1, Math.round(1 / refresh));
  return { kind: 'bank', paths: slots, block: Math.min(block, slots), cells, period, step: used, scheme };
};

export const readPathRecipe = (recipe: Json): PathRecipe => readPrepared(recipeSchema, recipe, 'path recipe');
