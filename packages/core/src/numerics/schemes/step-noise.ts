/**
 * √|h| G ξ for the rows of a step: entries of G are read once a row where they depend on the state, once a time where they depend on that, else once.
 */
import type { Diffusion, VectorField } from '../../contracts/index.js';
import { noiseOperators } from '../../structures/table.js';
import { entriesLength } from '../noise.js';
import { growing } from '../rows.js';
import type { Leg, StepNoise } from './scheme.js';

/** Makes the noise of a leg from its normals. One call's result is overwritten by the next. */
export const createStepNoise = (diffusion: Diffusion, columns: number, divergence?: VectorField) => {
  const { dim: d, noiseDim: m, dependsOn } = diffusion;
  const entries = new Float64Array(entriesLength(diffusion));
  const { timesRows } = noiseOperators(diffusion);
  const [combinations, rootsOf] = [growing(m), growing(1)];
  if (dependsOn === 'none') diffusion.entries(0, entries);

  /** Σ_c weights[c] ξ_c, [n, m]. */
  const combine = (xi: Float64Array, weights: readonly number[], n: number): Float64Array => {
    const { data } = combinations(n);
    for (let i = 0, k = 0; i < n; i++) {
      for (let j = 0; j < m; j++, k++) {
        let sum = 0;
        for (let c = 0; c < weights.length; c++) sum += weights[c]! * xi[i * columns + c * m + j]!;
        data[k] = sum;
      }
    }
    return data;
  };
  /** √|h|, taken anew where h changes. */
  const rootsFor = (h: Float64Array, n: number): Float64Array => {
    const { data } = rootsOf(n);
    let length = Number.NaN;
    let root = 0;
    for (let i = 0; i < n; i++) {
      if (h[i] !== length) {
        length = h[i]!;
        root = Math.sqrt(Math.abs(length));
      }
      data[i] = root;
    }
    return data;
  };

  return ({ y, t, h, rootH }: Leg, xi: Float64Array): StepNoise => ({
    xi,
    divergence,
    add(at, weights, out) {
      const plain = weights.length === 1 && weights[0] === 1 && columns === m;
      const normals = plain ? xi : combine(xi, weights, y.n);
      const roots = rootH ?? rootsFor(h, y.n);
      /** Rows [from, to) with the entries at hand. */
      const addRows = (from: number, to: number): void => timesRows(entries, normals, m, roots, out.data, from, to);
      if (dependsOn === 'none') return addRows(0, y.n);
      for (let i = 0, from = 0; i < y.n; i++) {
        const time = t[i]! + at * h[i]!;
        const next = i + 1;
        if (dependsOn === 'time' && next < y.n && t[next]! + at * h[next]! === time) continue;
        diffusion.entries(time, entries, y.data, i * d);
        addRows(from, next);
        from = next;
      }
    },
  });
};
