/**
 * The linearised kernel where J and G act on d/k = m groups of k coordinates: m processes of dimension k, side by side.
 *
 *     blocks      a dense problem a group
 *     kronecker   one dense problem for all: m_j = y_j + Φ₁ f_j + Φ₂ a_j with Φ₁ = τ φ₁(Bτ), Φ₂ = τ² φ₂(Bτ), and one root
 *
 * O(d k²) or O(d k + k³) a sample.
 */
import { type Batch, type Diffusion, type GroupedForm, zeros } from '../contracts/index.js';
import { denseNoise, entriesLength } from '../numerics/noise.js';
import { gather, groupsOf, scatter } from '../structures/grouped.js';
import { createDenseFill } from './dense.js';
import type { KernelFill, LinearisationWay, LinearisedProcess } from './linearised-process.js';

export const grouped: LinearisationWay = (process) => {
  const { jacobian, diffusion, dim } = process;
  const k = blockOf(jacobian) ?? blockOf(diffusion);
  if (k === undefined || k === dim) return undefined;
  const structure = jacobian.structure === 'blocks' ? 'blocks' : 'kronecker';
  for (const { structure: own, ...form } of [jacobian, diffusion]) {
    if (own !== 'scalar' && !('block' in form && form.block === k)) return undefined;
  }
  const form = { structure, block: k } as const;
  return { form, fill: (structure === 'blocks' ? createBlocksFill : createKroneckerFill)(process, form) };
};

const blockOf = (form: LinearisedProcess['jacobian'] | Diffusion): number | undefined =>
  form.structure === 'kronecker' || form.structure === 'blocks' ? form.block : undefined;

/** The noise of one group: g I or H. */
const noiseOfGroup = (diffusion: Diffusion, k: number): Diffusion => {
  if (diffusion.structure === 'scalar') return { ...diffusion, dim: k, noiseDim: k };
  return denseNoise(k, entriesLength(diffusion) / k, (t, out) => diffusion.entries(t, out), diffusion.dependsOn);
};

const denseFillOfGroup = ({ diffusion, t0 }: LinearisedProcess, k: number): KernelFill =>
  createDenseFill({ dim: k, diffusion: noiseOfGroup(diffusion, k), jacobian: { structure: 'dense' }, t0 });

const createBlocksFill = (process: LinearisedProcess, form: GroupedForm): KernelFill => {
  const { block: k } = form;
  const { m } = groupsOf(form, process.dim);
  const each = denseFillOfGroup(process, k);
  const group = new Float64Array(k);
  let work = workspace(0, k);
  const regroup = (from: Batch, to: Batch): Batch => {
    for (let row = 0; row < to.n; row++) {
      gather(k, m, row % m, from.data, Math.floor(row / m) * k * m, group);
      for (let a = 0; a < k; a++) to.data[row * k + a] = group[a]!;
    }
    return to;
  };
  return (ys, f, J, a, s, lag, mean, root) => {
    if (work.y.n !== ys.n * m) work = workspace(ys.n * m, k);
    for (let row = 0; row < ys.n * m; row++) {
      work.s[row] = s[Math.floor(row / m)]!;
      work.lag[row] = lag[Math.floor(row / m)]!;
    }
    const second = a && regroup(a, work.a);
    each(regroup(ys, work.y), regroup(f, work.f), J, second, work.s, work.lag, work.mean, root);
    for (let row = 0; row < ys.n * m; row++) {
      for (let c = 0; c < k; c++) group[c] = work.mean.data[row * k + c]!;
      scatter(k, m, row % m, group, mean.data, Math.floor(row / m) * k * m);
    }
  };
};

const createKroneckerFill = (process: LinearisedProcess, form: GroupedForm): KernelFill => {
  const { block: k } = form;
  const { m } = groupsOf(form, process.dim);
  const one = denseFillOfGroup(process, k);
  // 2k problems of one block: f = e_c gives the columns of Φ₁, a = e_c those of Φ₂
  const work = workspace(2 * k, k);
  for (let c = 0; c < k; c++) {
    work.f.data[c * k + c] = 1;
    work.a.data[(k + c) * k + c] = 1;
  }
  const first = { ...work.y, n: k };
  const B = new Float64Array(2 * k * k * k);
  const roots = new Float64Array(2 * k * k * k);
  const [x, y] = [new Float64Array(k), new Float64Array(k)];
  const scalar = process.jacobian.structure === 'scalar';
  return (ys, f, J, a, s, lag, mean, root) => {
    const problems = a === undefined ? first : work.y;
    for (let i = 0; i < ys.n; i++) {
      for (let p = 0; p < problems.n; p++) {
        for (let e = 0; e < k * k; e++) {
          B[p * k * k + e] = scalar ? (e % (k + 1) === 0 ? J[i]! : 0) : J[i * k * k + e]!;
        }
      }
      one(problems, work.f, B, a && work.a, work.s.fill(s[i]!), work.lag.fill(lag[i]!), work.mean, roots);
      for (let e = 0; e < k * k; e++) root[i * k * k + e] = roots[e]!;
      for (let j = 0; j < m; j++) {
        gather(k, m, j, ys.data, i * k * m, y);
        gather(k, m, j, f.data, i * k * m, x);
        for (let c = 0; c < k; c++) for (let b = 0; b < k; b++) y[b]! += work.mean.data[c * k + b]! * x[c]!;
        if (a !== undefined) {
          gather(k, m, j, a.data, i * k * m, x);
          for (let c = 0; c < k; c++) for (let b = 0; b < k; b++) y[b]! += work.mean.data[(k + c) * k + b]! * x[c]!;
        }
        scatter(k, m, j, y, mean.data, i * k * m);
      }
    }
  };
};

const workspace = (n: number, k: number) => ({
  y: zeros(n, k),
  f: zeros(n, k),
  a: zeros(n, k),
  mean: zeros(n, k),
  s: new Float64Array(n),
  lag: new Float64Array(n),
});
