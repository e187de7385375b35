/**
 * Finite-difference sliced score matching (Pang et al. 2020; LCSS paper, eq. 7) on states x ~ p_t: no derivative of the network is taken.
 *
 *     u uniform on the unit sphere of the noise range,   w̄ = mean of w,   δ = ε √(w/w̄) u,   v = B δ
 *
 *     form score    ℓ = mean over u of  (r w̄ / 2ε²) δ·(s(x+v) − s(x−v)) + ⅛ ‖s(x+v) + s(x−v)‖²_W        2 rows a direction
 *     form energy   ℓ = mean over u of  (r w̄ / ε²) [ ⅛ (f⁺ − f⁻)² + f⁺ + f⁻ − 2f(x) ],  f^± = f(x ± v)      and one more row a sample
 *
 * For unit weight the first is d times the paper's, on the scale of SSM-VR. Exact for affine scores; else the minimiser has a bias O(ε²). The sum over a sample's rows is
 * written to each of them, so that their mean is ℓ.
 *
 * Needs nothing of the process but simulation. First derivatives of the network; form energy needs a potential.
 */
import {
  defineObjective,
  type Key,
  liftRange,
  type NamedArray,
  type Problem,
  pathOptions,
  pilotRows,
  readPrepared,
  zeros,
} from '@fokker/core';
import { z } from 'zod';
import { drawDirections } from './directions.js';
import { energyForm, scoreForm, toRows } from './fd-loss.js';
import { pilotOf, stateScales } from './law.js';
import { interleave, sampleRows } from './rows.js';
import { createStates, prepareStates, settingOf } from './setting.js';
import { relativeSize, resolveSize, sizeCurve, smoothingTable } from './smoothing.js';

const options = z.strictObject({
  epsilon: relativeSize
    .default({ fraction: 0.05 })
    .describe('ε, length of the differences: a number or a fraction of the narrowest direction of p_t'),
  projections: z.int().min(1).max(64).default(1).describe('M, directions a sample'),
  form: z.enum(['score', 'energy']).default('score').describe('what is differenced; energy needs a potential'),
  bank: pathOptions.prefault({}).describe('the trajectory bank that states are read from'),
});

const recipeSchema = z.strictObject({ states: z.json(), epsilon: smoothingTable });

/** δ and its factor r w̄/ε² of samples first …, from unit vectors u·√r and weights. */
const differences = (
  v: Float64Array,
  t: Float64Array,
  r: number,
  epsilon: (t: number) => number,
  weightAt: (t: number, out: Float64Array) => void,
) => {
  const shift = zeros(t.length, r);
  const factor = new Float64Array(t.length);
  const w = new Float64Array(r);
  for (let i = 0; i < t.length; i++) {
    weightAt(t[i]!, w);
    const mean = w.reduce((sum, entry) => sum + entry, 0) / r;
    const length = epsilon(t[i]!);
    for (let j = 0; j < r; j++) {
      shift.data[i * r + j] = length * Math.sqrt(w[j]! / mean / r) * v[i * r + j]!;
    }
    factor[i] = (r * mean) / length ** 2;
  }
  return { shift, factor };
};

const preparedBy = (
  problem: Problem,
  epsilon: z.infer<typeof relativeSize>,
  bank: z.infer<typeof pathOptions>,
  key: Key,
) => {
  const pilotStates = prepareStates(problem, { ...bank, paths: pilotRows, refresh: 0 }, key.at('paths'));
  const pilot = pilotOf(problem, createStates(problem, pilotStates, key.at('pilot')));
  return {
    recipe: {
      states: prepareStates(problem, bank, key.at('paths')),
      epsilon: resolveSize(problem, epsilon, pilot, key.at('epsilon')),
    },
    scales: stateScales(problem, pilot, key.at('scales')),
  };
};

export const fdSsm = defineObjective({
  id: 'fd-ssm',
  summary: 'sliced score matching by finite differences; any process, needs samples only; densities',
  options,
  needs: [],
  problems: ['process', 'density'],
  weights: 'time',
  derivatives: 1,
  create({ epsilon, projections, form, bank }) {
    const rowsPerSample = form === 'score' ? 2 * projections : 2 * projections + 1;
    return {
      rowsPerSample,
      readsPotential: form === 'energy',
      prepare: (problem, key) => preparedBy(problem, epsilon, bank, key),
      source(problem, { recipe, scales }, key) {
        const { dim, range } = settingOf(problem);
        const r = range.rank;
        const prepared = readPrepared(recipeSchema, recipe, 'fd-ssm recipe');
        const states = createStates(problem, prepared.states, key.at('states'));
        const length = sizeCurve(prepared.epsilon);
        const rows = sampleRows(problem, scales, key.at('time'));
        return {
          targets({ first, count }) {
            const t = rows.times({ first, count });
            const [x, step, moved] = [zeros(count, dim), zeros(count, dim), zeros(count, dim)];
            states(first, count, t, x);
            const n = rowsPerSample * count;
            const [y, shifts, factors] = [new Float64Array(n * dim), new Float64Array(n * r), new Float64Array(n)];
            for (let m = 0; m < projections; m++) {
              const v = drawDirections('sphere', key.at('direction', m), first, count, r);
              const { shift, factor } = differences(v, t, r, length, rows.weight);
              liftRange(range, shift, step);
              ([1, -1] as const).forEach((sign, k) => {
                for (let at = 0; at < moved.data.length; at++) moved.data[at] = x.data[at]! + sign * step.data[at]!;
                interleave(moved, y, rowsPerSample, 2 * m + k);
                interleave(shift, shifts, rowsPerSample, 2 * m + k);
                interleave({ data: factor, n: count, d: 1 }, factors, rowsPerSample, 2 * m + k);
              });
            }
            if (form === 'energy') interleave(x, y, rowsPerSample, 2 * projections);
            const shift: NamedArray = { data: shifts, shape: [r] };
            return {
              n,
              arrays: {
                y: { data: y, shape: [dim] },
                ...rows.repeated(t, rowsPerSample),
                shift,
                factor: { data: factors, shape: [] },
              },
            };
          },
        };
      },
      perSample(model, tensors) {
        const perSample = form === 'score' ? scoreForm : energyForm;
        return toRows(perSample(model, tensors, projections), rowsPerSample);
      },
    };
  },
});
