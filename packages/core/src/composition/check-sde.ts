/**
 * The numbers every process states of itself, checked once where a process enters, so that loops afterwards need not.
 *
 *     d a positive integer, −∞ < t0 < T < ∞, cutoffs in [t0, T), noise of dimension d: m > 0 columns, m = d unless G is dense or a Kronecker product,
 *     walls lower < upper, [d] each, initial law on R^d, data that are lifted of fewer dimensions
 */
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';

/** Throws E_CONTRACT, naming the field. */
export const checkSde = ({ dim, span: { t0, T }, cutoff, diffusion, domain, initial, lift }: Sde): void => {
  const { structure, noiseDim } = diffusion;
  const free = structure === 'dense' || structure === 'kronecker';
  demand(Number.isInteger(dim) && dim > 0, `dim = ${dim}`, 'a positive integer');
  demand(Number.isFinite(t0) && Number.isFinite(T) && t0 < T, `span = [${t0}, ${T}]`, 'finite t0 < T');
  for (const use of ['train', 'sample'] as const) {
    demand(cutoff[use] >= t0 && cutoff[use] < T, `cutoff.${use} = ${cutoff[use]}`, `a time in [${t0}, ${T})`);
  }
  demand(diffusion.dim === dim, `diffusion.dim = ${diffusion.dim}`, `${dim}, as the process`);
  demand(
    Number.isInteger(noiseDim) && noiseDim > 0 && (free || noiseDim === dim),
    `noiseDim = ${noiseDim} of ${structure} noise`,
    free ? 'a positive integer' : `${dim}, as the process`,
  );
  if (initial !== undefined) demand(initial.dim === dim, `initial.dim = ${initial.dim}`, `${dim}, as the process`);
  if (lift !== undefined) {
    demand(
      Number.isInteger(lift.dim) && lift.dim > 0 && lift.dim < dim,
      `lift.dim = ${lift.dim}`,
      `an integer from 1 to ${dim - 1}`,
    );
  }
  if (domain === undefined) return;
  const { lower, upper } = domain;
  demand(
    lower.length === dim && upper.length === dim && lower.every((wall, j) => wall < upper[j]!),
    `domain = [${lower}] to [${upper}]`,
    `${dim} pairs lower < upper`,
  );
};

const demand = (condition: boolean, got: string, expected: string): void => {
  if (condition) return;
  fail('E_CONTRACT', {
    summary: 'a process does not state its dimensions and times rightly',
    got,
    expected,
    tryThis: [`check ${got.split(' ')[0]} where the process is made, and the parameters it comes from`],
  });
};
