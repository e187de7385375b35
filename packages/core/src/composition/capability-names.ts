/**
 * The vocabulary of capabilities in words, for refusals and descriptions.
 */
import type { Capabilities, CapabilityName } from '../contracts/capabilities.js';
import type { Sde } from '../contracts/sde.js';

/** What each capability is, and where it matters which processes have it. */
export const capabilityMeanings = {
  transition: 'an exact Gaussian kernel q(y_t | y_s), which only affine processes have',
  jacobian: 'the Jacobian J = ∂f/∂y of the drift',
  divergence: 'the divergence ∇·f of the drift',
  driftTime: 'the time derivative ∂f/∂t of the drift',
  itoTerm: 'the Itô correction ½ Q:∇²f of the drift',
  noiseDivergence: 'the divergence ∇·Q of state-dependent noise',
  timeChange: 'a clock B(t) in which the process is autonomous: f = β(t) f̄(y), Q = β(t) Q̄',
  noiseRange: 'the subspace range(Q) that the noise reaches',
  prior: 'a law of the state at the horizon that can be sampled without simulation',
  stationary: 'a known invariant law',
  features: 'functions φ(y, t) shown to the network beside the state',
  marginal: 'the law p_t for data whose law is known, in closed form or solved on a grid',
} as const satisfies Record<CapabilityName, string>;

export const capabilityNames: readonly CapabilityName[] = [
  'transition',
  'jacobian',
  'divergence',
  'driftTime',
  'itoTerm',
  'noiseDivergence',
  'timeChange',
  'noiseRange',
  'prior',
  'stationary',
  'features',
  'marginal',
];

/** Which capabilities were derived, by completed process. */
const derivedOf = new WeakMap<Sde, ReadonlySet<CapabilityName>>();

export const markDerived = (sde: Sde, names: ReadonlySet<CapabilityName>): Sde => {
  derivedOf.set(sde, names);
  return sde;
};
export const isCompleted = (sde: Sde): boolean => derivedOf.has(sde);

/** Capabilities that `completeSde` added; empty for a process as its author wrote it. */
export const derivedCapabilities = (sde: Sde): ReadonlySet<CapabilityName> => derivedOf.get(sde) ?? new Set();

/** Capabilities the author gave. */
export const ownCapabilities = (sde: Sde): ReadonlySet<CapabilityName> => {
  const derived = derivedCapabilities(sde);
  return new Set(capabilityNames.filter((name) => sde[name] !== undefined && !derived.has(name)));
};

export const provides = <K extends CapabilityName>(sde: Sde, name: K): sde is Sde & Pick<Capabilities, K> =>
  sde[name] !== undefined;
