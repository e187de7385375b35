/**
 * A prior against the states it stands for, y_T of the process started in its region (or from its data). Told, not judged: no finite horizon forgets its data entirely, and a
 * metastable mixture hardly at all. Judged only where equality is claimed: a prior that is the stationary law itself is kept by the process from start to horizon.
 *
 *     shift  max_j |mean_j(y_T) − mean_j(prior)| / deviation_j(prior)        spread  max_j |deviation_j(y_T)/deviation_j(prior) − 1|
 *
 * over 512 paths (fewer of many coordinates): either carries a Monte Carlo error of about 0.05 of its own.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { Distribution } from '../contracts/capabilities.js';
import type { Key } from '../contracts/random.js';
import type { Sde } from '../contracts/sde.js';
import { isFokkerError } from '../errors.js';
import { drawFromKernel } from '../linearise/kernel.js';
import { fillNormal, rootKey } from '../numerics/random.js';
import { simulate } from '../numerics/simulate.js';
import { transitionKernel } from '../numerics/transition.js';
import type { Check, Measurement } from './contract.js';
import { assertMeans, meanOf } from './moments.js';
import { type Region, startsOf } from './probes.js';

/** 512 where states are small: simulations to the horizon are the longest of all checks. */
const pathsOf = ({ dim }: Sde): number => Math.max(16, Math.min(512, Math.floor(2 ** 15 / dim)));
const halvings = 5;
const key = rootKey(41).at('prior');

/** y_T: exact where the process has a transition, else by Heun, with steps of 1/400 of the span or as short as it takes. */
const terminal = (sde: Sde, start: Batch, key: Key): Batch => {
  const { t0, T } = sde.span;
  const { n, d } = start;
  if (sde.transition !== undefined) {
    const [z, out] = [new Float64Array(n * d), zeros(n, d)];
    fillNormal(key, 0, n, d, z);
    const [from, to] = [new Float64Array(n).fill(t0), new Float64Array(n).fill(T)];
    drawFromKernel(transitionKernel(sde.transition, start, from, to), z, 1, out);
    return out;
  }
  for (let k = 0, step = (T - t0) / 400; ; k++, step /= 2) {
    try {
      return simulate(sde, start, [T], { scheme: 'heun', step, key }).at(-1)!.y;
    } catch (error) {
      if (k === halvings || !isFokkerError(error) || error.code !== 'E_DIVERGED') throw error;
    }
  }
};

const columns = ({ data, n, d }: Batch): Float64Array[] =>
  Array.from({ length: d }, (_, j) => Float64Array.from({ length: n }, (_, i) => data[i * d + j]!));

const sampled = (law: Distribution, n: number, label: string): Batch => {
  const out = zeros(n, law.dim);
  law.sample(key.at(label), 0, out);
  return out;
};

const compare = (found: Batch, prior: Batch): readonly Measurement[] => {
  const [a, b] = [columns(found).map(meanOf), columns(prior).map(meanOf)];
  const shifts = a.map(({ mean }, j) => Math.abs(mean - b[j]!.mean) / (b[j]!.error * Math.sqrt(prior.n)));
  const spreads = a.map(({ error }, j) => Math.abs(error / b[j]!.error - 1));
  return [
    { what: 'shift of a mean, deviations of the prior', value: Math.max(...shifts) },
    { what: 'change of a deviation', value: Math.max(...spreads) },
  ];
};

export const priorCases = (sde: Sde, prior: Distribution, region: Region): readonly Check[] => {
  const n = pathsOf(sde);
  const told: Check = {
    name: 'prior: beside y_T of simulated paths',
    run: () => compare(terminal(sde, startsOf(sde, n, region), key.at('paths')), sampled(prior, n, 'prior')),
  };
  if (prior !== sde.stationary) return [told];
  const judged: Check = {
    name: 'prior: the stationary law, which the process keeps to its horizon',
    run() {
      const start = sampled(prior, n, 'start');
      const end = columns(terminal(sde, start, key.at('kept')));
      const differences = columns(start).flatMap((before, j) => [
        end[j]!.map((value, i) => value - before[i]!),
        end[j]!.map((value, i) => value ** 2 - before[i]! ** 2),
      ]);
      return assertMeans(
        'means and mean squares',
        differences.map((values) => ({ ...meanOf(values), expected: 0 })),
      );
    },
  };
  return [told, judged];
};
