/**
 * The tableau of Dormand & Prince (1980), 5(4), and its interpolant of order four (Hairer, Nørsett & Wanner 1993, §II.6):
 *
 *     k_i = u(y + h Σ_j a_ij k_j, t + c_i h),   y⁺ = y + h Σ_j a_7j k_j,   e = h Σ_i error_i k_i
 *     y(θ) = y + θ { Δ + (1 − θ) { b + θ { c + (1 − θ) h Σ_i dense_i k_i } } },    Δ = y⁺ − y,  b = h k_1 − Δ,  c = Δ − h k_7 − b
 */
import type { Batch } from '../contracts/index.js';

export const c = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
export const a = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const bHat = [5179 / 57600, 0, 7571 / 16695, 393 / 640, -92097 / 339200, 187 / 2100, 1 / 40];
/** b − b̂ */
export const error = bHat.map((weight, i) => (a[6]![i] ?? 0) - weight);
const dense = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
];
export const stages = 7;

/** The last step of every row as a polynomial of θ in [0, 1], from where it began. */
export interface Interpolant {
  /** Step of `row`, at place r of the batch: `length` from t, with its end and its slopes. */
  keep(row: number, r: number, t: number, length: number, state: Batch, end: Batch, slopes: readonly Batch[]): void;
  /** The state of `row` at `time`, within its last step; into row `row` of `out`. */
  write(row: number, time: number, out: Batch): void;
}

/** For n rows that stand at `start` at time `from`. */
export function createInterpolant({ data, n, d }: Batch, from: number): Interpolant {
  const began = new Float64Array(n).fill(from);
  const took = new Float64Array(n);
  const [c0, c1, c2, c3, c4] = [data.slice(), ...Array.from({ length: 4 }, () => new Float64Array(n * d))] as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return {
    keep(row, r, t, length, state, end, slopes) {
      began[row] = t;
      took[row] = length;
      for (let j = 0; j < d; j++) {
        const [at, to] = [r * d + j, row * d + j];
        const change = end.data[at]! - state.data[at]!;
        const bend = length * slopes[0]!.data[at]! - change;
        let last = 0;
        for (let m = 0; m < stages; m++) last += dense[m]! * slopes[m]!.data[at]!;
        c0[to] = state.data[at]!;
        c1[to] = change;
        c2[to] = bend;
        c3[to] = change - length * slopes[6]!.data[at]! - bend;
        c4[to] = length * last;
      }
    },
    write(row, time, out) {
      const theta = took[row] === 0 ? 0 : (time - began[row]!) / took[row]!;
      const left = 1 - theta;
      for (let at = row * d; at < (row + 1) * d; at++) {
        out.data[at] = c0[at]! + theta * (c1[at]! + left * (c2[at]! + theta * (c3[at]! + left * c4[at]!)));
      }
    },
  };
}
