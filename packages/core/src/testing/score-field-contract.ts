/**
 * The conformance suite of a score field, whatever it is made of: a formula, a trained network, an exported file.
 *
 *     test.each(scoreFieldContract(() => openField(), { sde }))('$name', ({ run }) => run());
 *
 * Derivatives are held against differences of the field's own score along directions w in the noise range, h ‖w‖ = ρ:
 *
 *     directional   Σ_k w_kᵀ (∂s/∂y) w_k = Σ_k w_k · [s(y + h w_k) − s(y − h w_k)] / 2h + O(ρ²)
 *     potential     [f(y + h w) − f(y − h w)] / 2h = w · s(y) + O(ρ²)
 *
 * ρ = 1e-4 in float64, 2e-2 in float32, where a difference of scores of size σ is good to 1e-6 σ/ρ.
 */
import { type Batch, zeros } from '../contracts/batch.js';
import type { ScoreField, ScoreOutputs } from '../contracts/model.js';
import type { Sde } from '../contracts/sde.js';
import { liftRange, noiseRangeOf, projectRange } from '../linearise/range.js';
import { fillNormal, rootKey } from '../numerics/random.js';
import { assertAllClose, type Tolerance } from './close.js';
import { assertContract, type Check, type ContractCase, contractOf, rejectionOf } from './contract.js';
import { copyOf, probesOf, type Region, rowsOf } from './probes.js';

export interface ScoreFieldContractOptions {
  /** The process whose score it is: dimension, times, noise range. */
  readonly sde: Sde;
  /** In which numbers it computes. Default float64. */
  readonly precision?: 'float64' | 'float32';
  /** Where to look; N(0, I) by default. */
  readonly region?: Region;
}

const n = 6;

const settings = {
  float64: { rho: 1e-4, same: { rtol: 0, atol: 0 }, slope: { rtol: 1e-6, atol: 1e-6 } },
  // Sums over a row may be taken in another order for another number of rows.
  float32: { rho: 2e-2, same: { rtol: 2e-5, atol: 2e-5 }, slope: { rtol: 2e-2, atol: 2e-2 } },
} as const satisfies Record<string, { rho: number; same: Tolerance; slope: Tolerance }>;

export const scoreFieldContract = (
  open: () => ScoreField | Promise<ScoreField>,
  { sde, precision = 'float64', region = {} }: ScoreFieldContractOptions,
): readonly ContractCase[] => {
  const { rho, same, slope } = settings[precision];
  const { y, t } = probesOf(sde, n, region);
  const d = sde.dim;
  const scoreAt = async (field: ScoreField, at: Batch, times = t): Promise<Float64Array> => {
    const score: Batch = { data: new Float64Array(at.n * d).fill(Number.NaN), n: at.n, d };
    await field.evaluate(at, times, { score });
    return score.data;
  };
  /** The largest size of the score: what its derivatives are compared in units of. */
  const sizeOf = (values: Float64Array): number =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  const scaled = (values: Float64Array, by: number): Float64Array => values.map((value) => value / by);

  const checks: Check[] = [
    {
      name: 'writes every entry, finite, and leaves states and times alone',
      async run() {
        const [states, times] = [copyOf(y), t.slice()];
        const score = await scoreAt(await open(), y);
        assertContract(score.every(Number.isFinite), 'an entry that is not finite', 'finite numbers');
        assertAllClose('the states before and after', y.data, states.data);
        assertAllClose('the times before and after', t, times);
      },
    },
    {
      name: 'is a function: the same again, the same with other outputs beside',
      async run() {
        const field = await open();
        const first = await scoreAt(field, y);
        assertAllClose('two calls', await scoreAt(field, y), first, same);
        const [score, potential, out] = [zeros(n, d), new Float64Array(n), new Float64Array(n)];
        const beside: ScoreOutputs = {
          score,
          ...(field.provides.has('potential') && { potential }),
          ...(field.provides.has('directional') && { directional: { along: [directionsOf(sde, 0, rho)], out } }),
        };
        await field.evaluate(y, t, beside);
        assertAllClose('the score alone and beside other outputs', score.data, first, same);
      },
    },
    {
      name: 'rows know nothing of each other, each has its own time',
      async run() {
        const field = await open();
        const whole = await scoreAt(field, y);
        for (const rows of [[0], [3, 1], [5, 4, 3, 2, 1, 0]]) {
          const part = await scoreAt(
            field,
            rowsOf(y, rows),
            Float64Array.from(rows, (row) => t[row]!),
          );
          const expected = rows.flatMap((row) => [...whole.subarray(row * d, (row + 1) * d)]);
          const size = sizeOf(whole);
          assertAllClose(
            `rows ${rows.join()} alone`,
            scaled(part, size),
            scaled(Float64Array.from(expected), size),
            same,
          );
        }
      },
    },
    {
      name: 'directional: the derivative of its own score, summed over directions, quadratic in each',
      async run() {
        const field = await open();
        if (!field.provides.has('directional')) return;
        const along = [directionsOf(sde, 0, 1), directionsOf(sde, 1, 1)];
        const expected = new Float64Array(n);
        for (const w of along) {
          const [ahead, behind] = [await scoreAt(field, moved(y, w, rho)), await scoreAt(field, moved(y, w, -rho))];
          for (let k = 0; k < n * d; k++) {
            expected[Math.floor(k / d)]! += (w.data[k]! * (ahead[k]! - behind[k]!)) / (2 * rho);
          }
        }
        const out = new Float64Array(n).fill(Number.NaN);
        await field.evaluate(y, t, { directional: { along, out } });
        const size = Math.max(1, sizeOf(out));
        assertAllClose('derivatives along two directions', scaled(out, size), scaled(expected, size), slope);
        const doubled = new Float64Array(n);
        const twice = along.map((w) => ({ ...w, data: w.data.map((value) => 2 * value) }));
        await field.evaluate(y, t, { directional: { along: twice, out: doubled } });
        const exact = precision === 'float64' ? { rtol: 1e-9, atol: 1e-9 } : same;
        // A field that takes differences itself moves by another step there.
        assertAllClose('along directions twice as long', scaled(doubled, 4 * size), scaled(out, size), exact);
      },
    },
    {
      name: 'potential: its gradient in the noise range is the score',
      async run() {
        const field = await open();
        if (!field.provides.has('potential')) return;
        const score = await scoreAt(field, y);
        const w = directionsOf(sde, 0, 1);
        const [ahead, behind, along] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
        await field.evaluate(moved(y, w, rho), t, { potential: ahead });
        await field.evaluate(moved(y, w, -rho), t, { potential: behind });
        for (let k = 0; k < n * d; k++) along[Math.floor(k / d)]! += w.data[k]! * score[k]!;
        const rise = ahead.map((value, i) => (value - behind[i]!) / (2 * rho));
        const size = Math.max(1, sizeOf(along));
        assertAllClose('the slope of the potential and the score', scaled(rise, size), scaled(along, size), slope);
      },
    },
    {
      name: 'refuses what it does not provide',
      async run() {
        const field = await open();
        const asked: readonly (readonly [keyof ScoreOutputs, ScoreOutputs])[] = [
          ['potential', { potential: new Float64Array(n) }],
          ['directional', { directional: { along: [directionsOf(sde, 0, 1)], out: new Float64Array(n) } }],
        ];
        for (const [name, outputs] of asked) {
          if (field.provides.has(name)) continue;
          const code = await rejectionOf(() => field.evaluate(y, t, outputs));
          assertContract(code === 'E_CAPABILITY', `${name}: ${code ?? 'no error'}`, 'E_CAPABILITY');
        }
      },
    },
  ];
  return contractOf(checks);
};

const moved = (y: Batch, w: Batch, h: number): Batch => ({
  ...y,
  data: y.data.map((value, k) => value + h * w.data[k]!),
});

/** A direction of length `length` in the noise range at every row. */
const directionsOf = (sde: Sde, which: number, length: number): Batch => {
  const range = noiseRangeOf(sde);
  const w = zeros(n, sde.dim);
  fillNormal(rootKey(19).at('direction', which), 0, n, sde.dim, w.data);
  const components = zeros(n, range.rank);
  projectRange(range, w, components);
  for (let i = 0; i < n; i++) {
    const row = components.data.subarray(i * range.rank, (i + 1) * range.rank);
    const size = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (let c = 0; c < range.rank; c++) row[c] = (length * row[c]!) / size;
  }
  liftRange(range, components, w);
  return w;
};
