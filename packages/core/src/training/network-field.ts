/**
 * A trained network as a score on float64 batches: inputs scaled, components in the noise range by the network, lifted by its orthonormal basis,
 *
 *     s(y, t) = B u,    u = NN(networkInputs(y, t)) [n, r],    B [d, r]
 *
 * Off the noise range the score is zero by construction: no sampler reads it there.
 *
 * Throws E_CAPABILITY when asked for anything but the score.
 */
import { zeros } from '../contracts/batch.js';
import type { Forward } from '../contracts/device.js';
import type { ScoreField, ScoreModel } from '../contracts/model.js';
import type { NetworkScales } from '../contracts/objective.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { liftRange, noiseRangeOf } from '../linearise/index.js';
import { networkInputs } from './network-inputs.js';

export const networkField = (
  sde: Sde,
  scales: NetworkScales,
  forward: Forward,
  kind: ScoreModel['kind'] = 'score',
): ScoreField => {
  const range = noiseRangeOf(sde);
  const inputs = networkInputs(sde, scales, kind);
  return {
    provides: new Set(['score'] as const),
    async evaluate(y, t, out) {
      const asked = (['divergence', 'jvp', 'potential'] as const).find((name) => out[name] !== undefined);
      if (asked !== undefined) {
        fail('E_CAPABILITY', {
          summary: `a network score cannot give its ${asked}`,
          got: `a request for '${asked}'`,
          expected: "'score'",
          tryThis: ['use an estimator that needs the score only'],
        });
      }
      if (out.score === undefined) return;
      const components = zeros(y.n, range.rank);
      await forward.run({ n: y.n, arrays: inputs.of(y, t) }, components.data);
      liftRange(range, components, out.score);
    },
  };
};
