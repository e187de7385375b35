/** Samplers: a score in, samples out. */
import { apiVersion, definePlugin } from '@fokker/core';
import { ancestral } from './ancestral.js';
import { annealedLangevin } from './annealed-langevin.js';
import { langevin } from './langevin.js';
import { mala } from './mala.js';
import { predictorCorrector } from './predictor-corrector.js';
import { probabilityFlow } from './probability-flow.js';
import { probabilityFlowAdaptive } from './probability-flow-adaptive.js';
import { reverseDiffusion } from './reverse-diffusion.js';
import { reverseEulerMaruyama } from './reverse-euler-maruyama.js';
import { reverseHeun } from './reverse-heun.js';
import { reverseLocalLinear } from './reverse-local-linear.js';
import { reverseMilstein } from './reverse-milstein.js';
import { reverseSra1 } from './reverse-sra1.js';

export { type GridOptions, gridOptions } from './grid.js';
export { type Advance, type Step, type TravelMethod, travelWith } from './travel.js';
export {
  ancestral,
  annealedLangevin,
  langevin,
  mala,
  predictorCorrector,
  probabilityFlow,
  probabilityFlowAdaptive,
  reverseDiffusion,
  reverseEulerMaruyama,
  reverseHeun,
  reverseLocalLinear,
  reverseMilstein,
  reverseSra1,
};

export default definePlugin({
  name: '@fokker/samplers',
  apiVersion,
  parts: {
    sampler: [
      reverseEulerMaruyama,
      reverseHeun,
      reverseSra1,
      reverseMilstein,
      reverseLocalLinear,
      reverseDiffusion,
      ancestral,
      predictorCorrector,
      probabilityFlow,
      probabilityFlowAdaptive,
      annealedLangevin,
      langevin,
      mala,
    ],
  },
});
