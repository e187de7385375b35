/**
 * What every process owes: finite numbers in every entry, nothing written elsewhere, pure functions of (y, t), rows that know nothing of each other.
 */
import { checkSde } from '../composition/check-sde.js';
import { type Batch, zeros } from '../contracts/batch.js';
import type { Distribution } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { entriesLength } from '../numerics/noise.js';
import { rootKey } from '../numerics/random.js';
import { assertAllClose } from './close.js';
import { assertContract, type ContractCase } from './contract.js';
import { copyOf, type Probes, rowsOf } from './probes.js';

/** Output filled with NaN, so that an entry left unwritten shows. */
const unwritten = ({ n, d }: Batch): Batch => ({ data: new Float64Array(n * d).fill(Number.NaN), n, d });

export const shapeCases = (make: () => Sde, { y, t }: Probes): readonly ContractCase[] => {
  const sde = make();
  const driftOf = (process: Sde, at: Batch, times: Float64Array): Float64Array => {
    const out = unwritten(at);
    process.drift(at, times, out);
    return out.data;
  };
  return [
    { name: 'dimension, span and cutoff', run: () => checkSde(sde) },
    {
      name: 'drift: writes every entry, leaves y and t alone',
      run() {
        const [yBefore, tBefore] = [copyOf(y), t.slice()];
        const f = driftOf(sde, y, t);
        const bad = f.findIndex((value) => !Number.isFinite(value));
        assertContract(
          bad < 0,
          `drift entry ${bad % sde.dim} of row ${Math.floor(bad / sde.dim)} is ${f[bad]}`,
          'a finite number in every entry',
        );
        assertAllClose('y before and after the drift', y.data, yBefore.data);
        assertAllClose('t before and after the drift', t, tBefore);
      },
    },
    {
      name: 'drift: a pure function, the same from a second process with the same parameters',
      run() {
        const first = driftOf(sde, y, t);
        driftOf(sde, rowsOf(y, [1, 0]), t.slice(0, 2));
        assertAllClose('two calls of the drift', driftOf(sde, y, t), first);
        assertAllClose('the drift of two processes', driftOf(make(), y, t), first);
      },
    },
    {
      name: 'drift: row i is the same in any batch',
      run() {
        const whole = driftOf(sde, y, t);
        for (let i = 0; i < y.n; i++) {
          const alone = driftOf(sde, rowsOf(y, [i]), t.slice(i, i + 1));
          assertAllClose(`row ${i} in the batch and alone`, whole.slice(i * sde.dim, (i + 1) * sde.dim), alone);
        }
      },
    },
    { name: 'noise: entries of the declared structure', run: () => checkNoise(sde, { y, t }) },
  ];
};

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
export const samplingCase = (name: string, law: Distribution, n: number): ContractCase => ({
  name: `${name}: sample i is the same whatever range it is drawn in`,
  run() {
    const key = rootKey(7).at('contract');
    const [whole, part] = [unwritten(zeros(n, law.dim)), unwritten(zeros(n - 3, law.dim))];
    law.sample(key, 0, whole);
    law.sample(key, 3, part);
    assertContract(whole.data.every(Number.isFinite), 'a sample that is not finite', 'finite numbers');
    assertAllClose('samples 3 … n of two ranges', part.data, whole.data.slice(3 * law.dim));
  },
});
