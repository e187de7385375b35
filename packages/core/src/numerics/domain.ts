/**
 * State spaces with walls, y_j in [l_j, u_j]: what keeps a discrete path inside.
 *
 *     one wall     y ← l + |y − l|
 *     two walls    y ← l + w − |w − (y − l) mod 2w|,    w = u − l
 *
 * The step that crosses a wall is reflected at it: the symmetrised Euler scheme (Bossy & Diop 2004, An efficient discretisation scheme for one-dimensional SDEs with a
 * diffusion coefficient of the form |x|^α), which keeps the order of the step where the exact process rarely comes near the wall. Where it often does (a Feller condition
 * that fails), the bias at the wall is of the order of the noise of one step.
 */
import type { Batch, Domain } from '../contracts/index.js';
import { fail } from '../errors.js';

/** All coordinates ≥ 0. */
export const positiveDomain = (dim: number): Domain => ({
  lower: Array.from({ length: dim }, () => 0),
  upper: Array.from({ length: dim }, () => Number.POSITIVE_INFINITY),
});

const reflect = (y: number, lower: number, upper: number): number => {
  if (y >= lower && y <= upper) return y;
  if (upper === Number.POSITIVE_INFINITY) return 2 * lower - y;
  if (lower === Number.NEGATIVE_INFINITY) return 2 * upper - y;
  const width = upper - lower;
  const along = (((y - lower) % (2 * width)) + 2 * width) % (2 * width);
  return lower + width - Math.abs(width - along);
};

/** Reflects every row of y [n, d] at the walls it has crossed, in place. */
export const reflectInside = ({ lower, upper }: Domain, { data, n, d }: Batch): void => {
  for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < d; j++, k++) data[k] = reflect(data[k]!, lower[j]!, upper[j]!);
};

/** Carries any state of R^d smoothly inside, in place: l + e^{y/2} from one wall, l + (u − l)/(1 + e^{−y}) between two. */
export const placeInside = ({ lower, upper }: Domain, { data, n, d }: Batch): void => {
  for (let i = 0, k = 0; i < n; i++) {
    for (let j = 0; j < d; j++, k++) {
      const [l, u, y] = [lower[j]!, upper[j]!, data[k]!];
      if (Number.isFinite(l) && Number.isFinite(u)) data[k] = l + (u - l) / (1 + Math.exp(-y));
      else if (Number.isFinite(l)) data[k] = l + Math.exp(y / 2);
      else if (Number.isFinite(u)) data[k] = u - Math.exp(y / 2);
    }
  }
};

/** E_DATA where a row lies outside the walls. */
export const checkInside = ({ lower, upper }: Domain, { data, n, d }: Batch): void => {
  for (let k = 0; k < n * d; k++) {
    const j = k % d;
    if (data[k]! >= lower[j]! && data[k]! <= upper[j]!) continue;
    fail('E_DATA', {
      summary: 'a state lies outside the state space of its process',
      got: `row ${Math.floor(k / d)}, coordinate ${j}: ${data[k]}`,
      expected: between(lower[j]!, upper[j]!),
      tryThis: [
        'data that lie in the state space',
        'paths: leave data out, and the process starts where it usually does',
      ],
    });
  }
};

const between = (lower: number, upper: number): string => {
  if (upper === Number.POSITIVE_INFINITY) return `a number of at least ${lower}`;
  return lower === Number.NEGATIVE_INFINITY ? `a number of at most ${upper}` : `a number from ${lower} to ${upper}`;
};
