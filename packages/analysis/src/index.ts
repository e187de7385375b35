/** Metrics of samples and of scores. */
import { apiVersion, definePlugin } from '@fokker/core';
import { createEnergyDistance, energyDistance } from './energy-distance.js';
import { fisherError, relativeFisherError } from './fisher-error.js';
import { createSlicedW2, slicedW2 } from './sliced-w2.js';

export { floorOf } from './floor.js';
export { createEnergyDistance, createSlicedW2, energyDistance, fisherError, relativeFisherError, slicedW2 };

export default definePlugin({
  name: '@fokker/analysis',
  apiVersion,
  parts: { metric: [slicedW2, energyDistance, fisherError] },
});
