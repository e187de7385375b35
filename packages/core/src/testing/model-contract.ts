/**
 * The conformance suite of a score network: what it owes whatever its architecture.
 *
 *     describe('mlp', () => {
 *       test.each(modelContract(mlp, { width: 16 }, { bench: modelBench() }))('$name', ({ run }) => run());
 *     });
 *
 * Networks are tensors, which this room does not touch: a bench evaluates them (`modelBench` of @fokker/runtime/testing, or one of your own). Parameters are the initial ones
 * moved by N(0, 0.2²), since a last layer that starts at zero would hide what stands before it.
 *
 *     gradient     d/dh L(p + h v) at 0 = g·v,  L = mean ‖s − target‖², along v = g/‖g‖ and a random direction
 *     smoothness   max |s(u + h) − 2 s(u) + s(u − h)|/h along a line falls with h where the slope is continuous, and stays where it jumps
 *
 * Numbers are float32: tolerances are a few thousand roundings of 6e-8.
 */
import { parseOptions } from '../composition/parse-part.js';
import { sizeOf } from '../contracts/batch.js';
import type { DeviceBatch } from '../contracts/device.js';
import type { ModelContext, ModelDefinition, Params, ScoreModel } from '../contracts/model.js';
import { fillNormal, fillUniform, rootKey } from '../numerics/random.js';
import { assertAllClose } from './close.js';
import { assertContract, type Check, type ContractCase, codeOf, contractOf } from './contract.js';
import { moved, scattered, slopeChecks } from './slopes.js';
import { smoothnessCheck } from './smoothness.js';

/** What evaluates networks for a contract. */
export interface ModelBench {
  /** Components of the score of each row, [n, r]. */
  forward(model: ScoreModel, params: Params, batch: DeviceBatch): Promise<Float64Array>;
  /** Gradient in the parameters of the mean over rows of ‖s − target‖², with `target` [n, r] among the arrays. */
  gradient(model: ScoreModel, params: Params, batch: DeviceBatch): Promise<Float32Array>;
}

export interface ModelContractOptions {
  readonly bench: ModelBench;
  /** What the network is built for. Default: two coordinates, one feature, noise on both. */
  readonly context?: ModelContext;
}

const rows = 6;
const float32: { rtol: number; atol: number } = { rtol: 2e-4, atol: 2e-4 };
const key = rootKey(31).at('model');

const normals = (label: string, n: number, d: number): Float64Array => {
  const out = new Float64Array(n * d);
  fillNormal(key.at(label), 0, n, d, out);
  return out;
};

/** Inputs as `networkInputs` makes them, and a target. */
const batchOf = ({ dim, featureDim, outputDim }: ModelContext): DeviceBatch => {
  const [t, gain, scale] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows * dim)];
  fillUniform(key.at('t'), 0, rows, 1, t);
  fillUniform(key.at('gain'), 0, rows, 1, gain);
  fillUniform(key.at('scale'), 0, rows, dim, scale);
  return {
    n: rows,
    arrays: {
      y: { data: normals('y', rows, dim), shape: [dim] },
      t: { data: t, shape: [] },
      gain: { data: gain.map((u) => 0.5 + u), shape: [] },
      inverseScale: { data: scale.map((u) => 0.5 + u), shape: [dim] },
      target: { data: normals('target', rows, outputDim), shape: [outputDim] },
      ...(featureDim > 0 && { features: { data: normals('features', rows, featureDim), shape: [featureDim] } }),
    },
  };
};

/** Row i alone. */
const rowOf = ({ arrays }: DeviceBatch, i: number): DeviceBatch => ({
  n: 1,
  arrays: Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => {
      const width = sizeOf(shape);
      return [name, { data: data.slice(i * width, (i + 1) * width), shape }];
    }),
  ),
});

const checkLayout = ({ layout, data }: Params): void => {
  let end = 0;
  for (const { name, shape, offset } of layout) {
    assertContract(offset === end, `'${name}' at ${offset}`, `${end}, where the array before it ends`);
    end += sizeOf(shape);
  }
  assertContract(end === data.length, `${data.length} parameters`, `${end}, as the layout says`);
  const names = new Set(layout.map(({ name }) => name));
  assertContract(names.size === layout.length, 'two arrays of one name', 'a name of its own for each');
  assertContract(data.every(Number.isFinite), 'initial parameters that are not finite', 'finite numbers');
};

/** The checks of `definition` with `options` (defaults filled in). Throws E_PARAMETERS at once if they do not fit the schema, and what `create` throws. */
export const modelContract = (
  definition: ModelDefinition,
  options: Readonly<Record<string, unknown>>,
  { bench, context = { dim: 2, featureDim: 1, outputDim: 2 } }: ModelContractOptions,
): readonly ContractCase[] => {
  const parsed = parseOptions('model', definition, options);
  const model = definition.create(parsed, context);
  const initial = model.init(key.at('init'));
  const params = moved(initial, scattered('parameters', initial.data.length), 0.2);
  const batch = batchOf(context);
  const forward = (at: Params = params, of: DeviceBatch = batch) => bench.forward(model, at, of);
  const smoothness = definition.smoothness(parsed);
  return contractOf([
    {
      name: 'options of other names are refused',
      run() {
        const code = codeOf(() => parseOptions('model', definition, { ...options, notAnOption: 1 }));
        assertContract(code === 'E_PARAMETERS', `${code ?? 'no error'} for the option 'notAnOption'`, 'E_PARAMETERS');
      },
    },
    { name: 'init: a layout that tiles a vector of finite numbers', run: () => checkLayout(initial) },
    {
      name: 'init: a pure function of its key',
      run() {
        const [again, other] = [model.init(key.at('init')), model.init(key.at('other'))];
        assertContract(
          other.data.some((value, k) => value !== initial.data[k]),
          'equal parameters under two keys',
          'parameters that differ',
        );
        return assertAllClose('parameters of one key', again.data, initial.data);
      },
    },
    {
      name: 'apply: a finite number for every row and component, initially too',
      async run() {
        for (const at of [initial, params]) {
          const score = await forward(at);
          assertContract(
            score.length === rows * context.outputDim,
            `${score.length} numbers`,
            `${rows} rows of ${context.outputDim}`,
          );
          assertContract(score.every(Number.isFinite), 'a score that is not finite', 'finite numbers');
        }
      },
    },
    {
      name: 'apply: the same numbers from the same inputs; row i is the same in any batch',
      async run() {
        const [whole, again] = [await forward(), await forward()];
        const alone = await Promise.all(Array.from({ length: rows }, (_, i) => forward(params, rowOf(batch, i))));
        return [
          assertAllClose('two evaluations', again, whole),
          assertAllClose(
            'rows alone and in the batch',
            alone.flatMap((row) => [...row]),
            whole,
            float32,
          ),
        ];
      },
    },
    {
      name: 'apply: proportional to the gain',
      async run() {
        const { gain } = batch.arrays;
        const arrays = { ...batch.arrays, gain: { ...gain!, data: gain!.data.map((value) => 3 * value) } };
        const [once, thrice] = [await forward(), await forward(params, { ...batch, arrays })];
        return assertAllClose(
          'the score under three times the gain',
          thrice,
          once.map((value) => 3 * value),
          float32,
        );
      },
    },
    gradientCheck(forward, () => bench.gradient(model, params, batch), batch, params),
    {
      name: 'smoothness: a count of continuous derivatives',
      run() {
        const whole = Number.isInteger(smoothness) || smoothness === Number.POSITIVE_INFINITY;
        assertContract(whole && smoothness >= 0, `smoothness ${smoothness}`, '0, 1, 2, … or Infinity');
      },
    },
    ...(smoothness >= 1 ? [smoothnessCheck(forward, params, batch, context)] : []),
  ]);
};

const gradientCheck = (
  forward: (params: Params, batch: DeviceBatch) => Promise<Float64Array>,
  gradient: () => Promise<Float32Array>,
  batch: DeviceBatch,
  params: Params,
): Check => ({
  name: 'gradient: the slope of a loss, by differences',
  async run() {
    const { target } = batch.arrays;
    const lossAt = async (moved: Params): Promise<number> => {
      const score = await forward(moved, batch);
      return score.reduce((sum, value, k) => sum + (value - target!.data[k]!) ** 2, 0) / batch.n;
    };
    return slopeChecks(params, await gradient(), lossAt, 'parameters that the score depends on');
  },
});
