/**
 * Reverse steps with a dial for their noise: between the probability flow (λ = 0) and the reverse-time SDE (λ = 1). All of them have the marginals p_t.
 *
 *     y⁺ = y + h [ f − ½ (1 + λ²) Q s ](y, t) + λ √|h| G(t) ξ,      h = t⁺ − t < 0
 *
 * For noise that does not depend on the state. One score evaluation a step; weak order 1. What all samplers share (time grid, frames, lost paths, progress) is done by
 * `travelWith`.
 */
import { applyNoise, createVelocity, entriesLength, fillNormal } from '@fokker/core';
import { gridOptions, travelWith } from '@fokker/samplers';
import { z } from 'zod';

const options = gridOptions.extend({
  lambda: z.number().min(0).max(1).default(0.5).describe('λ, strength of the noise'),
});

export const mySampler = travelWith({
  id: 'my-sampler',
  summary: 'between the probability flow and the reverse-time SDE',
  direction: 'reverse',
  options,
  needs: { noise: 'additive' },
  grid: (grid) => grid,
  start({ sde, score, start, key, first = 0 }, { lambda }) {
    const { diffusion, dim } = sde;
    const { n } = start;
    const flow = createVelocity({ sde, score }, 0.5); // u = f − ½ Q s
    const entries = new Float64Array(entriesLength(diffusion));
    const xi = new Float64Array(n * diffusion.noiseDim);
    const time = new Float64Array(n);
    const f = { ...start, data: new Float64Array(n * dim) };
    return async (y, { index, t, next }, out) => {
      const h = next - t;
      time.fill(t);
      await flow(y, time, out);
      sde.drift(y, time, f);
      for (let k = 0; k < n * dim; k++) {
        const u = out.data[k]!;
        out.data[k] = y.data[k]! + h * (u + lambda ** 2 * (u - f.data[k]!)); // f − ½ (1 + λ²) Q s
      }
      fillNormal(key.at('step', index), first, n, diffusion.noiseDim, xi);
      diffusion.entries(t, entries);
      for (let i = 0; i < n; i++) {
        applyNoise(diffusion, entries, xi, i * diffusion.noiseDim, lambda * Math.sqrt(-h), out.data, i * dim);
      }
    };
  },
});
