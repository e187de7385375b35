/**
 * A density as a process: the law of the data at every t ∈ [0, 1], of which samples are all that is known.
 *
 *     dY = ½ ∇log p(Y) dt + dW,     Y_0 ~ p   ⇒   Y_t ~ p for all t
 *
 * is the Langevin process that keeps it. Its drift is half the score, which is what training is after, so that asking for it is refused (E_CAPABILITY). Everything that reads
 * samples, noise or the marginal works as for any process: Q = I, every direction matters, the exact score is the density's where the data have one.
 */
import type { Dataset } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { scalarNoise } from './noise.js';

const noDrift = (): never =>
  fail('E_CAPABILITY', {
    summary: 'a density has no drift',
    got: 'data without a process',
    expected: 'a process, whose drift carries the data through time',
    tryThis: [
      'sampling.reverse: { id: langevin }  samples with the score alone',
      'process.id: vp  to diffuse the data',
    ],
  });

/** The score and density of the data at any time. */
const marginal = ({ density }: Dataset): ReturnType<NonNullable<Sde['marginal']>> =>
  density && {
    logDensity: (y, _t, out) => density.logDensity(y, out),
    score: (y, _t, out) => density.score(y, out),
  };

/** In R^dim. */
export const densityProcess = (dim: number): Sde => ({
  dim,
  span: { t0: 0, T: 1 },
  cutoff: { train: 0, sample: 0 },
  timeless: true,
  drift: noDrift,
  diffusion: scalarNoise(dim, 1),
  noiseRange: { rank: dim, basis: 'coordinates', coordinates: Array.from({ length: dim }, (_, j) => j) },
  marginal,
});
