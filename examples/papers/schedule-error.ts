/**
 * How far the mean of the linearised kernel is from that of the process, over time, for two ways to choose the lag (Singhal, Goldstein & Ranganath 2024, figure 2):
 *
 *     s = t − 0.05                         a constant lag
 *     s_λ(t) = B⁻¹(B(t) − λ), λ = 0.05     a constant lag in the clock B of the process (our reading; the paper's formula is not known to us); measured, where there is no clock
 *
 *     error(t) = E_{y_s ~ p_s} ‖E[y_t | y_s] − m(y_s)‖
 *
 * The difference of the two means is that of two simulations from y_s on the same noise, one of the process and one of its linearisation at y_s, averaged over `pairs` of them: what both do alike drops out.
 * Times are those of the clock where there is one: f = β f̄ makes one unit of lag mean the same everywhere.
 *
 *     npx tsx examples/papers/schedule-error.ts        writes schedule-error.svg and .png
 */
import {
  type Batch,
  createIntegrator,
  createPilot,
  type Key,
  rootKey,
  type Schedule,
  type Sde,
  zeros,
} from '@fokker/core';
import { type Experiment, openExperiment } from '@fokker/experiment';
import { curvePictures, drawPicture } from '@fokker/experiment/pictures';

const states = 301;
const pairs = 100;
const stepsOfLag = 20;
/** The density is asked for no earlier. */
const earliest = 1e-3;

const grid = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => from + ((to - from) * k) / (count - 1));

/** Each row `times` over. */
const repeated = ({ data, n, d }: Batch, times: number): Batch => ({
  data: Float64Array.from({ length: n * times * d }, (_, k) => data[Math.floor(k / (times * d)) * d + (k % d)]!),
  n: n * times,
  d,
});

/** dŷ = [f(y_s) + J(y_s)(ŷ − y_s)] du + G dW, row i from its own y_s; J by central differences, to 1e-9. */
function linearised(sde: Sde, ys: Batch): Sde {
  const { n, d } = ys;
  const h = 1e-5;
  const times = new Float64Array(n);
  const drift = (shift: number, j: number): Batch => {
    const out = zeros(n, d);
    const moved = ys.data.map((y, k) => (k % d === j ? y + shift : y));
    sde.drift({ data: moved, n, d }, times, out);
    return out;
  };
  const f = drift(0, 0);
  const J = Array.from({ length: d }, (_, j) => {
    const [ahead, behind] = [drift(h, j), drift(-h, j)];
    return ahead.data.map((value, k) => (value - behind.data[k]!) / (2 * h)); // ∂f/∂y_j, [n, d]
  });
  return {
    dim: d,
    span: sde.span,
    cutoff: sde.cutoff,
    diffusion: sde.diffusion,
    drift(y, _t, out) {
      for (let k = 0; k < n * d; k++) {
        const row = k - (k % d);
        let value = f.data[k]!;
        for (let j = 0; j < d; j++) value += J[j]![k]! * (y.data[row + j]! - ys.data[row + j]!);
        out.data[k] = value;
      }
    },
  };
}

/** States y_s and their weights, of sum 1. */
interface Law {
  readonly ys: Batch;
  readonly weights: Float64Array;
}

/** Mean and median over y_s of ‖E[y_t | y_s] − m‖ after the lag. */
function meanError(sde: Sde, { ys, weights }: Law, lag: number, key: Key): { mean: number; median: number } {
  const start = repeated(ys, pairs);
  const { n, d } = start;
  const end = (process: Sde): Float64Array => {
    const y = { data: start.data.slice(), n, d };
    const [from, to] = [new Float64Array(n), new Float64Array(n).fill(lag)];
    createIntegrator(process, { scheme: 'heun', step: lag / stepsOfLag }).advance(y, from, to, key, 0);
    return y.data;
  };
  const [truth, linear] = [end(sde), end(linearised(sde, start))];
  const errors = Float64Array.from({ length: ys.n }, (_, i) => {
    let square = 0;
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let p = 0; p < pairs; p++) sum += truth[(i * pairs + p) * d + j]! - linear[(i * pairs + p) * d + j]!;
      square += (sum / pairs) ** 2;
    }
    return Math.sqrt(square);
  });
  const order = Array.from(errors.keys()).sort((i, k) => errors[i]! - errors[k]!);
  let middle = 0;
  for (let below = weights[order[0]!]!; below < 0.5; below += weights[order[middle]!]!) middle += 1;
  return { mean: errors.reduce((sum, error, i) => sum + weights[i]! * error, 0), median: errors[order[middle]!]! };
}

/** p_s: on a grid where its density is known (rare states count, however rare), else simulated. */
function lawAt({ sde, problem }: Experiment): (s: number) => Law {
  const marginal = sde.dim === 1 ? sde.marginal?.(problem.data) : undefined;
  if (marginal === undefined) {
    const pilot = createPilot({ sde, data: problem.data }, states, rootKey(3));
    const weights = new Float64Array(states).fill(1 / states);
    return (s) => ({ ys: pilot.at(s), weights });
  }
  const ys = { data: Float64Array.from(grid(-4, 4, states)), n: states, d: 1 };
  return (s) => {
    const density = new Float64Array(states);
    marginal.logDensity(ys, new Float64Array(states).fill(Math.max(s, earliest)), density);
    for (let i = 0; i < states; i++) density[i] = Math.exp(density[i]!);
    const mass = density.reduce((a, b) => a + b, 0);
    return { ys, weights: density.map((p) => p / mass) };
  };
}

interface Rule {
  readonly name: string;
  readonly start: Schedule['start'];
}

/** Error and lag of each rule over the training times. */
function curvesOf(experiment: Experiment, rules: readonly Rule[], times: readonly number[]) {
  const law = lawAt(experiment);
  const { sde } = experiment;
  const { clock, base } = sde.timeChange ?? { clock: { B: (t: number) => t }, base: sde };
  const rows = rules.map(({ name, start }) => {
    const found = times.map((t, k) => {
      const s = start(t);
      return { t, lag: t - s, ...meanError(base, law(s), clock.B(t) - clock.B(s), rootKey(4).at(k)) };
    });
    return { name, found };
  });
  for (const { name, found } of rows) {
    console.log(name);
    console.table(found.filter((_, k) => k % 7 === 0));
  }
  return rows;
}

const constant = (lag: number): Rule => ({ name: `s = t − ${lag}`, start: (t) => Math.max(t - lag, 0) });

/** The schedule of an experiment, as training would choose it. */
function scheduled({ sde, problem }: Experiment, name: string): Rule[] {
  if (problem.kind === 'density') return [];
  const schedule = problem.schedule.restore(sde, problem.schedule.prepare(sde, problem.data, rootKey(5)));
  return [{ name, start: (t) => schedule.start(t) }];
}

const here = (file: string): string => new URL(file, import.meta.url).pathname;
const mixture = await openExperiment(here('mog-prior-line.yaml'));
const swimmer = await openExperiment(here('../active-swimmer.yaml'), { set: ['schedule={ id: a-posteriori }'] });

// 0.05/∫β = 0.005: as many lags from 0 to T as s_λ has
const onMixture = curvesOf(
  mixture,
  [...scheduled(mixture, 's_λ, λ = 0.05'), constant(0.05), constant(0.005)],
  grid(0.02, 1, 50),
);
const onSwimmer = curvesOf(
  swimmer,
  [...scheduled(swimmer, 's by its measured error'), constant(0.05)],
  grid(0.1, 6, 60),
);

const drawn = (rows: typeof onMixture, of: 'mean' | 'median' | 'lag', dashed = false) =>
  rows.map(({ name, found }) => ({ name, dashed, points: found.map((row) => [row.t, row[of]] as const) }));

await drawPicture(
  'schedule-error',
  curvePictures([
    {
      title: 'Mixture prior: error of the mean',
      x: 'time t',
      y: 'E‖E[y_t | y_s] − m‖',
      logarithmic: true,
      curves: drawn(onMixture, 'mean'),
    },
    { title: 'Its lags', x: 'time t', y: 't − s', logarithmic: true, curves: drawn(onMixture, 'lag') },
  ]),
);
await drawPicture(
  'schedule-error-swimmer',
  curvePictures([
    {
      title: 'Swimmer: error of the mean',
      x: 'time t',
      y: 'E‖E[y_t | y_s] − m‖ (dashed: median)',
      logarithmic: true,
      curves: [...drawn(onSwimmer, 'mean'), ...drawn(onSwimmer, 'median', true)],
    },
    { title: 'Its lags', x: 'time t', y: 't − s', logarithmic: true, curves: drawn(onSwimmer, 'lag') },
  ]),
);
