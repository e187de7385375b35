/** Gradients in parameters against differences, in float32: along g/‖g‖ and a random direction v, |g·v − (L(p + h v) − L(p − h v))/2h| ≤ 2 % of ‖g‖. */
import type { Params } from '../contracts/model.js';
import { fillNormal, rootKey } from '../numerics/random.js';
import { assertContract, assertWithin, type Measurement } from './contract.js';

/** Slopes are known to about 1e-3: truncation h², roundings of float32 over h. */
const slopes = { step: 1e-2, limit: 2e-2 };

/** N(0, 1), the same for a label every time. */
export const scattered = (label: string, length: number): Float64Array => {
  const out = new Float64Array(length);
  fillNormal(rootKey(31).at('model', label), 0, 1, length, out);
  return out;
};

export const moved = ({ layout, data }: Params, by: ArrayLike<number>, scale: number): Params => ({
  layout,
  data: data.map((value, k) => value + scale * by[k]!),
});

const lengthOf = (v: Float64Array): number => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));

/** Throws E_CONTRACT; `expected`: what a gradient that vanishes lacks. */
export async function slopeChecks(
  params: Params,
  gradient: ArrayLike<number>,
  lossAt: (params: Params) => Promise<number>,
  expected: string,
): Promise<readonly Measurement[]> {
  const g = Float64Array.from(gradient);
  const norm = lengthOf(g);
  assertContract(norm > 0, 'a gradient that vanishes', expected);
  const random = scattered('direction', g.length);
  const length = lengthOf(random);
  const measured: Measurement[] = [];
  for (const [what, v] of [
    ['along the gradient', g.map((value) => value / norm)],
    ['along a random direction', random.map((value) => value / length)],
  ] as const) {
    const [ahead, behind] = [await lossAt(moved(params, v, slopes.step)), await lossAt(moved(params, v, -slopes.step))];
    const slope = v.reduce((sum, value, k) => sum + value * g[k]!, 0);
    const value = Math.abs(slope - (ahead - behind) / (2 * slopes.step)) / norm;
    measured.push(assertWithin({ what, value, limit: slopes.limit }));
  }
  return measured;
}
