/**
 * What a network is shown of (y, t), float64, one row a sample:
 *
 *     y         y_j / ȳ_j(t)           [n, d]
 *     features  φ_k(y, t) / φ̄_k        [n, k], where the scales have them
 *     t         (t − t0)/(T − t0)      [n]
 *     gain      1/σ̄(t)                 [n], the size of the network's output, or what the scales say (parametrise.ts)
 *
 * and, where the network is a potential, whose gradient is taken in y itself,
 *
 *     inverseScale  1/ȳ_j(t)           [n, d]
 *
 * and, where the network's score is added to another,
 *
 *     baseline      Bᵀ∇log π(y)        [n, r];  for a potential also basePotential log π(y) [n]
 *
 * Along a direction w of the true y these change by their tangents, w_j / ȳ_j(t) and (J_φ w)_k / φ̄_k; the others do not depend on y.
 *
 * Sizes are linear in t between the grid times of `NetworkScales`; each row looks its cell up once. Only the returned arrays are allocated.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { ScoreModel } from '../contracts/model.js';
import type { NamedArray, NetworkScales } from '../contracts/objective.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { type Baseline, priorBaseline } from './baseline.js';
import { between, cellOf, checkGrid, fractionIn } from './curve.js';
import { featuresOf } from './features.js';

export interface NetworkInputs {
  /** k, 0 without features. */
  readonly featureDim: number;
  /** y [n, d], t [n]; the result belongs to the caller. */
  of(y: Batch, t: Float64Array): Record<string, NamedArray>;
  /** Tangents of the inputs that depend on y along w [n, d], by the names of those inputs. */
  tangents(y: Batch, t: Float64Array, w: Batch): Record<string, NamedArray>;
}

/** A table over the grid as one flat array [grid][width]. */
const flatTable = (t: readonly number[], rows: readonly (readonly number[])[], width: number, what: string) => {
  checkGrid(t, rows, what);
  const table = Float64Array.from(rows.flat());
  if (
    rows.some((row) => row.length !== width) ||
    table.some((size) => !(size > 0 && size < Number.POSITIVE_INFINITY))
  ) {
    fail('E_SHAPE', {
      summary: `${what} do not fit the process`,
      got: `rows of ${rows[0]?.length ?? 0} numbers`,
      expected: `${width} positive numbers at each time`,
      tryThis: ['prepare the run again with this process'],
    });
  }
  return table;
};

const baselineOf = (sde: Sde, { baseline }: NetworkScales): Baseline | undefined => {
  const score = sde.prior?.score;
  return baseline === undefined || score === undefined ? undefined : priorBaseline(sde, score);
};

export const networkInputs = (sde: Sde, scales: NetworkScales, kind: ScoreModel['kind'] = 'score'): NetworkInputs => {
  const d = sde.dim;
  const { t0, T } = sde.span;
  const times = Float64Array.from(scales.t);
  const last = times.length - 1;
  const baseline = baselineOf(sde, scales);
  const noise = flatTable(
    scales.t,
    (scales.output ?? scales.noise).map((size) => [size]),
    1,
    'output scales',
  );
  const state = flatTable(scales.t, scales.state, d, 'state scales');
  const field = scales.features === undefined ? undefined : featuresOf(sde);
  const k = field?.dim ?? 0;
  const feature = flatTable([t0], [scales.features ?? []], k, 'feature scales');

  /** Calls `visit` with the place of each row's time in the grid. */
  const locate = (t: Float64Array, n: number, visit: (i: number, cell: number, fraction: number) => void): void => {
    for (let i = 0; i < n; i++) {
      const cell = cellOf(times, t[i]!);
      visit(i, cell, fractionIn(times, cell, t[i]!));
    }
  };
  /** ȳ_c(t) */
  const stateSize = (cell: number, fraction: number, c: number): number =>
    between(state[cell * d + c]!, state[Math.min(cell + 1, last) * d + c]!, fraction);
  const inFeatureUnits = ({ data, n }: Batch): void => {
    for (let i = 0, m = 0; i < n; i++) for (let c = 0; c < k; c++, m++) data[m] = data[m]! / feature[c]!;
  };

  return {
    featureDim: k,
    of(y, t) {
      const { n } = y;
      const scaled = new Float64Array(n * d);
      const inverse = new Float64Array(n * d);
      const time = new Float64Array(n);
      const gain = new Float64Array(n);
      locate(t, n, (i, cell, fraction) => {
        for (let c = 0; c < d; c++) {
          const size = stateSize(cell, fraction, c);
          scaled[i * d + c] = y.data[i * d + c]! / size;
          inverse[i * d + c] = 1 / size;
        }
        time[i] = (t[i]! - t0) / (T - t0);
        gain[i] = 1 / between(noise[cell]!, noise[Math.min(cell + 1, last)]!, fraction);
      });
      const inputs: Record<string, NamedArray> = {
        y: { data: scaled, shape: [d] },
        t: { data: time, shape: [] },
        gain: { data: gain, shape: [] },
      };
      if (kind === 'potential') inputs.inverseScale = { data: inverse, shape: [d] };
      if (field !== undefined) {
        const features = zeros(n, k);
        field.evaluate(y, t, features);
        inFeatureUnits(features);
        inputs.features = { data: features.data, shape: [k] };
      }
      if (baseline !== undefined) {
        inputs.baseline = { data: baseline.value(y), shape: [baseline.rank] };
        if (kind === 'potential' && baseline.potential !== undefined) {
          inputs.basePotential = { data: baseline.potential(y), shape: [] };
        }
      }
      return inputs;
    },
    tangents(y, t, w) {
      const { n } = y;
      const scaled = new Float64Array(n * d);
      locate(t, n, (i, cell, fraction) => {
        for (let c = 0; c < d; c++) scaled[i * d + c] = w.data[i * d + c]! / stateSize(cell, fraction, c);
      });
      const tangents: Record<string, NamedArray> = { y: { data: scaled, shape: [d] } };
      if (field !== undefined) {
        const features = zeros(n, k);
        field.jvp(y, t, w, features);
        inFeatureUnits(features);
        tangents.features = { data: features.data, shape: [k] };
      }
      if (baseline !== undefined) tangents.baseline = { data: baseline.tangent(y, w), shape: [baseline.rank] };
      return tangents;
    },
  };
};

/** Direction k for a program: v_k, the components of w_k in the noise range, as `along/k/v`, and the tangents of the inputs along w_k as `along/k/NAME`. */
export const directionArrays = (
  inputs: NetworkInputs,
  y: Batch,
  t: Float64Array,
  k: number,
  { v, w }: { readonly v: Batch; readonly w: Batch },
): Record<string, NamedArray> => {
  const arrays = { v: { data: v.data, shape: [v.d] }, ...inputs.tangents(y, t, w) };
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`along/${k}/${name}`, array]));
};
