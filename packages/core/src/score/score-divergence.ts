/**
 * The divergence of the noise-weighted score for noise that does not depend on the state,
 *
 *     ∇·(Q s) = tr(Q ∂s/∂y) = Σ_k g_kᵀ (∂s/∂y) g_k,     G = [g_1 … g_m],  Q = G Gᵀ             exact, m directions
 *                           = E[(Gξ)ᵀ (∂s/∂y) (Gξ)],    ξ_j = ±1 independent                   one direction (Hutchinson)
 *
 * For noise that depends on the state both give tr(Q ∂s/∂y), to which (∇·Q)·s has to be added.
 * The random signs of row i depend on (key, first + i) alone: an integrator that passes the same key at every stage follows one fixed direction a path.
 *
 * y [n, d], t [n], out [n]. Throws E_CAPABILITY for a field without directional derivatives.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { ScoreField } from '../contracts/model.js';
import type { Key } from '../contracts/random.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { applyNoise, entriesLength, fillRademacher } from '../numerics/index.js';

/** How the trace is taken. `first`: the global index of row 0. */
export type TraceMethod =
  | { readonly method: 'exact' }
  | { readonly method: 'hutchinson'; readonly key: Key; readonly first?: number };

/** Directions asked for at once: enough to share the forward pass, few enough to bound memory. */
const together = 8;

/** w = G(y, t) ξ, row by row. */
const noiseDirection = ({ diffusion }: Sde, y: Batch, t: Float64Array, xi: Float64Array): Batch => {
  const { noiseDim: m } = diffusion;
  const w = zeros(y.n, y.d);
  const entries = new Float64Array(entriesLength(diffusion));
  for (let i = 0; i < y.n; i++) {
    diffusion.entries(t[i]!, entries, y.data, i * y.d);
    applyNoise(diffusion, entries, xi, i * m, 1, w.data, i * y.d);
  }
  return w;
};

/** Column j of G at every row. */
const noiseColumn = (sde: Sde, y: Batch, t: Float64Array, j: number): Batch => {
  const m = sde.diffusion.noiseDim;
  const xi = new Float64Array(y.n * m);
  for (let i = 0; i < y.n; i++) xi[i * m + j] = 1;
  return noiseDirection(sde, y, t, xi);
};

export const scoreDivergence = async (
  sde: Sde,
  field: ScoreField,
  y: Batch,
  t: Float64Array,
  out: Float64Array,
  trace: TraceMethod = { method: 'exact' },
): Promise<void> => {
  requireDirectional(field);
  const m = sde.diffusion.noiseDim;
  if (trace.method === 'hutchinson') {
    const xi = new Float64Array(y.n * m);
    fillRademacher(trace.key, trace.first ?? 0, y.n, m, xi);
    await field.evaluate(y, t, { directional: { along: [noiseDirection(sde, y, t, xi)], out } });
    return;
  }
  out.fill(0, 0, y.n);
  const part = new Float64Array(y.n);
  for (let j = 0; j < m; j += together) {
    const count = Math.min(together, m - j);
    const along = Array.from({ length: count }, (_, k) => noiseColumn(sde, y, t, j + k));
    await field.evaluate(y, t, { directional: { along, out: part } });
    for (let i = 0; i < y.n; i++) out[i]! += part[i]!;
  }
};

const requireDirectional = (field: ScoreField): void => {
  if (field.provides.has('directional')) return;
  fail('E_CAPABILITY', {
    summary: 'the divergence of this score cannot be had',
    got: `a field that provides ${[...field.provides].join(', ') || 'nothing'}`,
    expected: "'directional', derivatives of the score along given directions",
    tryThis: ['analyticField(score), which takes them by differences', 'a trained run, whose network has them'],
  });
};
