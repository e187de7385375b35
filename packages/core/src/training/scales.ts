/**
 * The sizes by which the inputs and outputs of a network are scaled, functions of time alone (a scale that read the state would bias the minimiser), measured on a pilot:
 *
 *     σ̄(t)²   = mean over rows of tr(Bᵀ Σ B)/r,  Σ = L Lᵀ the kernel covariance, B [d, r] the basis of the noise range
 *     ȳ_j(t)² = mean of y_j² at t,   φ̄_k² = mean of φ_k(y_T, T)²
 *
 * at 33 times equally spaced on [c, T] and 32 equally spaced in log(t − t0), c = max(t0, cutoff.train): kernels that start from the data grow like √t, which no
 * uniform grid resolves near c. Sums run in row order under the pilot's own key.
 *
 * A root mean square is kept above 10⁻³ of its largest over time (1 where it vanishes throughout): data on a point or a line have no size at first, and dividing by that
 * would blow the input up as soon as noise arrives.
 *
 * Features keep one size for all times, that at the horizon: a nonlinear drift may be ten times larger in the tails of the data than it is once the process has relaxed
 * (active swimmer: 4 and 0.28), and a network that has to undo so fast a change of units near t0 learns it last.
 *
 * Throws E_NOT_FINITE where a size is not a number or σ̄ is not positive, naming the time.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { FeatureField, NoiseRange } from '../contracts/capabilities.js';
import type { GaussianKernel, RootForm } from '../contracts/matrix.js';
import type { NetworkScales } from '../contracts/objective.js';
import type { Key } from '../contracts/random.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { rootOperators } from '../structures/table.js';
import { firstTime } from '../times/uniform.js';
import { featuresOf } from './features.js';

const uniformPoints = 33;
const logarithmicPoints = 32;
const smallestShare = 1e-3;

/** Rows of a pilot for scales: 2048 give a root mean square to 1.6 % (one standard error, Gaussian). */
export const pilotRows = 2048;
const fewestRows = 64;

/** Rows of a pilot that needs a kernel a row: a dense one costs d³, so there are fewer beyond 12 dimensions. 64 give a root mean square to 9 %. */
export const kernelPilotRows = ({ structure }: RootForm, d: number): number =>
  structure === 'dense' ? Math.min(pilotRows, Math.max(fewestRows, Math.floor(2 ** 22 / d ** 3))) : pilotRows;

/** Mean over rows of tr(Bᵀ Σ B)/r: the square of σ̄ for this kernel. */
export const kernelNoiseVariance = (range: NoiseRange, kernel: GaussianKernel): number => {
  const { n, d } = kernel.mean;
  const { rank } = range;
  const { length, totalVariance, variance, variances } = rootOperators(kernel, d);
  const own = new Float64Array(d);
  const basis = zeros(rank, d); // row k is b_k
  if (range.basis !== 'coordinates') {
    for (let k = 0; k < rank; k++) for (let j = 0; j < d; j++) basis.data[k * d + j] = range.basis[j * rank + k]!;
  }
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (rank === d) sum += totalVariance(kernel.root, i * length);
    else if (range.basis === 'coordinates') {
      variances(kernel.root, i * length, own);
      for (const j of range.coordinates) sum += own[j]!;
    } else for (let k = 0; k < rank; k++) sum += variance(kernel.root, i * length, basis.data, k * d);
  }
  return sum / (n * rank);
};

/** Times at which scales are measured, increasing, from the training cutoff to the horizon. */
export const scaleTimes = (sde: Sde): number[] => {
  const { t0, T } = sde.span;
  const first = firstTime(sde);
  const times = Array.from({ length: uniformPoints }, (_, j) => first + (j / (uniformPoints - 1)) * (T - first));
  const nearest = Math.max(first - t0, (T - t0) * 1e-6);
  for (let j = 1; j < logarithmicPoints; j++) {
    times.push(t0 + nearest * ((T - t0) / nearest) ** (j / logarithmicPoints));
  }
  return times.sort((a, b) => a - b).filter((t, j, all) => j === 0 || t > all[j - 1]!);
};

const rootMeanSquares = ({ data, n, d }: Batch, t: number, what: string): number[] => {
  const sums = new Array<number>(d).fill(0);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < d; j++, at++) sums[j]! += data[at]! * data[at]!;
  return sums.map((sum) => checked(Math.sqrt(sum / n), t, what));
};

const checked = (size: number, t: number, what: string): number =>
  Number.isFinite(size)
    ? size
    : fail('E_NOT_FINITE', {
        summary: `the pilot has no ${what} at t = ${t}`,
        got: `${size}`,
        expected: 'a finite size',
        tryThis: ['check the process and its data for values that overflow'],
      });

/** σ̄(t), which divides the network's output: never zero. */
const noiseSize = (variance: number, t: number): number =>
  checked(variance > 0 ? Math.sqrt(variance) : Number.NaN, t, 'positive size of the kernel');

/** Rows kept above a share of each column's largest entry. */
const floored = (rows: readonly number[][]): number[][] => {
  const largest = rows[0]!.map((_, j) => Math.max(...rows.map((row) => row[j]!)));
  return rows.map((row) => row.map((size, j) => (largest[j] === 0 ? 1 : Math.max(size, smallestShare * largest[j]!))));
};

/** Features that vanish keep the size 1. */
const featureSizes = (field: FeatureField, y: Batch, t: number): number[] => {
  const values = zeros(y.n, field.dim);
  field.evaluate(y, new Float64Array(y.n).fill(t), values);
  return rootMeanSquares(values, t, 'size of the features').map((size) => size || 1);
};

/**
 * `drawAtTime(t, key)` gives pilot states of the network at t, `kernelVariance(t)`, asked right after it at the same t, σ̄(t)² (`kernelNoiseVariance`).
 */
export const pilotScales = (
  sde: Sde,
  drawAtTime: (t: number, key: Key) => Batch,
  kernelVariance: (t: number) => number,
  key: Key,
): NetworkScales => {
  const times = scaleTimes(sde);
  const field = featuresOf(sde);
  const noise: number[] = [];
  const state: number[][] = [];
  times.forEach((t, j) => {
    const y = drawAtTime(t, key.at(j));
    state.push(rootMeanSquares(y, t, 'size of the state'));
    noise.push(noiseSize(kernelVariance(t), t));
  });
  const scales = { t: times, noise, state: floored(state) };
  if (field === undefined) return scales;
  const last = times.length - 1;
  return { ...scales, features: featureSizes(field, drawAtTime(times[last]!, key.at(last)), times[last]!) };
};
