/** Processes, one a file; the default export is the plugin that holds them all. */
import { apiVersion, definePlugin } from '@fokker/core';
import { activeSwimmer } from './active-swimmer.js';
import { benes } from './benes.js';
import { brownianGyrator } from './brownian-gyrator.js';
import { cir } from './cir.js';
import { cld } from './cld.js';
import { doubleWell } from './double-well.js';
import { fitzhughNagumo } from './fitzhugh-nagumo.js';
import { formula } from './formula/index.js';
import { geometricBrownianMotion } from './geometric-brownian-motion.js';
import { harmonicParticles } from './harmonic-particles.js';
import { logistic } from './logistic.js';
import { lorenz63 } from './lorenz-63.js';
import { lotkaVolterra } from './lotka-volterra.js';
import { mogPrior } from './mog-prior.js';
import { ornsteinUhlenbeck } from './ornstein-uhlenbeck.js';
import { overdampedLangevinProcess } from './overdamped-langevin.js';
import { repulsiveParticles } from './repulsive-particles.js';
import { rotationOu } from './rotation-ou.js';
import { subvp } from './subvp.js';
import { underdampedLangevinProcess } from './underdamped-langevin.js';
import { vanDerPol } from './van-der-pol.js';
import { ve } from './ve.js';
import { vp } from './vp.js';

export { gyratorCovariance, gyratorEntropyProduction } from './brownian-gyrator.js';
export { type FormulaDefinition, formulaSde } from './formula/index.js';
export { type Force, type LangevinOptions, overdampedLangevin, underdampedLangevin } from './langevin.js';
export { type Potential, type PotentialRow, separablePotential } from './potential.js';
export { rotationEntropyProduction } from './rotation-ou.js';
export { type TimeChangedOptions, timeChanged } from './time-changed.js';
export {
  activeSwimmer,
  benes,
  brownianGyrator,
  cir,
  cld,
  doubleWell,
  fitzhughNagumo,
  formula,
  geometricBrownianMotion,
  harmonicParticles,
  logistic,
  lorenz63,
  lotkaVolterra,
  mogPrior,
  ornsteinUhlenbeck,
  overdampedLangevinProcess,
  repulsiveParticles,
  rotationOu,
  subvp,
  underdampedLangevinProcess,
  vanDerPol,
  ve,
  vp,
};

export default definePlugin({
  name: '@fokker/sde-plugins',
  apiVersion,
  parts: {
    sde: [
      activeSwimmer,
      ornsteinUhlenbeck,
      rotationOu,
      brownianGyrator,
      benes,
      doubleWell,
      overdampedLangevinProcess,
      underdampedLangevinProcess,
      vanDerPol,
      fitzhughNagumo,
      lorenz63,
      harmonicParticles,
      repulsiveParticles,
      geometricBrownianMotion,
      cir,
      lotkaVolterra,
      ve,
      vp,
      subvp,
      formula,
      cld,
      logistic,
      mogPrior,
    ],
  },
});
