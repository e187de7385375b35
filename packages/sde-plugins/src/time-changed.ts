/**
 * An autonomous process run by a clock: from dȲ = f̄(Ȳ) dθ + Ḡ dW to
 *
 *     dY = β(t) f̄(Y) dt + √β(t) Ḡ dW,     θ = B(t) = ∫₀ᵗ β
 *
 *     J = β J̄,     ∇·f = β ∇·f̄,     ∂f/∂t = β′ f̄,     ½ Q:∇²f = β² (½ Q̄:∇²f̄)
 *
 * A stationary law of the base is one of the process. Linearisation uses the base and the lag in θ, so it is exact in time.
 */
import {
  type Batch,
  type Clock,
  type Diffusion,
  entriesLength,
  type Sde,
  scaledJacobian,
  type VectorField,
  zeroField,
} from '@fokker/core';

export interface TimeChangedOptions {
  readonly base: Sde;
  readonly clock: Clock;
  /** β′(t) */
  readonly slope: (t: number) => number;
  /** T */
  readonly horizon: number;
  readonly cutoff: Sde['cutoff'];
}

/** Every field the base has, at the speed of the clock. Noise of the base must not depend on time or state. */
export const timeChanged = ({ base, clock, slope, horizon, cutoff }: TimeChangedOptions): Sde => {
  const { dim, jacobian, divergence, itoTerm, stationary, affine } = base;
  const rate = (power: 1 | 2) => (t: number) => clock.beta(t) ** power;
  return {
    dim,
    span: { t0: 0, T: horizon },
    cutoff,
    drift: spedUp(base.drift, rate(1)),
    diffusion: spedUpNoise(base.diffusion, clock),
    driftTime: spedUp(base.drift, slope),
    timeChange: { clock, base },
    ...(affine !== undefined && { affine }),
    ...(jacobian !== undefined && { jacobian: scaledJacobian(dim, jacobian, rate(1)) }),
    ...(divergence !== undefined && {
      divergence(y: Batch, t: Float64Array, out: Float64Array) {
        divergence(y, t, out);
        for (let i = 0; i < y.n; i++) out[i]! *= clock.beta(t[i]!);
      },
    }),
    ...(itoTerm !== undefined && { itoTerm: spedUp(itoTerm, rate(2)) }),
    ...(stationary !== undefined && { stationary }),
  };
};

const spedUp = (field: VectorField, rate: (t: number) => number): VectorField =>
  field === zeroField
    ? zeroField
    : (y, t, out) => {
        field(y, t, out);
        for (let i = 0, k = 0; i < y.n; i++) {
          const factor = rate(t[i]!);
          for (let j = 0; j < y.d; j++, k++) out.data[k]! *= factor;
        }
      };

const spedUpNoise = (base: Diffusion, clock: Clock): Diffusion => {
  const length = entriesLength(base);
  return {
    ...base,
    dependsOn: 'time',
    entries(t, out) {
      base.entries(clock.B(t), out);
      const factor = Math.sqrt(clock.beta(t));
      for (let k = 0; k < length; k++) out[k]! *= factor;
    },
  };
};
