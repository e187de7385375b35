/**
 * Local curvature smoothing with Stein's identity (Osada et al. 2024, eqs. 18–21).
 *
 *     ℓ = γ s(y)·z/σ + ½ ‖s(y)‖²,    y = x + σ z,   z ~ N(0, I)          and with −z beside, for antithetic pairs
 *
 * written with a weight as ½ Σ_j w_j s_j (s_j − 2γ g_j), g = −z/σ. Its minimiser is γ ∇log(p * N(0, σ² I)), the score of the *smoothed* law. For γ = 1 it differs from DSM
 * with the same kernel by ½‖g‖²_W, free of parameters, so the two share every gradient. An antithetic pair is FD-SSM along v = σz plus the curvature ⅛‖s⁺ − s⁻‖².
 *
 *     center    x                                                σ unless given
 *     kernel    the exact kernel from the data: y = m ± L z      marginal-std: L of the kernel itself (α_t y_0 and σ_t of VE, VP)
 *     simulated y_t ~ p_t, any process                           κ = 0.1 of the narrowest direction of p_t
 *     x0        y_0 without its factor α_t; for study            marginal-std: the standard deviation of p_t
 *     auto      kernel where the process has one, else simulated; of a density its data, with κ = 0.1
 *
 * With σ otherwise given at center kernel, x is the mean of the kernel. The bias of smoothing around y_t is ∇[½σ²(Δlog p + ‖∇log p‖²)] + O(σ⁴), and with noise that does not
 * reach every coordinate only those of the noise range are smoothed. The paper names σ_t = g(t) *and* the standard deviation of p_t, which differ (VE: g/σ = 4.1).
 *
 * Needs nothing of the process but simulation. First derivatives of the network only.
 */
import { defineObjective, fail, type Prepared, type Problem, pathOptions } from '@fokker/core';
import { z } from 'zod';
import { dataKernels, denoisingSource, kernelDraw, kernelScales } from './denoise.js';
import { steinForm } from './loss.js';
import { processOf, settingOf } from './setting.js';
import { type SmoothingSize, smoothingSize } from './smoothing.js';
import { type Centre, prepareSmoothing, smoothingSource } from './smoothing-source.js';

const options = z.strictObject({
  gamma: z.number().positive().default(1).describe('γ, weight of the divergence; it scales the minimiser'),
  sigma: z
    .union([z.literal('auto'), smoothingSize])
    .default('auto')
    .describe('σ(t): a number, { fraction: κ of the narrowest direction }, marginal-std, g, or as the center asks'),
  center: z.enum(['auto', 'kernel', 'simulated', 'x0']).default('auto').describe('what is smoothed'),
  antithetic: z.boolean().default(true).describe('pairs x ± σ z: bounded variance as σ → 0, twice the network rows'),
  bank: pathOptions.prefault({}).describe('the trajectory bank that simulated states are read from'),
});
type Options = z.infer<typeof options>;

const narrow: SmoothingSize = { fraction: 0.1 };

/** Undefined: the kernel of the process, root and all. */
const smoothingOf = (
  problem: Problem,
  { sigma, center }: Options,
): { centre: Centre; sigma: SmoothingSize } | undefined => {
  const given = sigma === 'auto' ? undefined : sigma;
  if (problem.kind === 'density') return { centre: 'states', sigma: checkedForDensity(given ?? narrow, center) };
  const kernel = center === 'kernel' || (center === 'auto' && problem.sde.transition !== undefined);
  if (kernel) {
    return given === undefined || given === 'marginal-std' ? undefined : { centre: 'mean', sigma: given };
  }
  return center === 'x0'
    ? { centre: 'data', sigma: given ?? 'marginal-std' }
    : { centre: 'states', sigma: given ?? narrow };
};

const checkedForDensity = (sigma: SmoothingSize, center: Options['center']): SmoothingSize =>
  center === 'auto' || center === 'simulated'
    ? sigma
    : fail('E_INCOMPATIBLE', {
        summary: `objective 'lcss' has no center '${center}' for a density`,
        got: 'data without a process',
        expected: "'auto': the data themselves",
        tryThis: ['objective.center: auto'],
      });

export const lcss = defineObjective({
  id: 'lcss',
  summary: 'learns a smoothed score; any process, needs samples only; densities',
  options,
  needs: [],
  problems: ['process', 'density'],
  weights: 'state',
  derivatives: 1,
  create(given) {
    const { gamma, antithetic, bank } = given;
    return {
      rowsPerSample: antithetic ? 2 : 1,
      prepare(problem, key): Prepared {
        const smoothing = smoothingOf(problem, given);
        if (smoothing !== undefined) return prepareSmoothing(problem, { ...smoothing, bank }, key);
        const kernels = dataKernels(processOf(problem, 'lcss'), key.at('pilot'));
        return { recipe: null, scales: kernelScales(processOf(problem, 'lcss').sde, kernels, key.at('scales')) };
      },
      source(problem, prepared, key) {
        if (smoothingOf(problem, given) !== undefined) return smoothingSource(problem, prepared, antithetic, key);
        const { dim, range } = settingOf(problem);
        const draw = kernelDraw(dataKernels(processOf(problem, 'lcss'), key.at('data')), range, dim, key.at('noise'));
        return denoisingSource(problem, { draw, scales: prepared.scales, antithetic }, key);
      },
      perSample: steinForm(gamma),
    };
  },
});
