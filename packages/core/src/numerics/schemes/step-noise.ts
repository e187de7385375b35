/**
 * √|h| G ξ for the rows of a step: entries of G are read once a row where they depend on the state, once a time where they depend on that, else once.
 */
import type { Batch, Diffusion, VectorField } from '../../contracts/index.js';
import { noiseOperators } from '../../structures/table.js';
import { entriesLength } from '../noise.js';
import type { Leg, StepNoise } from './scheme.js';

/** Makes the noise of a leg from its normals. One call's result is overwritten by the next. */
export const createStepNoise = (diffusion: Diffusion, columns: number, divergence?: VectorField) => {
  const { dim: d, noiseDim: m } = diffusion;
  const entries = new Float64Array(entriesLength(diffusion));
  const { times } = noiseOperators(diffusion);
  const combined = new Float64Array(m);
  const fixed = diffusion.dependsOn === 'none';
  if (fixed) diffusion.entries(0, entries);

  /** The usual case, one block of columns under constant G, without looking at times. */
  const addFixed = ({ y, h }: Leg, xi: Float64Array, { data }: Batch): void => {
    let length = Number.NaN;
    let root = 0;
    for (let i = 0; i < y.n; i++) {
      if (h[i] !== length) {
        length = h[i]!;
        root = Math.sqrt(Math.abs(length));
      }
      times(entries, xi, i * columns, root, data, i * d);
    }
  };

  return (leg: Leg, xi: Float64Array): StepNoise => ({
    xi,
    divergence,
    add(at, weights, out) {
      const { y, t, h } = leg;
      if (fixed && weights.length === 1 && weights[0] === 1) return addFixed(leg, xi, out);
      let held = Number.NaN;
      for (let i = 0; i < y.n; i++) {
        const time = t[i]! + at * h[i]!;
        if (diffusion.dependsOn === 'state') diffusion.entries(time, entries, y.data, i * d);
        else if (!fixed && time !== held) diffusion.entries(time, entries);
        held = time;
        const row = i * columns;
        for (let j = 0; j < m; j++) {
          let sum = 0;
          for (let c = 0; c < weights.length; c++) sum += weights[c]! * xi[row + c * m + j]!;
          combined[j] = sum;
        }
        times(entries, combined, 0, Math.sqrt(Math.abs(h[i]!)), out.data, i * d);
      }
    },
  });
};
