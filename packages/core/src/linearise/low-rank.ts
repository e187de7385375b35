/**
 * The linearised kernel of a scalar plus a low rank: with J = μ (I − R Rᵀ) + R B Rᵀ and G alike the process splits into a scalar one off the span of R [d, r] and a
 * dense one of dimension r on it (MATH §3.6).
 *
 *     m = y + τ φ₁(μτ) (f − R Rᵀ f) + τ² φ₂(μτ) (a − R Rᵀ a) + R shift(B; Rᵀ f, Rᵀ a)
 *     L = √v (I − R Rᵀ) + R L_B Rᵀ,    v = ∫₀^τ e^{2μ(τ−u)} γ² du,    L_B L_Bᵀ = ∫₀^τ e^{B(τ−u)} H Hᵀ e^{Bᵀ(τ−u)} du
 *
 * O(d r + r³) a sample: image-sized states with a few modes.
 */
import { type Batch, type Diffusion, type LowRankForm, zeros } from '../contracts/index.js';
import { denseNoise } from '../numerics/noise.js';
import { phi1, phi2 } from '../numerics/phi.js';
import { createSubspace, lowRankLayout } from '../structures/low-rank.js';
import { createDenseFill } from './dense.js';
import type { KernelFill, LinearisationWay, LinearisedProcess } from './linearised-process.js';
import { createScalarVariance } from './scalar-variance.js';

export const lowRank: LinearisationWay = (process) => {
  const form = commonForm(process);
  return form && { form, fill: createFill(process, form) };
};

/** The subspace that J and G share, where they do. */
const commonForm = ({ jacobian, diffusion }: LinearisedProcess): LowRankForm | undefined => {
  const of = ({ rank, basis }: LowRankForm): LowRankForm => ({
    structure: 'low-rank',
    rank,
    ...(basis === undefined ? {} : { basis }),
  });
  if (jacobian.structure === 'low-rank') {
    if (diffusion.structure === 'scalar') return of(jacobian);
    return diffusion.structure === 'low-rank' && sameBasis(jacobian, diffusion) ? of(jacobian) : undefined;
  }
  return jacobian.structure === 'scalar' && diffusion.structure === 'low-rank' ? of(diffusion) : undefined;
};

const sameBasis = ({ basis: a }: LowRankForm, { basis: b }: LowRankForm): boolean =>
  a !== undefined && b !== undefined && a.length === b.length && a.every((x, k) => x === b[k]);

/** The noise on the span: g I or H. */
const noiseOnSpan = (diffusion: Diffusion, r: number): Diffusion => {
  if (diffusion.structure === 'scalar') return { ...diffusion, dim: r, noiseDim: r };
  const entries = new Float64Array(1 + r * r);
  return denseNoise(
    r,
    r,
    (t, out) => {
      diffusion.entries(t, entries);
      for (let k = 0; k < r * r; k++) out[k] = entries[1 + k]!;
    },
    diffusion.dependsOn,
  );
};

const createFill = ({ dim: d, diffusion, jacobian, t0 }: LinearisedProcess, form: LowRankForm): KernelFill => {
  const { rank: r, basis } = form;
  const layout = lowRankLayout(form, d);
  const { project, lift } = createSubspace(r, d);
  const off = createScalarVariance(diffusion, t0);
  const on = createDenseFill({
    dim: r,
    diffusion: noiseOnSpan(diffusion, r),
    jacobian: { structure: 'dense' },
    t0,
  });
  const structured = jacobian.structure === 'low-rank';
  const u = new Float64Array(r);
  let work = workspace(0, r);

  /** f, a and B of every row, in the coordinates of the span. */
  const enter = (f: Batch, a: Batch | undefined, J: Float64Array): void => {
    const { f: inner, a: second, B } = work;
    for (let i = 0; i < f.n; i++) {
      const at = i * layout.length;
      const [R, rAt] = basis === undefined ? [J, at + layout.basis] : [basis, 0];
      project(R, rAt, f.data, i * d, u);
      inner.data.set(u, i * r);
      if (a !== undefined) {
        project(R, rAt, a.data, i * d, u);
        second.data.set(u, i * r);
      }
      for (let k = 0; k < r * r; k++) {
        B[i * r * r + k] = structured ? J[at + layout.block + k]! : k % (r + 1) === 0 ? J[i]! : 0;
      }
    }
  };

  return (ys, f, J, a, s, lag, mean, root) => {
    const { n } = ys;
    if (work.origin.n !== n) work = workspace(n, r);
    enter(f, a, J);
    on(work.origin, work.f, work.B, a && work.a, s, lag, work.mean, work.root);
    for (let i = 0; i < n; i++) {
      const at = i * layout.length;
      const [R, rAt] = basis === undefined ? [J, at + layout.basis] : [basis, 0];
      const tau = lag[i]!;
      const mu = structured ? J[at]! : J[i]!;
      const first = tau * phi1(mu * tau);
      const second = a === undefined ? 0 : tau * tau * phi2(mu * tau);
      for (let k = i * d; k < (i + 1) * d; k++) {
        mean.data[k] = ys.data[k]! + first * f.data[k]! + (a === undefined ? 0 : second * a.data[k]!);
      }
      for (let c = 0; c < r; c++) {
        const k = i * r + c;
        u[c] = work.mean.data[k]! - first * work.f.data[k]! - (a === undefined ? 0 : second * work.a.data[k]!);
      }
      lift(R, rAt, u, mean.data, i * d);
      root[at] = Math.sqrt(off(mu, s[i]!, tau));
      for (let k = 0; k < r * r; k++) root[at + layout.block + k] = work.root[i * r * r + k]!;
      if (basis === undefined) for (let k = 0; k < r * d; k++) root[at + layout.basis + k] = J[rAt + k]!;
    }
  };
};

/** The process on the span: it starts from the origin, and its mean is the shift. */
const workspace = (n: number, r: number) => ({
  origin: zeros(n, r),
  f: zeros(n, r),
  a: zeros(n, r),
  B: new Float64Array(n * r * r),
  mean: zeros(n, r),
  root: new Float64Array(n * r * r),
});
