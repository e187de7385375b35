/** The parts that come with core: schedules, training times and weights, as the plugin '@fokker/core'. */
import { apiVersion, type Plugin } from './contracts/plugin.js';
import { aPosteriori, autoSchedule, clockLag, constantLag } from './schedules/index.js';
import { clockUniformTimes, logNormalTimes, lossHistoryTimes, powerTimes, uniformTimes } from './times/index.js';
import {
  diffusionWeighting,
  likelihoodWeighting,
  noiseNormalisedWeighting,
  regionWeighting,
  sigmaSquaredWeighting,
  unitWeighting,
} from './weightings/index.js';

export const corePlugin: Plugin = {
  name: '@fokker/core',
  apiVersion,
  parts: {
    schedule: [autoSchedule, constantLag, clockLag, aPosteriori],
    times: [uniformTimes, powerTimes, clockUniformTimes, logNormalTimes, lossHistoryTimes],
    weighting: [
      noiseNormalisedWeighting,
      unitWeighting,
      likelihoodWeighting,
      diffusionWeighting,
      sigmaSquaredWeighting,
      regionWeighting,
    ],
  },
};
