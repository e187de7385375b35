/**
 * The integrators on a process: strong order, steps in one pass, and paths that depend on their own row alone.
 *
 *     e(h) = E‖Y_h − Y_{h/2}‖ on one Brownian path,    order = ½ log₂( e(τ/8) / e(τ/32) )
 *
 * Euler–Maruyama and Heun have strong order 1 where the noise does not read the state, ½ where it does (Kloeden & Platen 1992). Orders show once steps are short beside
 * the scales of the process: τ begins at a quarter of the span and is quartered until they do, or the differences are rounding. Tolerance .2, as in row 39: 256 paths
 * and steps that are not yet infinitely short.
 */
import type { Batch } from '../contracts/batch.js';
import type { Sde } from '../contracts/sde.js';
import type { IntegratorOptions } from '../numerics/integrate.js';
import { rootKey } from '../numerics/random.js';
import { simulate } from '../numerics/simulate.js';
import { assertAllClose } from './close.js';
import { assertContract, assertWithin, type Check, type Measurement, worstOf } from './contract.js';
import { largestDense } from './derivative-contract.js';
import { type Region, rowsOf, startsOf } from './probes.js';
import { meanDistance, sharedPaths } from './shared-noise.js';

const rows = 256;
const steps = [8, 16, 32, 64];
const quarterings = 10;
const tolerance = 0.2;
const key = rootKey(39).at('strong order');

/** The order at lag τ: undefined where paths diverge, infinite where the steps make no difference. */
const orderAt = (
  sde: Sde,
  scheme: IntegratorOptions['scheme'],
  start: Batch,
  from: number,
  lag: number,
): number | undefined => {
  const ends = sharedPaths({ sde, start, from, to: from + lag, scheme, steps, key });
  if (ends === undefined) return undefined;
  const [first, , last] = [0, 1, 2].map((k) => meanDistance(ends[k]!, ends[k + 1]!));
  const size = meanDistance(ends[0]!, { ...start, data: new Float64Array(start.data.length) });
  return last! <= 1e-13 * size ? Number.POSITIVE_INFINITY : 0.5 * Math.log2(first! / last!);
};

const measureOrder = (sde: Sde, scheme: IntegratorOptions['scheme'], region: Region): Measurement => {
  const { t0, T } = sde.span;
  const start = startsOf(sde, rows, region);
  const expected = sde.diffusion.dependsOn === 'state' ? 0.5 : 1;
  const limit = expected - tolerance;
  let best = Number.NEGATIVE_INFINITY;
  for (let k = 0, lag = (T - t0) / 4; k < quarterings && !(best >= limit); k++, lag /= 4) {
    best = Math.max(best, orderAt(sde, scheme, start, t0 + 0.3 * (T - t0), lag) ?? best);
  }
  return assertWithin({ what: `strong order of ${scheme}`, value: best, limit, side: 'least' });
};

/** The pass of a process beside its drift and its noise, one after the other: the same digits. */
const measurePass = (sde: Sde, region: Region): Measurement => {
  const { eulerPass, ...plain } = sde;
  const { t0, T } = sde.span;
  const step = (T - t0) / 4096;
  const ends = ([sde, plain] as const).map(
    (each) =>
      simulate(each, startsOf(sde, 5, region), [t0 + 16 * step], { scheme: 'euler-maruyama', step, key, first: 3 }).at(
        -1,
      )!.y.data,
  );
  return assertAllClose('states after sixteen steps', ends[0]!, ends[1]!);
};

export const integratorCases = (sde: Sde, region: Region): readonly Check[] => [
  ...(sde.dim > largestDense
    ? []
    : [
        {
          name: 'integrators: strong order on shared Brownian paths',
          run: () => (['euler-maruyama', 'heun'] as const).map((scheme) => measureOrder(sde, scheme, region)),
        },
      ]),
  ...(sde.eulerPass === undefined
    ? []
    : [
        {
          name: 'eulerPass: the steps that drift and noise give one after the other',
          run: () => measurePass(sde, region),
        },
      ]),
  {
    name: 'simulation: path i is the same in any batch, from the same key',
    run() {
      const { t0, T } = sde.span;
      const start = startsOf(sde, 5, region);
      const step = (T - t0) / 4096;
      const paths = (batch: Batch, first: number): Float64Array =>
        simulate(sde, batch, [t0 + 16 * step], { scheme: 'heun', step, key, first }).at(-1)!.y.data;
      const whole = paths(start, 0);
      const other = paths(start, 5);
      assertContract(
        sde.diffusion.dependsOn === 'state' || other.some((value, k) => value !== whole[k]),
        'equal paths under other noise',
        'paths that differ',
      );
      return worstOf(
        [
          [0, 1],
          [2, 3, 4],
        ].map((part) => {
          const expected = whole.slice(part[0]! * sde.dim, (part.at(-1)! + 1) * sde.dim);
          return assertAllClose('paths in a smaller batch', paths(rowsOf(start, part), part[0]!), expected);
        }),
      );
    },
  },
];
