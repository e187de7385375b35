/**
 * The law of y_T for a process without a known prior: draw y₀ from the data and simulate to T. It can be sampled and has no density.
 *
 * Not a capability: it depends on the data, while a capability is a property of the process alone. Whoever starts paths at the horizon asks
 * `sde.prior ?? simulatedPrior(sde, data)`.
 */
import type { Distribution } from '../contracts/capabilities.js';
import type { Dataset } from '../contracts/problem.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { createIntegrator, type IntegratorOptions } from '../numerics/integrate.js';

/** Steps of (T − t0)/1000 by stochastic Heun unless told otherwise. Row i depends on (key, first + i) alone. Throws E_DATA. */
export const simulatedPrior = (sde: Sde, data: Dataset, options: Partial<IntegratorOptions> = {}): Distribution => {
  const { t0, T } = sde.span;
  if (data.dim !== sde.dim) {
    fail('E_DATA', {
      summary: 'data and process have different dimensions',
      got: `data of dimension ${data.dim}`,
      expected: `dimension ${sde.dim}, as the process`,
      tryThis: ['a data set of that dimension', 'a process of the dimension of the data'],
    });
  }
  const integrator = createIntegrator(sde, { scheme: 'heun', step: (T - t0) / 1000, ...options });
  return {
    dim: sde.dim,
    sample(key, first, out) {
      data.draw(key.at('data'), first, out);
      const from = new Float64Array(out.n).fill(t0);
      const to = new Float64Array(out.n).fill(T);
      integrator.advance(out, from, to, key.at('paths'), first);
    },
  };
};
