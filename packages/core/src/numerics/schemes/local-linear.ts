/**
 * The local-linear step: the Gaussian kernel of the linearised process itself (MATH §3, §6.1).
 *
 *     dŷ = [ v + J (ŷ − y) + f_t u ] du + G dW   over the step,     y⁺ = m + L z
 *
 * v is the velocity at the start of the step, J and f_t those of the drift f. Forward v = f, and the step is exact for affine drifts with constant coefficients, in the process's clock
 * where it has one. Back in time v = f − Q s is split: the drift part is linearised, −f − J (ŷ − y), the score part Q s is held at its value at y, for its Jacobian is not known. The drift
 * and the noise it spreads over all coordinates are then integrated exactly to first order, however stiff, and degenerate noise reaches every coordinate within one step. The
 * step is stable for any h that resolves the score, ‖Q ∂s/∂y‖ h ≲ 1.
 *
 * Strong and weak order 1. One evaluation and d normals a step. A row whose linearised flow grows by more than e^300 in a step becomes NaN: lost, not fatal to others.
 *
 * Throws E_CAPABILITY for noise of the state, E_COVARIANCE where the kernel has no root (noise that does not reach a coordinate within first order).
 */
import { type Diffusion, type JacobianField, type Sde, zeroField } from '../../contracts/index.js';
import { drawFromKernel } from '../../linearise/kernel.js';
import { createLineariser } from '../../linearise/lineariser.js';
import { matrixOperators } from '../../structures/table.js';
import { driftTimeDifference } from '../drift-time.js';
import { finiteDifferenceJacobian, scaledAction } from '../jacobian.js';
import type { Leg, Scheme } from './scheme.js';

const largestGrowth = 300;

/** The largest absolute of the `count` entries from `at` on. */
const sizeOf = (entries: Float64Array, at: number, count: number): number => {
  let largest = 0;
  for (let k = at; k < at + count; k++) {
    const size = Math.abs(entries[k]!);
    if (!(size <= largest)) largest = size;
  }
  return largest;
};

/** `direction`: 1 forward, −1 back in time. The auxiliary process runs in r = direction · θ, θ = t or the clock's B(t). */
export const localLinear = (
  sde: Pick<Sde, 'dim' | 'drift' | 'diffusion' | 'span'> & Partial<Sde>,
  direction: 1 | -1,
): Scheme => {
  const clock = sde.timeChange?.clock;
  const process = sde.timeChange?.base ?? sde;
  const d = process.dim;
  const jacobian = process.jacobian ?? finiteDifferenceJacobian(process);
  const { length, linear } = matrixOperators(jacobian, d);

  const create = () => {
    let leg: Leg;
    let [r, rNext, time] = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];
    let runaway = new Uint8Array(0);
    const forwardTime = (from: Float64Array): Float64Array => {
      for (let i = 0; i < from.length; i++) time[i] = direction * from[i]!;
      return time;
    };
    const auxiliaryJacobian: JacobianField = {
      ...(jacobian.structure === 'action' ? scaledAction(jacobian, () => direction) : jacobian),
      entries(y, at, out) {
        jacobian.entries(y, forwardTime(at), out);
        for (let i = 0; i < y.n; i++) {
          runaway[i] = Number(!(sizeOf(out, i * length, linear) * (rNext[i]! - r[i]!) <= largestGrowth));
          const scale = runaway[i] === 1 ? 0 : direction;
          for (let k = i * length; k < i * length + linear; k++) out[k] = scale === 0 ? 0 : scale * out[k]!;
        }
      },
    };
    const diffusion: Diffusion = {
      ...process.diffusion,
      entries: (at, out) => process.diffusion.entries(direction * at, out),
    };
    const driftTime = clock ? zeroField : (process.driftTime ?? driftTimeDifference(process));
    const lineariser = createLineariser({
      dim: d,
      span: process.span,
      cutoff: { train: process.span.t0, sample: process.span.t0 },
      diffusion,
      jacobian: auxiliaryJacobian,
      drift(y, _at, out) {
        for (let i = 0, k = 0; i < y.n; i++) {
          const scale = direction / (clock ? clock.beta(leg.t[i]!) : 1);
          for (let j = 0; j < d; j++, k++) out.data[k] = scale * leg.out.data[k]!;
        }
      },
      // d/dr of direction · f(y, direction · r) is f_t either way
      driftTime: driftTime === zeroField ? zeroField : (y, at, out) => driftTime(y, forwardTime(at), out),
    });
    return function* (given: Leg, { xi }: { readonly xi: Float64Array }) {
      leg = given;
      const { y, t, tNext, out } = leg;
      if (r.length !== y.n) {
        [r, rNext, time] = [new Float64Array(y.n), new Float64Array(y.n), new Float64Array(y.n)];
        runaway = new Uint8Array(y.n);
      }
      for (let i = 0; i < y.n; i++) {
        r[i] = direction * (clock ? clock.B(t[i]!) : t[i]!);
        rNext[i] = direction * (clock ? clock.B(tNext[i]!) : tNext[i]!);
      }
      yield { y, t, out };
      drawFromKernel(lineariser.kernel(y, r, rNext), xi, 1, out);
      for (let i = 0; i < y.n; i++) if (runaway[i] === 1) out.data.fill(Number.NaN, i * d, (i + 1) * d);
    };
  };
  return { noise: 'additive', columns: () => d, create };
};
