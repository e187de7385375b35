/**
 * The residual of the score's Fokker–Planck equation (MATH §7; Lai et al. 2023):
 *
 *     R = ∂_t s + ∇( ∇·u + u·s ),       R = 0 for every score of a solution of ∂_t p = −∇·(u p)
 *
 * which for noise that does not depend on the state is ∂_t s − ∇[ −∇·f − f·s + ½∇·(Qs) + ½ sᵀQs ]. Zero residual alone holds for *any* initial law: read it with the error
 * of the score at the start, which it carries along the flow.
 *
 * ∇·u is exact (directional derivatives); the outer gradient and ∂_t are central differences of fourth order, with steps of `step` standard deviations of the states (default 1/32)
 * and of 2⁻⁹ of the span: truncation (step⁴/30 of the fifth derivative, 3e-8) and the rounding of a float32 network (1e-6/step = 3e-5 of the
 * bracket) are far below what a learnt score leaves. Needs the whole score: with degenerate noise a network learns its part in the noise range only, and the
 * bracket reads all of it.
 *
 * `residual`: √(E‖R‖²_Q / E‖s‖²_Q), one over time: the rate at which the relative error of the score grows. Throws E_CAPABILITY, E_TIME, E_NOT_FINITE.
 */
import { applyQ, type Batch, type Estimate, entriesLength, fail, type Key, zeros } from '@fokker/core';
import { createFlow, type Flow } from './flow.js';
import { createMeans } from './means.js';
import { batchesOf, type Driven, type States } from './states.js';

/** Offsets in steps and weights over 12 of the fourth-order central difference. */
const stencil = [
  [1, 8],
  [-1, -8],
  [2, -1],
  [-2, 1],
] as const;

export interface ResidualOptions {
  /** Steps of the differences in y, in standard deviations of the states. */
  readonly step?: number | undefined;
  /** True where the field gives the whole score although noise is degenerate: an analytic one. */
  readonly wholeScore?: boolean | undefined;
}

function checkWhole({ range, sde }: Flow, whole: boolean): void {
  if (range.rank === sde.dim || whole) return;
  fail('E_CAPABILITY', {
    summary: 'the residual of the Fokker–Planck equation needs the whole score',
    got: `noise in ${range.rank} of ${sde.dim} directions: a network learns the score along these alone`,
    expected: 'noise in every direction, or an analytic score',
    tryThis: [
      'wholeScore: true  for a score that is whole',
      'moments and stein, which need its part along the noise only',
    ],
  });
}

/** ∇·u + u·s of every row. */
async function bracket(flow: Flow, y: Batch, t: number): Promise<Float64Array> {
  const rows = await flow.at(y, t);
  const { u } = await flow.divergences(rows);
  for (let i = 0, k = 0; i < y.n; i++) for (let j = 0; j < y.d; j++, k++) u[i]! += rows.u.data[k]! * rows.s.data[k]!;
  return u;
}

function deviations({ data, n, d }: Batch): Float64Array {
  return Float64Array.from({ length: d }, (_, j) => {
    let [mean, square] = [0, 0];
    for (let i = 0; i < n; i++) mean += data[i * d + j]! / n;
    for (let i = 0; i < n; i++) square += (data[i * d + j]! - mean) ** 2 / n;
    return square > 0 ? Math.sqrt(square) : Math.max(1, Math.abs(mean));
  });
}

/** The step in time, small enough to stay inside the span. */
function timeStep({ span }: Flow['sde'], t: number): number {
  const h = Math.min((span.T - span.t0) / 512, (t - span.t0) / 2, (span.T - t) / 2);
  if (h > 0) return h;
  return fail('E_TIME', {
    summary: 'a time derivative needs room on both sides',
    got: `t = ${t}`,
    expected: `a time inside (${span.t0}, ${span.T})`,
    tryThis: ['times: away from the ends of the span'],
  });
}

/** R at states [n, d] and time t. */
export async function residualAt(
  driven: Driven,
  y: Batch,
  t: number,
  { step = 1 / 32, wholeScore = false }: ResidualOptions = {},
): Promise<Batch> {
  const flow = createFlow(driven);
  checkWhole(flow, wholeScore);
  const { n, d } = y;
  const R = zeros(n, d);
  const h = timeStep(flow.sde, t);
  const s = zeros(n, d);
  for (const [offset, weight] of stencil) {
    await driven.score.evaluate(y, new Float64Array(n).fill(t + offset * h), { score: s });
    for (let k = 0; k < n * d; k++) R.data[k]! += (weight * s.data[k]!) / (12 * h);
  }
  const deviation = deviations(y);
  for (let j = 0; j < d; j++) {
    const hy = step * deviation[j]!;
    for (const [offset, weight] of stencil) {
      const moved = { ...y, data: y.data.slice() };
      for (let i = 0; i < n; i++) moved.data[i * d + j]! += offset * hy;
      const values = await bracket(flow, moved, t);
      for (let i = 0; i < n; i++) R.data[i * d + j]! += (weight * values[i]!) / (12 * hy);
    }
  }
  return R;
}

export interface FpResidual {
  readonly t: number;
  readonly n: number;
  /** √(E‖R‖²_Q / E‖s‖²_Q), one over time. */
  readonly residual: Estimate;
}

/** Over states of p_t. */
export async function fokkerPlanckResidual({
  states,
  t,
  key,
  step,
  wholeScore,
  ...driven
}: Driven & ResidualOptions & { readonly states: States; readonly t: number; readonly key: Key }): Promise<FpResidual> {
  const flow = createFlow(driven);
  const { sde } = flow;
  const { diffusion, dim: d } = sde;
  const means = createMeans(2, 'the residual');
  const entries = new Float64Array(entriesLength(diffusion));
  const qr = new Float64Array(d);
  for await (const y of batchesOf(states, d)) {
    const R = await residualAt(driven, y, t, { step, wholeScore });
    const { fisher } = await flow.at(y, t);
    const values = new Float64Array(2 * y.n);
    for (let i = 0; i < y.n; i++) {
      diffusion.entries(t, entries, y.data, i * d);
      qr.fill(0);
      applyQ(diffusion, entries, R.data, i * d, 1, qr, 0);
      for (let j = 0; j < d; j++) values[2 * i]! += R.data[i * d + j]! * qr[j]!;
      values[2 * i + 1] = fisher[i]!;
    }
    means.add(values, y.n);
  }
  const [residual] = means.estimates((mean) => [Math.sqrt(mean[0]! / mean[1]!)], key);
  return { t, n: means.n, residual: residual! };
}
