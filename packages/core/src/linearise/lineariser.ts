/**
 * Local linearisation: the Gaussian kernel of the drift's first Taylor polynomial at (y_s, s) (MATH §3).
 *
 *     dŷ = [ f_s + J (ŷ − y_s) + a u ] du + G dW,  u in [0, τ],   a = f_t   (Itô-corrected: a = f_t + ½ Q:∇²f)
 *     q̂(y_t | y_s) = N(m, L Lᵀ),   m = y_s + τ φ₁(Jτ) f_s + τ² φ₂(Jτ) a,   L Lᵀ = ∫₀^τ e^{Ju} Q e^{Jᵀu} du
 *
 * A process with a clock (f = β f̄, Q = β Q̄) is linearised in it: f̄, Q̄ and the lag B(t) − B(s), exact where f̄ is affine. A G that depends on time is integrated, never
 * frozen. Structures that go together are kept (a file each beside this one), others are spread out. Noise that depends on the state is refused: the frozen kernel is off by O(√τ) a path. A missing Jacobian or f_t is taken by differences.
 */
import {
  type Batch,
  type GaussianKernel,
  type RootForm,
  type Sde,
  type VectorField,
  zeroField,
  zeros,
} from '../contracts/index.js';
import { fail } from '../errors.js';
import { driftTimeDifference } from '../numerics/drift-time.js';
import { finiteDifferenceJacobian, jacobianLength } from '../numerics/jacobian.js';
import { rootOperators } from '../structures/table.js';
import { action } from './action.js';
import { dense } from './dense.js';
import { elementwise } from './elementwise.js';
import { grouped } from './grouped.js';
import { itoDifference } from './ito-difference.js';
import type { Linearisation, LinearisedProcess } from './linearised-process.js';
import { lowRank } from './low-rank.js';

export interface Lineariser {
  /** Of the roots of the kernels it gives. */
  readonly form: RootForm;
  /**
   * The kernels of rows y_s [n, d] from s to t > s. The result is overwritten by the next call. E_SHAPE, E_TIME; E_NOT_FINITE where drift, Jacobian or kernel is not
   * finite; E_COVARIANCE where no root exists.
   */
  kernel(ys: Batch, s: Float64Array, t: Float64Array): GaussianKernel;
}
export interface LinearisationOptions {
  /** Add ½ Q:∇²f to the second-order drift. Default false. */
  readonly ito?: boolean;
}

/** E_CAPABILITY for noise that depends on the state, E_INCOMPATIBLE for a time change whose base depends on time. */
export const createLineariser = (sde: Sde, { ito = false }: LinearisationOptions = {}): Lineariser => {
  const clock = sde.timeChange?.clock;
  const process = sde.timeChange?.base ?? sde;
  const { dim: d, diffusion } = process;
  if (diffusion.dependsOn === 'state') {
    return fail('E_CAPABILITY', {
      summary: 'noise that depends on the state cannot be linearised locally',
      got: 'a diffusion with dependsOn: state',
      expected: 'noise that is constant or depends on time alone; a frozen one would be off by O(√lag) on every path',
      tryThis: [
        'a change of variable that makes the noise constant (Lamperti)',
        'an objective that needs samples only',
      ],
    });
  }
  if (clock && diffusion.dependsOn === 'time') {
    return fail('E_INCOMPATIBLE', {
      summary: 'the base of a time change must not depend on time',
      got: 'a base process with dependsOn: time',
      expected: 'f = β(t) f̄(y) and Q = β(t) Q̄ with constant Q̄',
      tryThis: ['leave timeChange out: noise that depends on time is integrated'],
    });
  }
  const jacobian = process.jacobian ?? finiteDifferenceJacobian(process);
  const { form, fill } = linearisationOf({ dim: d, diffusion, jacobian, t0: process.span.t0 });
  const driftTime = clock ? undefined : unlessZero(process.driftTime ?? driftTimeDifference(process));
  const itoTerm = ito ? unlessZero(process.itoTerm ?? itoDifference(process)) : undefined;
  const lengths = { J: jacobianLength(jacobian, d), root: rootOperators(form, d).length };
  let work = workspace(0, d, lengths, form);

  /** a, or undefined where it is zero. */
  const secondOrder = (ys: Batch, s: Float64Array): Batch | undefined => {
    const { a, extra } = work;
    driftTime?.(ys, s, a);
    itoTerm?.(ys, s, driftTime === undefined ? a : extra);
    if (driftTime !== undefined && itoTerm !== undefined) {
      for (let k = 0; k < a.data.length; k++) a.data[k]! += extra.data[k]!;
    }
    return driftTime === undefined && itoTerm === undefined ? undefined : a;
  };

  return {
    form,
    kernel(ys, s, t) {
      if (ys.d !== d || ys.data.length < ys.n * d || s.length < ys.n || t.length < ys.n) {
        fail('E_SHAPE', {
          summary: 'a batch does not fit the process',
          got: `states [${ys.n}, ${ys.d}] in ${ys.data.length} numbers, ${s.length} starts, ${t.length} ends`,
          expected: `[n, ${d}] with n starts and n ends`,
          tryThis: ['pass one start and one end a row'],
        });
      }
      if (work.n !== ys.n) work = workspace(ys.n, d, lengths, form);
      const { f, J, lag, mean, root } = work;
      for (let i = 0; i < ys.n; i++) {
        lag[i] = clock ? clock.B(t[i]!) - clock.B(s[i]!) : t[i]! - s[i]!;
        if (!(lag[i]! > 0)) {
          fail('E_TIME', {
            summary: 'a kernel runs forward in time',
            got: `row ${i} from s = ${s[i]} to t = ${t[i]}`,
            expected: 's < t',
            tryThis: ['a schedule with start(t) < t', 'times above the training cutoff'],
          });
        }
      }
      process.drift(ys, s, f);
      jacobian.entries(ys, s, J);
      fill(ys, f, J, secondOrder(ys, s), s, lag, mean, root);
      checkFinite(work, s, t);
      return work;
    },
  };
};

const unlessZero = (field: VectorField): VectorField | undefined => (field === zeroField ? undefined : field);

/** From the cheapest on; the last takes whatever is small enough. */
const ways = [elementwise, lowRank, grouped, action, dense];

const linearisationOf = (process: LinearisedProcess): Linearisation => {
  for (const way of ways) {
    const found = way(process);
    if (found !== undefined) return found;
  }
  return fail('E_INTERNAL', {
    summary: 'no way of linearising took a process',
    got: `a Jacobian that is ${process.jacobian.structure}, noise that is ${process.diffusion.structure}`,
    expected: 'the dense way to take it or refuse it',
    tryThis: ['report this'],
  });
};

const firstBad = (values: Float64Array): number => {
  for (let k = 0; k < values.length; k++) if (!Number.isFinite(values[k]!)) return k;
  return -1;
};
const checkFinite = ({ mean, root }: GaussianKernel, s: Float64Array, t: Float64Array): void => {
  const inMean = firstBad(mean.data);
  const inRoot = inMean < 0 ? firstBad(root) : -1;
  if (inMean < 0 && inRoot < 0) return;
  const i = inMean < 0 ? Math.floor((inRoot * mean.n) / root.length) : Math.floor(inMean / mean.d);
  fail('E_NOT_FINITE', {
    summary: 'a linearised kernel is not finite',
    got: `row ${i} from s = ${s[i]} to t = ${t[i]}: ${inMean < 0 ? `root ${root[inRoot]}` : `mean ${mean.data[inMean]}`}`,
    expected: 'a drift that is finite at y_s, and a lag that does not outrun its growth',
    tryThis: ['a shorter lag, where the Jacobian has positive eigenvalues', 'check the states that are linearised'],
  });
};

type Workspace = GaussianKernel & {
  readonly n: number;
  readonly f: Batch;
  readonly J: Float64Array;
  readonly a: Batch;
  readonly extra: Batch;
  readonly lag: Float64Array;
};
const workspace = (
  n: number,
  d: number,
  length: { readonly J: number; readonly root: number },
  form: RootForm,
): Workspace => ({
  ...form,
  n,
  f: zeros(n, d),
  J: new Float64Array(n * length.J),
  a: zeros(n, d),
  extra: zeros(n, d),
  lag: new Float64Array(n),
  mean: zeros(n, d),
  root: new Float64Array(n * length.root),
});
