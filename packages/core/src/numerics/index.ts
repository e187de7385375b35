/** Float64 numerics over batches. */
export * from './cholesky.js';
export * from './clock.js';
export * from './covariance.js';
export * from './distributions.js';
export { driftTimeDifference } from './drift-time.js';
export { createExpm, type Expm } from './expm.js';
export * from './gaussian-mixture.js';
export * from './integrate.js';
export * from './jacobian.js';
export { flattenMatrix } from './matrix.js';
export * from './noise.js';
export * from './normal-quantile.js';
export * from './phi.js';
export { type CovarianceRoot, createCovarianceRoot, gaussLegendre } from './quadrature.js';
export * from './random.js';
export * from './simulate.js';
export * from './transition.js';
export * from './triangular.js';
