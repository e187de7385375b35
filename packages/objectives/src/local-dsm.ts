/**
 * Local denoising score matching (Singhal, Goldstein & Ranganath 2024; formulas derived in MATH §5.2 and §5.4).
 *
 *     t ~ times,   s = s(t) from the schedule,   y_s ~ p_s,   q̂(· | y_s) = N(m, L Lᵀ) from the drift linearised at (y_s, s)
 *     y_t = m ± L z,   g = ∓L⁻ᵀ z,   z ~ N(0, I)
 *
 *     form dsm    ℓ = ½ Σ_j w_j (s_j − g_j)²
 *     form lcss   ℓ = ½ Σ_j w_j s_j (s_j − 2 g_j)        less a term free of parameters: equal gradients, values that compare across lags
 *
 * For any lag and any weight w(t, y_t) the minimiser is exactly the score of p̂_t = ∫ q̂(· | y_s) p_s dy_s; p̂_t → p_t as the lag shrinks. Where the process
 * has an exact transition that is the kernel, and p̂ = p. A weight that reads y_s would move the minimiser by O(lag) and is refused (E_WEIGHT).
 *
 * Needs simulation and a Jacobian, which composition derives where the process has none, and noise that does not read the state. First derivatives of the network only.
 */
import {
  createLineariser,
  createPathSource,
  defineObjective,
  type Json,
  type Key,
  kernelPilotRows,
  type LinearisationError,
  measureLinearisation,
  type ProcessProblem,
  pathOptions,
  pilotRows,
  preparePaths,
  readPrepared,
  transitionKernel,
} from '@fokker/core';
import { z } from 'zod';
import { denoisingSource, type Kernels, kernelDraw, kernelScales } from './denoise.js';
import { squaredError, steinForm } from './loss.js';
import { processOf, settingOf } from './setting.js';

const options = z.strictObject({
  antithetic: z
    .boolean()
    .default(true)
    .describe('pairs m ± L z: bounded variance as the lag shrinks, twice the network rows'),
  ito: z.boolean().default(false).describe('add ½ Q:∇²f to the linearised mean: an order better in the lag'),
  form: z.enum(['dsm', 'lcss']).default('dsm').describe('how the loss is written; gradients are equal'),
  bank: pathOptions.prefault({}).describe('the trajectory bank that y_s is read from'),
});

/** The two choices made before training, each read back by the part that made it. */
const recipeSchema = z.strictObject({ schedule: z.json(), paths: z.json() });

const kernelsOf = (problem: ProcessProblem, recipe: Json, ito: boolean, key: Key): Kernels => {
  const { sde } = problem;
  const prepared = readPrepared(recipeSchema, recipe, 'local-dsm recipe');
  const schedule = problem.schedule.restore(sde, prepared.schedule);
  const paths = createPathSource(problem, prepared.paths, key);
  const { transition } = sde;
  const start: Kernels['start'] = (first, count, t, s, ys) => {
    for (let i = 0; i < count; i++) s[i] = schedule.start(t[i]!);
    paths.start(first, count, s, ys);
  };
  if (transition !== undefined)
    return { start, kernel: (ys, s, t) => transitionKernel(transition, ys, s, t), pilotRows };
  const { form, kernel } = createLineariser(sde, { ito });
  return { start, kernel, pilotRows: kernelPilotRows(form, sde.dim) };
};

/** Of the kernels themselves: their schedule, states of the pilot they were given. */
const linearisation = ({ sde, times }: ProcessProblem, kernels: Kernels, ito: boolean, key: Key): LinearisationError =>
  measureLinearisation({
    sde,
    times,
    ito,
    rows: kernels.pilotRows,
    key: key.at('linearisation'),
    start(t, ys) {
      const s = new Float64Array(ys.n);
      kernels.start(0, ys.n, new Float64Array(ys.n).fill(t), s, ys);
      return s[0]!;
    },
  });

export const localDsm = defineObjective({
  id: 'local-dsm',
  summary: 'linearises the drift over a short lag; any process with a drift that can be differentiated',
  options,
  needs: ['jacobian'],
  noise: 'time',
  weights: 'state',
  derivatives: 1,
  create({ antithetic, ito, form, bank }) {
    return {
      rowsPerSample: antithetic ? 2 : 1,
      prepare(given, key) {
        const problem = processOf(given, 'local-dsm');
        const schedule = problem.schedule.prepare(problem.sde, problem.data, key.at('schedule'));
        const pilot = preparePaths(problem, { ...bank, paths: pilotRows, refresh: 0 }, key.at('paths'));
        const kernels = kernelsOf(problem, { schedule, paths: pilot }, ito, key.at('pilot'));
        return {
          ...(problem.sde.transition === undefined && { linearisation: linearisation(problem, kernels, ito, key) }),
          recipe: { schedule, paths: preparePaths(problem, bank, key.at('paths')) },
          scales: kernelScales(problem.sde, kernels, key.at('scales')),
        };
      },
      source(given, { recipe, scales }, key) {
        const problem = processOf(given, 'local-dsm');
        const { dim, range } = settingOf(problem);
        const draw = kernelDraw(kernelsOf(problem, recipe, ito, key.at('paths')), range, dim, key.at('noise'));
        return denoisingSource(problem, { draw, scales, antithetic }, key);
      },
      perSample: form === 'dsm' ? squaredError : steinForm(1),
    };
  },
});
