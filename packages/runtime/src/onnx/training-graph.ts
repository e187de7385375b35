/**
 * A training step as one graph, on the flat parameter vector p:
 *
 *     ℓ = loss(p, batch) [n],    g = ∇_p mean ℓ,    ‖g‖,    g ← g · min(1, clip/‖g‖),    optimiser and average
 *     finite = mean ℓ and ‖g‖² are finite in float32, and every step of this run before was;  where it is not, the state stays as it was
 *
 * The names of inputs and outputs are those of `protocol.ts`. Throws E_SHAPE for a loss that is not one number a row, E_TRACE_… for what cannot be compiled.
 */
import type { TrainingStep } from '@fokker/core';
import {
  abs,
  concat,
  div,
  fill,
  greater,
  indicator,
  lessEqual,
  logicalAnd,
  mul,
  reshape,
  slice,
  sqrt,
  square,
  sum,
  type Tensor,
  zeros,
} from '@fokker/ops';
import { engine } from '@tensorflow/tfjs-core';
import { checkLoss } from '../check-loss.js';
import type { Graph } from '../graph/graph.js';
import { type Shape, sizeOf } from '../graph/value.js';
import { slotNames } from '../optimiser.js';
import { type InputSpec, trace } from '../trace/trace.js';
import { choose, type State, stepNumbers, updateInGraph } from './optimiser-graph.js';

/** Shapes of one row, by name. */
export type RowShapes = Readonly<Record<string, Shape>>;

const largest = 3.4028234663852886e38;
const fits = (x: Tensor): Tensor => lessEqual(abs(x), largest);

const splitParameters = (layout: TrainingStep['layout'], flat: Tensor): Tensor[] =>
  layout.map(({ offset, shape }) => reshape(slice(flat, [offset], [sizeOf(shape)]), shape));

/**
 * Losses of n rows, and their share of the gradient of the mean over `total` rows as a flat vector; parameters that the loss does not reach have zeros.
 */
export const lossAndGradient = (
  { layout, loss }: TrainingStep,
  flat: Tensor,
  batch: Record<string, Tensor>,
  n: number,
  total = n,
) => {
  const arrays = splitParameters(layout, flat);
  const byName = Object.fromEntries(layout.map(({ name }, i) => [name, arrays[i]!]));
  const { value, grads } = engine().gradients<Tensor>(
    () => {
      const rows = loss(byName, batch);
      checkLoss(rows, n);
      return rows;
    },
    arrays,
    fill([n], 1 / total),
    true,
  );
  const pieces = layout.map(({ shape }, i) => {
    const gradient: Tensor | undefined = grads[i];
    return gradient ? reshape(gradient, [sizeOf(shape)]) : zeros([sizeOf(shape)]);
  });
  return { losses: value, gradient: pieces.length === 1 ? pieces[0]! : concat(pieces) };
};

export const named = (
  prefix: string,
  names: readonly string[],
  inputs: Readonly<Record<string, Tensor>>,
): Record<string, Tensor> => Object.fromEntries(names.map((name) => [name, inputs[`${prefix}/${name}`]!]));

const prefixed = <T>(prefix: string, entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> =>
  Object.fromEntries(entries.map(([name, value]) => [`${prefix}/${name}`, value]));

export const parameterCount = ({ layout }: TrainingStep): number =>
  layout.reduce((total, { shape }) => total + sizeOf(shape), 0);

const vectorsOf = ({ optimiser }: TrainingStep): readonly string[] => ['params', 'ema', ...slotNames(optimiser)];

/** The inputs that every step has. */
export const stateSpecs = (step: TrainingStep): Readonly<Record<string, InputSpec>> => ({
  ...prefixed<InputSpec>(
    'state',
    vectorsOf(step).map((name) => [name, { shape: [parameterCount(step)] }]),
  ),
  'state/alive': { shape: [] },
  'step/numbers': { shape: [stepNumbers(step.optimiser, 1).length] },
});

export const batchSpecs = (rows: RowShapes, n: number): Readonly<Record<string, InputSpec>> =>
  prefixed(
    'step/batch',
    Object.entries(rows).map(([name, shape]) => [name, { shape: [n, ...shape] }]),
  );

/** The second half of a step: what becomes of the state, given losses and gradient. */
export const updateWith = (
  step: TrainingStep,
  given: Readonly<Record<string, Tensor>>,
  losses: Tensor,
  gradient: Tensor,
): Record<string, Tensor> => {
  const { optimiser } = step;
  const vectors = vectorsOf(step);
  const state: State = named('state', vectors, given);
  const squares = sum(square(gradient));
  const norm = sqrt(squares);
  const finiteHere = logicalAnd(fits(mul(sum(losses), 1 / losses.size)), fits(squares));
  const finite = logicalAnd(finiteHere, greater(given['state/alive']!, 0.5));
  const { clip } = optimiser;
  const clipped =
    clip === Number.POSITIVE_INFINITY
      ? gradient
      : mul(gradient, choose(greater(norm, clip), div(clip, norm), fill([], 1)));
  const next = updateInGraph(optimiser, {
    gradient: clipped,
    state,
    numbers: given['step/numbers']!,
    taken: finite,
  });
  const alive = indicator(finite);
  return {
    ...prefixed(
      'next',
      vectors.map((name) => [name, next[name]!]),
    ),
    'next/alive': alive,
    'each/loss': losses,
    'each/norm': norm,
    'each/finite': alive,
  };
};

export const traceTraining = (step: TrainingStep, n: number, rows: RowShapes): Promise<Graph> =>
  trace(
    (given) => {
      const batch = named('step/batch', Object.keys(rows), given);
      const { losses, gradient } = lossAndGradient(step, given['state/params']!, batch, n);
      return updateWith(step, given, losses, gradient);
    },
    { ...stateSpecs(step), ...batchSpecs(rows, n) },
  );
