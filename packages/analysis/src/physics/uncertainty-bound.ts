/**
 * A lower bound of entropy production that needs no score: the thermodynamic uncertainty relation over short times (Otsubo et al. 2020; Barato & Seifert 2015).
 *
 *     Ṡ_tot ≥ 2 E[c·u]² / E[cᵀQc]                          for the current of any weight c(y):  (E[c·u])² ≤ E[cᵀQc] E[uᵀQ⁻¹u]
 *     E[c·u] = E[c·f + ½ Q:∇c]                             known from samples and the process alone
 *
 * The best weight among c = Q⁻¹ C z, z = (1, y), C any [d, d + 1] matrix, gives
 *
 *     Ṡ_tot ≥ 2 tr( Q⁻¹ M Z⁻¹ Mᵀ ),      Z = E[z zᵀ],    M = E[f zᵀ] + ½ [0 | Q]
 *
 * with equality for linear u (Ornstein–Uhlenbeck processes), at any time and also far from a steady state. What a learnt score says has to lie above it. Full-rank noise, the same at all states; even
 * variables. As a square of sampled means it is too large by O(d²/n): near equilibrium, where it should vanish, that is all there is. Its interval is by bootstrap (200 replicas). Throws E_CAPABILITY, E_SHAPE, E_COVARIANCE, E_NOT_FINITE.
 */
import {
  cholesky,
  completeSde,
  type Estimate,
  entriesLength,
  fail,
  fillQ,
  type Key,
  noiseRangeOf,
  type Sde,
  solveLower,
  zeros,
} from '@fokker/core';
import { createMeans } from './means.js';
import { batchesOf, type States } from './states.js';

const replicas = 200;

function checkNoise(sde: Sde): void {
  const { rank } = noiseRangeOf(sde);
  if (sde.diffusion.dependsOn !== 'state' && rank === sde.dim) return;
  fail('E_CAPABILITY', {
    summary: 'the uncertainty bound needs noise in every direction, the same at all states',
    got: sde.diffusion.dependsOn === 'state' ? 'G(y, t)' : `noise in ${rank} of ${sde.dim} directions`,
    expected: 'G constant or a function of t, of full rank',
    tryThis: ['entropy-production, with a parity convention where noise is degenerate'],
  });
}

const singular = (what: string): never =>
  fail('E_COVARIANCE', {
    summary: `${what} is singular`,
    got: 'no usable pivot',
    expected: 'a positive definite matrix',
    tryThis: ['more samples than coordinates', 'leave out coordinates that are functions of others'],
  });

/** L⁻¹ M for M [rows, columns], in place. */
function solveColumns(rows: number, L: Float64Array, M: Float64Array, columns: number): void {
  const column = new Float64Array(rows);
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < rows; i++) column[i] = M[i * columns + c]!;
    solveLower(rows, L, 0, column, 0, column, 0);
    for (let i = 0; i < rows; i++) M[i * columns + c] = column[i]!;
  }
}

/** 2 tr(Q⁻¹ M Z⁻¹ Mᵀ) = 2 ‖L_Q⁻¹ M L_Z⁻ᵀ‖²_F. `mean`: lower triangle of Z, then E[f zᵀ]. */
function boundOf(d: number, rootQ: Float64Array, Q: Float64Array, mean: Float64Array): number {
  const k = d + 1;
  const Z = new Float64Array(k * k);
  let at = 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++, at++) {
      Z[i * k + j] = mean[at]!;
      Z[j * k + i] = mean[at]!;
    }
  }
  if (cholesky(k, Z, 0, Z, 0) >= 0) singular('the matrix of second moments of the states');
  const M = mean.slice(at);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) M[i * k + j + 1]! += 0.5 * Q[i * d + j]!;
  solveColumns(d, rootQ, M, k);
  const transposed = Float64Array.from({ length: d * k }, (_, e) => M[(e % d) * k + Math.floor(e / d)]!);
  solveColumns(k, Z, transposed, d);
  return 2 * transposed.reduce((sum, value) => sum + value * value, 0);
}

/** The bound at time t from independent draws of p_t. */
export async function uncertaintyBound({
  sde: given,
  states,
  t,
  key,
}: {
  readonly sde: Sde;
  readonly states: States;
  readonly t: number;
  readonly key: Key;
}): Promise<Estimate> {
  const sde = completeSde(given);
  checkNoise(sde);
  const { dim: d, diffusion } = sde;
  const entries = new Float64Array(entriesLength(diffusion));
  diffusion.entries(t, entries);
  const [Q, rootQ] = [new Float64Array(d * d), new Float64Array(d * d)];
  fillQ(diffusion, entries, Q);
  if (cholesky(d, Q, 0, rootQ, 0) >= 0) singular('G Gᵀ');
  const k = d + 1;
  const columns = (k * (k + 1)) / 2 + d * k;
  const means = createMeans(columns, 'a moment of the states');
  const z = new Float64Array(k);
  z[0] = 1;
  for await (const y of batchesOf(states, d)) {
    const f = zeros(y.n, d);
    sde.drift(y, new Float64Array(y.n).fill(t), f);
    const values = new Float64Array(y.n * columns);
    let at = 0;
    for (let i = 0; i < y.n; i++) {
      for (let j = 0; j < d; j++) z[j + 1] = y.data[i * d + j]!;
      for (let a = 0; a < k; a++) for (let b = 0; b <= a; b++) values[at++] = z[a]! * z[b]!;
      for (let j = 0; j < d; j++) for (let b = 0; b < k; b++) values[at++] = f.data[i * d + j]! * z[b]!;
    }
    means.add(values, y.n);
  }
  return means.estimates((mean) => [boundOf(d, rootQ, Q, mean)], key, replicas)[0]!;
}
