/**
 * What a process lacks is derived where mathematics allows, and marked as derived.
 *
 *     jacobian     central differences of the drift                  (numerics/jacobian.ts)
 *     divergence   tr J
 *     driftTime    central differences in time, where the drift depends on time and there is no clock
 *     transition   that of the base in its clock: q(y_t | y_s) = q̄(B(s), B(t))
 *
 * The author's object is wrapped, never changed. Derived fields own scratch buffers: one completed process serves one thread.
 */

import type { ScalarField } from '../contracts/batch.js';
import type {
  Capabilities,
  CapabilityName,
  GaussianTransition,
  JacobianField,
  TimeChange,
} from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';
import { finiteDifferenceJacobian, jacobianLength, jacobianTrace } from '../numerics/jacobian.js';
import { capabilityNames, isCompleted, markDerived } from './capability-names.js';
import { differenceInTime, driftDependsOnTime } from './time-differences.js';

/** Rules in order: a later one may build on what an earlier one gave. */
const rules: { readonly [K in CapabilityName]?: (sde: Sde) => Capabilities[K] | undefined } = {
  jacobian: finiteDifferenceJacobian,
  divergence: (sde) => (sde.jacobian === undefined ? undefined : traceOf(sde.dim, sde.jacobian)),
  driftTime: (sde) => (sde.timeChange === undefined && driftDependsOnTime(sde) ? differenceInTime(sde) : undefined),
  transition: ({ timeChange }) =>
    timeChange?.base.transition === undefined ? undefined : inClock(timeChange, timeChange.base.transition),
};

/** The process with every capability that can be had; a completed process is returned as it is. */
export const completeSde = (sde: Sde): Sde => {
  if (isCompleted(sde)) return sde;
  const wrapped = wrap(sde);
  const derived = new Set<CapabilityName>();
  const derive = <K extends CapabilityName>(completed: Sde, name: K): Sde => {
    const value = completed[name] === undefined ? rules[name]?.(completed) : undefined;
    if (value === undefined) return completed;
    derived.add(name);
    return { ...completed, [name]: value };
  };
  return markDerived((Object.keys(rules) as CapabilityName[]).reduce<Sde>(derive, wrapped), derived);
};

/** A plain copy whose functions still run on the author's object; a base process is completed too. */
const wrap = (sde: Sde): Sde => {
  const bound = Object.fromEntries(
    capabilityNames
      .map((name) => [name, sde[name]] as const)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'function' ? value.bind(sde) : value]),
  );
  return {
    dim: sde.dim,
    span: sde.span,
    cutoff: sde.cutoff,
    diffusion: sde.diffusion,
    drift: (y, t, out) => sde.drift(y, t, out),
    ...(sde.affine === undefined ? {} : { affine: sde.affine }),
    ...bound,
    ...(sde.timeChange === undefined
      ? {}
      : { timeChange: { clock: sde.timeChange.clock, base: completeSde(sde.timeChange.base) } }),
  };
};

const traceOf = (d: number, jacobian: JacobianField): ScalarField => {
  const length = jacobianLength(jacobian.structure, d);
  let entries = new Float64Array(0);
  return (y, t, out) => {
    if (entries.length !== y.n * length) entries = new Float64Array(y.n * length);
    jacobian.entries(y, t, entries);
    jacobianTrace(jacobian, d, entries, y.n, out);
  };
};

const inClock = ({ clock }: TimeChange, base: GaussianTransition): GaussianTransition => {
  let times = [new Float64Array(0), new Float64Array(0)] as const;
  const inBase = (s: Float64Array, t: Float64Array): readonly [Float64Array, Float64Array] => {
    if (times[0].length !== s.length) times = [new Float64Array(s.length), new Float64Array(s.length)];
    for (let i = 0; i < s.length; i++) {
      times[0][i] = clock.B(s[i]!);
      times[1][i] = clock.B(t[i]!);
    }
    return times;
  };
  return {
    structure: base.structure,
    mean(ys, s, t, out) {
      const [from, to] = inBase(s, t);
      base.mean(ys, from, to, out);
    },
    root(s, t, out) {
      const [from, to] = inBase(s, t);
      base.root(from, to, out);
    },
  };
};
