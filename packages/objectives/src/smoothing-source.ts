/**
 * The prepared half of objectives that smooth: where the centres x come from, how wide σ(t) is, how large states and scores are.
 *
 *     states   x ~ p_t, simulated, drawn exactly, or a datum of a density
 *     mean     x = m(y_0, t), the mean of the exact kernel from the data (α_t y_0)
 *     data     x = y_0 itself, which trains on an unscaled process; for study (MATH §5.3)
 */
import {
  type Batch,
  type Json,
  type Key,
  kernelNoiseVariance,
  noiseRangeOf,
  type PathOptions,
  type Prepared,
  type Problem,
  pathOptions,
  pilotRows,
  readPrepared,
  type TargetSource,
  transitionKernel,
  zeros,
} from '@fokker/core';
import { z } from 'zod';
import { dataKernels, denoisingSource } from './denoise.js';
import { pilotOf, stateScales } from './law.js';
import { createStates, prepareStates, processOf } from './setting.js';
import { resolveSize, type SmoothingSize, smoothingDraw, smoothingTable } from './smoothing.js';

const centre = z.enum(['states', 'mean', 'data']);
export type Centre = z.infer<typeof centre>;

const recipeSchema = z.strictObject({ centre, states: z.json(), sigma: smoothingTable });

/** The centres x of samples first …, [count, d], a pure function of (key, sample, t). */
const createCentre = (
  problem: Problem,
  kind: Centre,
  states: Json,
  key: Key,
): ((first: number, count: number, t: Float64Array, out: Batch) => void) => {
  if (kind === 'states') return createStates(problem, states, key.at('states'));
  if (kind === 'data') return (first, _count, _t, out) => problem.data.draw(key.at('data'), first, out);
  const { start } = dataKernels(processOf(problem, 'lcss'), key.at('data'));
  const { transition } = processOf(problem, 'lcss').sde;
  return (first, count, t, out) => {
    const s = new Float64Array(count);
    const ys = zeros(count, out.d);
    start(first, count, t, s, ys);
    out.data.set(transitionKernel(transition!, ys, s, t).mean.data);
  };
};

/** σ_t of the exact kernel from the data. */
const spreadOfKernel = (problem: Problem, key: Key): ((t: number) => number) => {
  const { sde, ...rest } = processOf(problem, 'lcss');
  const { kernel, start } = dataKernels({ sde, ...rest }, key);
  const range = noiseRangeOf(sde);
  const s = new Float64Array(1);
  const ys = zeros(1, sde.dim);
  return (t) => {
    const time = Float64Array.of(t);
    start(0, 1, time, s, ys);
    return Math.sqrt(kernelNoiseVariance(range, kernel(ys, s, time)));
  };
};

export interface Smoothing {
  readonly centre: Centre;
  readonly sigma: SmoothingSize;
  readonly bank: PathOptions;
}

export const prepareSmoothing = (problem: Problem, { centre, sigma, bank }: Smoothing, key: Key): Prepared => {
  const pilotStates = prepareStates(problem, { ...bank, paths: pilotRows, refresh: 0 }, key.at('paths'));
  const pilot = createCentre(problem, centre, pilotStates, key.at('pilot'));
  const kernelSpread = centre === 'data' ? spreadOfKernel(problem, key.at('kernel')) : undefined;
  const table = resolveSize(problem, sigma, pilotOf(problem, pilot), key.at('sigma'), kernelSpread);
  const smoothed = smoothingDraw(problem, pilot, table, key.at('smooth'));
  const states = pilotOf(problem, (first, count, t, out) => smoothed(first, count, t).state(1, out));
  return {
    recipe: { centre, states: prepareStates(problem, pathOptions.parse(bank), key.at('paths')), sigma: table },
    scales: stateScales(problem, states, key.at('scales')),
  };
};

/** Arrays of `denoisingSource` around the prepared centres. E_FORMAT for a recipe that is none. */
export const smoothingSource = (
  problem: Problem,
  { recipe, scales }: Prepared,
  antithetic: boolean,
  key: Key,
): TargetSource => {
  const { centre, states, sigma } = readPrepared(recipeSchema, recipe, 'smoothing recipe');
  const centres = createCentre(problem, centre, states, key.at('centre'));
  const draw = smoothingDraw(problem, centres, sigma, key.at('noise'));
  return denoisingSource(problem, { draw, scales, antithetic }, key);
};
