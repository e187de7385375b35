/**
 * What VP and subVP share: the drift f = −½ β(t) y under the linear β(t) = β₀ + (β₁ − β₀) t/T, and its parameters.
 *
 *     J = −½ β I,    ∇·f = −½ β d,    ∂f/∂t = −½ (β₁ − β₀)/T y,    ½ Q:∇²f = 0
 */
import { type Clock, linearClock, type Sde, scalarJacobian, zeroField } from '@fokker/core';
import { z } from 'zod';

export const betaSchedule = z
  .object({
    dim: z.int().positive().default(2).describe('dimension d'),
    beta0: z.number().positive().default(0.1).describe('β at t = 0, per unit time'),
    beta1: z.number().positive().default(20).describe('β at the horizon, per unit time'),
    horizon: z.number().positive().default(1).describe('T'),
  })
  .refine(({ beta0, beta1 }) => beta1 >= beta0, { path: ['beta1'], error: 'β must not decrease: beta1 ≥ beta0' });

type AffineDrift = Pick<Sde, 'dim' | 'span' | 'drift'> &
  Required<Pick<Sde, 'affine' | 'jacobian' | 'divergence' | 'driftTime' | 'itoTerm'>>;

export const betaDrift = ({
  dim,
  beta0,
  beta1,
  horizon,
}: z.infer<typeof betaSchedule>): AffineDrift & { clock: Clock } => {
  const clock = linearClock(beta0, beta1, horizon);
  const slope = (beta1 - beta0) / horizon;
  return {
    clock,
    dim,
    span: { t0: 0, T: horizon },
    affine: true,
    drift(y, t, out) {
      for (let i = 0, k = 0; i < y.n; i++) {
        const rate = -0.5 * clock.beta(t[i]!);
        for (let j = 0; j < dim; j++, k++) out.data[k] = rate * y.data[k]!;
      }
    },
    jacobian: scalarJacobian((t) => -0.5 * clock.beta(t)),
    divergence(y, t, out) {
      for (let i = 0; i < y.n; i++) out[i] = -0.5 * dim * clock.beta(t[i]!);
    },
    driftTime(y, _t, out) {
      for (let k = 0; k < y.n * dim; k++) out.data[k] = -0.5 * slope * y.data[k]!;
    },
    itoTerm: zeroField,
  };
};
