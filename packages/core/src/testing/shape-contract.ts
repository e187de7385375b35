/**
 * What every process states of itself: dimensions, times, the entries of its noise, its laws as sources of samples.
 */
import { checkSde } from '../composition/check-sde.js';
import { type Batch, zeros } from '../contracts/batch.js';
import type { Distribution } from '../contracts/capabilities.js';
import type { Sde, SdeText } from '../contracts/sde.js';
import { entriesLength } from '../numerics/noise.js';
import { rootKey } from '../numerics/random.js';
import { assertAllClose } from './close.js';
import { assertContract, type Check } from './contract.js';
import type { Probes } from './probes.js';

/** Output filled with NaN, so that an entry left unwritten shows. */
const unwritten = ({ n, d }: Batch): Batch => ({ data: new Float64Array(n * d).fill(Number.NaN), n, d });

export const shapeCases = ({ coordinates, equations }: SdeText, sde: Sde, probes: Probes): readonly Check[] => [
  { name: 'dimension, span and cutoff', run: () => checkSde(sde) },
  {
    name: 'names as many as coordinates, equations no more',
    run() {
      const { dim } = sde;
      const named = coordinates?.length ?? dim;
      assertContract(named === dim, `${named} entries in coordinates`, `${dim}, one a coordinate`);
      if (typeof equations?.drift !== 'object') return;
      const { length } = equations.drift;
      assertContract(
        length <= dim,
        `${length} entries in drift`,
        `at most ${dim}: one a coordinate, or one for all of a kind`,
      );
    },
  },
  { name: 'noise: entries of the declared structure', run: () => checkNoise(sde, probes) },
];

const checkNoise = ({ dim, diffusion }: Sde, { y, t }: Probes): void => {
  const { structure, dependsOn } = diffusion;
  const length = entriesLength(diffusion);
  const entriesAt = (row: number): Float64Array => {
    const out = new Float64Array(length + 1).fill(Number.NaN);
    if (dependsOn === 'state') diffusion.entries(t[row]!, out, y.data, row * dim);
    else diffusion.entries(t[row]!, out);
    const written = out.slice(0, length);
    assertContract(
      written.every(Number.isFinite),
      `entries [${written.join(', ')}] at t = ${t[row]}`,
      'finite numbers',
    );
    assertContract(
      Number.isNaN(out[length]!),
      `more than ${length} entries written`,
      `${length} entries for ${structure} noise`,
    );
    return written;
  };
  const first = entriesAt(0);
  for (let row = 1; row < y.n; row++) {
    const other = entriesAt(row);
    if (dependsOn === 'none') assertAllClose("noise that depends on 'none' at two times", other, first);
  }
};

/** Row i of a sample depends on (key, first + i) alone. */
export const samplingCase = (name: string, law: Distribution, dim: number, n: number): Check => ({
  name: `${name}: sample i is the same whatever range it is drawn in`,
  run() {
    const key = rootKey(7).at('contract');
    assertContract(law.dim === dim, `dim = ${law.dim} of ${name}`, `${dim}, as the process`);
    const [whole, part] = [unwritten(zeros(n, law.dim)), unwritten(zeros(n - 3, law.dim))];
    law.sample(key, 0, whole);
    law.sample(key, 3, part);
    assertContract(whole.data.every(Number.isFinite), 'a sample that is not finite', 'finite numbers');
    return assertAllClose('samples 3 … n of two ranges', part.data, whole.data.slice(3 * law.dim));
  },
});
