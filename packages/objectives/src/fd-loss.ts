/**
 * The losses of FD-SSM behind the bridge, the mean over M directions of each sample, from its rows s^± = s(x ± v), f^± = f(x ± v), v = B δ:
 *
 *     score    (factor/2) δ·(s⁺ − s⁻) + ⅛ ‖s⁺ + s⁻‖²_W
 *     energy   factor [ ⅛ (f⁺ − f⁻)² + f⁺ + f⁻ − 2 f(x) ]              factor = r w̄/ε²
 */
import { fail, type Tensors, type TracedModel } from '@fokker/core';
import {
  add,
  broadcastTo,
  dot,
  mul,
  reshape,
  slice,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@fokker/ops';

/** Columns [from, from + width) of x. */
const columns = (x: Tensor, from: number, width: number): Tensor2D =>
  slice(x, [0, from], [x.shape[0]!, width]) as Tensor2D;

/** Values of samples [n/rows] → of their rows [n]. */
export const toRows = (values: Tensor1D, rows: number): Tensor1D => {
  const [count] = values.shape;
  return reshape<Tensor1D>(broadcastTo(reshape(values, [count, 1]), [count, rows]), [count * rows]);
};
const mean = (terms: readonly Tensor1D[]): Tensor1D =>
  mul(
    1 / terms.length,
    terms.reduce((a, b) => add(a, b)),
  );

/** Per sample; rows (+, −) of each direction stand together. */
export const scoreForm = (model: TracedModel, tensors: Tensors, projections: number): Tensor1D => {
  const s = model.score(tensors);
  const r = s.shape[1];
  const rows = 2 * projections;
  const samples = s.shape[0] / rows;
  const bySample = (x: Tensor): Tensor => reshape(x, [samples, rows * r]);
  const [scores, shifts, weights] = [bySample(s), bySample(tensors.shift!), bySample(tensors.weight!)];
  const factors = reshape(tensors.factor!, [samples, rows]);
  return mean(
    Array.from({ length: projections }, (_, m) => {
      const at = 2 * m * r;
      const [plus, minus] = [columns(scores, at, r), columns(scores, at + r, r)];
      const along = dot(columns(shifts, at, r), sub(plus, minus) as Tensor2D);
      const factor = reshape<Tensor1D>(columns(factors, 2 * m, 1), [samples]);
      const both = dot(columns(weights, at, r), square(add(plus, minus)) as Tensor2D);
      return add(mul(0.5, mul(factor, along)), mul(0.125, both)) as Tensor1D;
    }),
  );
};

/** Per sample; the row of x itself comes last. */
export const energyForm = (model: TracedModel, tensors: Tensors, projections: number): Tensor1D => {
  const potential = model.potential ?? noPotential();
  const f = potential(tensors);
  const rows = 2 * projections + 1;
  const samples = f.shape[0] / rows;
  const [values, factors] = [reshape(f, [samples, rows]), reshape(tensors.factor!, [samples, rows])];
  const column = (x: Tensor, k: number): Tensor1D => reshape<Tensor1D>(columns(x, k, 1), [samples]);
  const centre = column(values, rows - 1);
  return mean(
    Array.from({ length: projections }, (_, m) => {
      const [plus, minus] = [column(values, 2 * m), column(values, 2 * m + 1)];
      const bend = add(sub(plus, centre), sub(minus, centre));
      return mul(column(factors, 2 * m), add(mul(0.125, square(sub(plus, minus))), bend)) as Tensor1D;
    }),
  );
};
const noPotential = (): never =>
  fail('E_INCOMPATIBLE', {
    summary: "objective 'fd-ssm' of form 'energy' differences a potential",
    got: 'a network that gives a score only',
    expected: 'a network whose score is the gradient of a potential',
    tryThis: ['model.id: energy', 'objective.form: score'],
  });
