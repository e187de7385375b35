/** Metrics of samples and of scores, and the physics that a score gives access to. */
import { apiVersion, definePlugin } from '@fokker/core';
import { elboLikelihood } from './likelihood/elbo.js';
import { flowLikelihood } from './likelihood/flow.js';
import { classifierTest, createClassifierTest } from './metrics/classifier.js';
import { createEnergyDistance, energyDistance } from './metrics/energy-distance.js';
import { createExactW2, exactW2 } from './metrics/exact-w2.js';
import { fisherDivergence, fisherDivergenceOf } from './metrics/fisher-divergence.js';
import { fisherError, relativeFisherError } from './metrics/fisher-error.js';
import { implicitLoss, implicitLossOf } from './metrics/implicit-loss.js';
import {
  createKolmogorovSmirnov,
  kolmogorovSmirnov,
  kolmogorovSmirnovDistances,
} from './metrics/kolmogorov-smirnov.js';
import { createMmd, mmd, mmdSquared } from './metrics/mmd.js';
import {
  coverage,
  createCoverage,
  createDensity,
  createPrecision,
  createRecall,
  density,
  precision,
  recall,
} from './metrics/neighbourhoods.js';
import { createSlicedW2, slicedW2 } from './metrics/sliced-w2.js';
import { quantities } from './quantities/index.js';

export { firstIntegrand, localIntegrand } from './likelihood/elbo-integrand.js';
export { floorOf } from './metrics/floor.js';
export * from './physics/index.js';
export {
  classifierTest,
  coverage,
  createClassifierTest,
  createCoverage,
  createDensity,
  createEnergyDistance,
  createExactW2,
  createKolmogorovSmirnov,
  createMmd,
  createPrecision,
  createRecall,
  createSlicedW2,
  density,
  elboLikelihood,
  energyDistance,
  exactW2,
  fisherDivergence,
  fisherDivergenceOf,
  fisherError,
  flowLikelihood,
  implicitLoss,
  implicitLossOf,
  kolmogorovSmirnov,
  kolmogorovSmirnovDistances,
  mmd,
  mmdSquared,
  precision,
  recall,
  relativeFisherError,
  slicedW2,
};

export default definePlugin({
  name: '@fokker/analysis',
  apiVersion,
  parts: {
    metric: [
      slicedW2,
      energyDistance,
      mmd,
      exactW2,
      classifierTest,
      kolmogorovSmirnov,
      precision,
      recall,
      density,
      coverage,
      fisherError,
      fisherDivergence,
      implicitLoss,
    ],
    quantity: quantities,
    likelihood: [flowLikelihood, elboLikelihood],
  },
});
