/**
 * What a process lacks is derived where mathematics allows, and marked as derived.
 *
 *     transition   that of the base in its clock: q(y_t | y_s) = q̄(B(s), B(t))
 *     jacobian     central differences of the drift                       (numerics/jacobian.ts)
 *     divergence   tr J
 *     driftTime    0 where the drift does not read t, else differences      (numerics/drift-time.ts)
 *     itoTerm      0 for affine drifts, else second differences            (linearise/ito-difference.ts)
 *     noiseDivergence  0 where G does not read the state, else differences (numerics/noise-divergence.ts)
 *     noiseRange   the columns of G                                       (linearise/range.ts)
 *     features     the drift, for nonlinear processes of few dimensions   (training/features.ts)
 *     marginal     transition × Gaussian-mixture data                     (mixture-marginal.ts)
 *                  the Fokker–Planck equation, on the line and in the plane (grid-marginal.ts)
 *
 * Of a density nothing is derived: it has no drift. A prior is not among them: without one, y_T has to be simulated from the data, which a process does not know. The author's object is wrapped, never changed. Derived
 * fields own scratch buffers: one completed process serves one thread.
 */
import { type ScalarField, zeroField } from '../contracts/batch.js';
import type { Capabilities, CapabilityName, NoiseDivergence, TimeChange } from '../contracts/capabilities.js';
import type { GaussianTransition, JacobianField } from '../contracts/matrix.js';
import type { Sde } from '../contracts/sde.js';
import { itoDifference } from '../linearise/ito-difference.js';
import { noiseRangeOf } from '../linearise/range.js';
import { driftTimeDifference } from '../numerics/drift-time.js';
import { finiteDifferenceJacobian, jacobianLength, jacobianTrace } from '../numerics/jacobian.js';
import { noiseDivergenceDifference } from '../numerics/noise-divergence.js';
import { defaultFeatures } from '../training/features.js';
import { capabilityNames, isCompleted, markDerived } from './capability-names.js';
import { checkSde } from './check-sde.js';
import { gridDimensions, gridMarginal } from './grid-marginal.js';
import { mixtureMarginal } from './mixture-marginal.js';

/** Applied in the order of `capabilityNames`, so that a rule may build on what came before. */
const rules: { readonly [K in CapabilityName]?: (sde: Sde) => Capabilities[K] | undefined } = {
  transition: ({ timeChange }) =>
    timeChange?.base.transition === undefined ? undefined : inClock(timeChange, timeChange.base.transition),
  jacobian: finiteDifferenceJacobian,
  divergence: (sde) => (sde.jacobian === undefined ? undefined : traceOf(sde.dim, sde.jacobian)),
  driftTime: driftTimeDifference,
  itoTerm: (sde) => (sde.affine === true ? zeroField : itoDifference(sde)),
  noiseDivergence: (sde) => (sde.diffusion.dependsOn === 'state' ? noiseDivergenceDifference(sde) : noDivergence),
  noiseRange: noiseRangeOf,
  features: defaultFeatures,
  marginal: (sde) => (sde.transition === undefined ? onGrid(sde) : mixtureMarginal(sde, sde.transition)),
};

/** By the Fokker–Planck equation, which is solved where noise reaches every coordinate by itself and does not read the state. */
const onGrid = (sde: Sde) => {
  const { dim, structure, dependsOn } = sde.diffusion;
  const alone = dim === 1 || structure === 'scalar' || structure === 'diagonal';
  return alone && dim <= gridDimensions && dependsOn !== 'state' && noiseRangeOf(sde).rank === dim
    ? gridMarginal(sde)
    : undefined;
};

const noDivergence: NoiseDivergence = {
  divergence: zeroField,
  halfHessianTrace: (y, _t, out) => {
    out.fill(0, 0, y.n);
  },
};

/** The process with every capability that can be had; a completed process is returned as it is. E_CONTRACT for one that check-sde.ts refuses. */
export const completeSde = (sde: Sde): Sde => {
  if (isCompleted(sde)) return sde;
  checkSde(sde);
  if (sde.timeless === true) return markDerived({ ...sde }, new Set());
  const derived = new Set<CapabilityName>();
  const derive = <K extends CapabilityName>(completed: Sde, name: K): Sde => {
    const value = completed[name] === undefined ? rules[name]?.(completed) : undefined;
    if (value === undefined) return completed;
    derived.add(name);
    return { ...completed, [name]: value };
  };
  return markDerived(capabilityNames.reduce<Sde>(derive, wrap(sde)), derived);
};

/** A plain copy. Fields of a plain object are shared, so that `zeroField` stays itself; methods of an instance are bound to it. A base process is completed too. */
const wrap = (sde: Sde): Sde => {
  const copy: Sde = Object.getPrototypeOf(sde) === Object.prototype ? { ...sde } : boundCopy(sde);
  if (copy.timeChange === undefined) return copy;
  return { ...copy, timeChange: { ...copy.timeChange, base: completeSde(copy.timeChange.base) } };
};

const boundCopy = (sde: Sde): Sde => ({
  dim: sde.dim,
  span: sde.span,
  cutoff: sde.cutoff,
  diffusion: sde.diffusion,
  drift: (y, t, out) => sde.drift(y, t, out),
  ...(sde.affine === undefined ? {} : { affine: sde.affine }),
  ...(sde.domain === undefined ? {} : { domain: sde.domain }),
  ...(sde.initial === undefined ? {} : { initial: sde.initial }),
  ...(sde.lift === undefined ? {} : { lift: sde.lift }),
  ...Object.fromEntries(
    capabilityNames
      .map((name) => [name, sde[name]] as const)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'function' ? value.bind(sde) : value]),
  ),
});

/** tr J. */
const traceOf = (d: number, jacobian: JacobianField): ScalarField => {
  const length = jacobianLength(jacobian, d);
  let entries = new Float64Array(0);
  return (y, t, out) => {
    if (entries.length !== y.n * length) entries = new Float64Array(y.n * length);
    jacobian.entries(y, t, entries);
    jacobianTrace(jacobian, d, entries, y.n, out);
  };
};

/** `from` and `to` are scratch, kept while the number of rows stays the same. */
const inClock = ({ clock }: TimeChange, base: GaussianTransition): GaussianTransition => {
  let [from, to] = [new Float64Array(0), new Float64Array(0)];
  const enter = (s: Float64Array, t: Float64Array): void => {
    if (from.length !== s.length) [from, to] = [new Float64Array(s.length), new Float64Array(s.length)];
    for (let i = 0; i < s.length; i++) {
      from[i] = clock.B(s[i]!);
      to[i] = clock.B(t[i]!);
    }
  };
  return {
    ...base,
    mean(ys, s, t, out) {
      enter(s, t);
      base.mean(ys, from, to, out);
    },
    root(s, t, out) {
      enter(s, t);
      base.root(from, to, out);
    },
  };
};
