/**
 * How much noise a process has put on its data by time t, as functions of t alone.
 *
 *     σ(t)² = tr Σ(t₀, t)/d            of the transition y_t = A y_{t₀} + b + N(0, Σ), where there is one
 *     σ(t)² = ∫_{t₀}^t tr Q(u)/d du    otherwise: what the noise alone adds, an upper bound where the drift contracts
 *     a(s, t)                          the factor of the mean, y_t = a y_s + …, of transitions that are a multiple of the identity; 1 otherwise
 */
import { gaussLegendre, noiseOperators, rootOperators, type Sde, zeros } from '@fokker/core';

const { nodes, weights } = gaussLegendre(16);
const panels = 8;

function integratedNoise({ dim: d, diffusion, span }: Sde): (t: number) => number {
  const { length, totalVariance } = noiseOperators(diffusion);
  const entries = new Float64Array(length);
  const origin = new Float64Array(d);
  const traceAt = (t: number): number => {
    diffusion.entries(t, entries, origin, 0);
    return totalVariance(entries) / d;
  };
  return (t) => {
    const width = (t - span.t0) / panels;
    let sum = 0;
    for (let p = 0; p < panels; p++) {
      for (let k = 0; k < nodes.length; k++) sum += weights[k]! * width * traceAt(span.t0 + (p + nodes[k]!) * width);
    }
    return Math.sqrt(Math.max(sum, 0));
  };
}

/** σ(t), for t in the span. */
export function noiseLevel(sde: Sde): (t: number) => number {
  const { transition, dim: d, span } = sde;
  if (transition === undefined) return integratedNoise(sde);
  const { length, totalVariance } = rootOperators(transition, d);
  const root = new Float64Array(length);
  return (t) => {
    if (t <= span.t0) return 0;
    transition.root(Float64Array.of(span.t0), Float64Array.of(t), root);
    return Math.sqrt(totalVariance(root, 0) / d);
  };
}

/** a(s, t), s ≤ t. */
export function contraction({ transition, dim: d }: Sde): (s: number, t: number) => number {
  if (transition === undefined || transition.structure !== 'scalar') return () => 1;
  const [probe, image] = [zeros(2, d), zeros(2, d)];
  probe.data.fill(1, 0, d);
  return (s, t) => {
    transition.mean(probe, new Float64Array(2).fill(s), new Float64Array(2).fill(t), image);
    return image.data[0]! - image.data[d]!;
  };
}
