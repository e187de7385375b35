/**
 * The traced half of the suite of an objective: what its loss owes on any network. A bench evaluates it (`objectiveBench` of @fokker/runtime/testing), eagerly and compiled into a graph, on a
 * small smooth network whose parameters are scattered about.
 *
 *     gradient     d/dh L(p + h v) at 0 = g·v,  L = mean ℓ, along v = g/‖g‖ and a random direction
 *     samples      ℓ of a sample is a function of its own rows: in another order, and alone, it is the same
 *
 * Numbers are float32: tolerances are a few thousand roundings of 6e-8.
 */

import { sizeOf } from '../contracts/batch.js';
import type { NoiseRange } from '../contracts/capabilities.js';
import type { DeviceBatch } from '../contracts/device.js';
import type { ModelContext, Params, ScoreModel } from '../contracts/model.js';
import type { Objective, Prepared, Targets, TracedModel } from '../contracts/objective.js';
import type { Sde } from '../contracts/sde.js';
import { fail } from '../errors.js';
import { noiseRangeOf } from '../linearise/range.js';
import { rootKey } from '../numerics/random.js';
import { deviceBatch } from '../training/device-batch.js';
import { networkInputs } from '../training/network-inputs.js';
import { assertAllClose } from './close.js';
import { assertContract, type Check } from './contract.js';
import { moved, scattered, slopeChecks } from './slopes.js';

/** Losses of the rows, and the gradient of their mean in the parameters. */
export interface LossAndGradient {
  readonly losses: ArrayLike<number>;
  readonly gradient: ArrayLike<number>;
}
export interface ObjectiveBench {
  /** A smooth network of the kind. */
  network(context: ModelContext, range: NoiseRange, kind: ScoreModel['kind']): ScoreModel;
  evaluate(
    how: 'eager' | 'compiled',
    objective: Objective,
    model: ScoreModel,
    params: Params,
    batch: DeviceBatch,
  ): Promise<LossAndGradient>;
}

const float32 = { rtol: 2e-4, atol: 2e-4 };
const samples = 8;

export interface LossSubject {
  readonly objective: Objective;
  readonly derivatives: 1 | 2;
  readonly sde: Sde;
  readonly bench: ObjectiveBench;
  prepared(): Prepared;
  targets(prepared: Prepared, count: number): Targets;
}

/** Rows in blocks of samples: sample order[i] becomes sample i. */
const reordered = ({ arrays }: DeviceBatch, order: readonly number[], rowsPerSample: number): DeviceBatch => ({
  n: order.length * rowsPerSample,
  arrays: Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => {
      const width = rowsPerSample * sizeOf(shape);
      const blocks = order.flatMap((i) => [...data.subarray(i * width, (i + 1) * width)]);
      return [name, { data: Float64Array.from(blocks), shape }];
    }),
  ),
});

/** The objective on a model that gives no derivatives in y. */
const withoutDerivatives = (objective: Objective): Objective => ({
  ...objective,
  perSample(model, tensors) {
    const plain: TracedModel = {
      ...model,
      directional: () =>
        fail('E_CONTRACT', {
          summary: 'the loss reads derivatives of the score that it does not declare',
          got: 'derivatives: 1, and a loss that asks for a directional derivative',
          expected: 'derivatives: 2',
          tryThis: ['derivatives: 2, so that networks with a kink are refused'],
        }),
    };
    return objective.perSample(plain, tensors);
  },
});

export const lossChecks = ({
  objective,
  derivatives,
  sde,
  bench,
  prepared,
  targets,
}: LossSubject): readonly Check[] => {
  const { rowsPerSample } = objective;
  /** Network, parameters and batch are made once, by the first check that asks. */
  const made = (() => {
    let kept: { model: ScoreModel; params: Params; batch: DeviceBatch } | undefined;
    return () => {
      if (kept) return kept;
      const found = prepared();
      const range = noiseRangeOf(sde);
      const kind = objective.readsPotential === true ? 'potential' : 'score';
      const featureDim = found.scales.features?.length ?? 0;
      const model = bench.network({ dim: sde.dim, featureDim, outputDim: range.rank }, range, kind);
      const initial = model.init(rootKey(31).at('loss', 'init'));
      const params = moved(initial, scattered('parameters', initial.data.length), 0.2);
      const inputs = networkInputs(sde, found.scales, kind);
      kept = { model, params, batch: deviceBatch(targets(found, samples), inputs, range) };
      return kept;
    };
  })();
  const at = (params: Params, batch: DeviceBatch = made().batch, how: 'eager' | 'compiled' = 'eager') =>
    bench.evaluate(how, objective, made().model, params, batch);
  return [
    {
      name: 'loss: a finite number a row',
      async run() {
        const { params, batch } = made();
        const { losses } = await at(params);
        assertContract(losses.length === batch.n, `${losses.length} losses`, `${batch.n}, one a row`);
        assertContract(Array.from(losses).every(Number.isFinite), 'losses that are not finite', 'finite numbers');
      },
    },
    {
      name: 'loss: the same compiled into a graph, and so its gradient',
      async run() {
        const { params, batch } = made();
        const [eager, compiled] = [await at(params), await at(params, batch, 'compiled')];
        return [
          assertAllClose('losses compiled and eager', compiled.losses, eager.losses, float32),
          assertAllClose('gradients compiled and eager', compiled.gradient, eager.gradient, float32),
        ];
      },
    },
    {
      name: 'loss: of a sample, whatever stands beside it',
      async run() {
        const { params, batch } = made();
        const order = Array.from({ length: samples }, (_, i) => (5 * i + 3) % samples);
        const whole = Array.from((await at(params)).losses);
        const block = (i: number) => whole.slice(i * rowsPerSample, (i + 1) * rowsPerSample);
        const mixed = await at(params, reordered(batch, order, rowsPerSample));
        const alone = await at(params, reordered(batch, [samples - 1], rowsPerSample));
        return [
          assertAllClose('losses in another order', mixed.losses, order.flatMap(block), float32),
          assertAllClose('losses of a sample alone', alone.losses, block(samples - 1), float32),
        ];
      },
    },
    {
      name: 'loss: its gradient is its slope, by differences',
      async run() {
        const { params } = made();
        const lossAt = async (moved: Params) => {
          const { losses } = await at(moved);
          return Array.from(losses).reduce((sum, loss) => sum + loss / losses.length, 0);
        };
        return slopeChecks(params, (await at(params)).gradient, lossAt, 'parameters that the loss depends on');
      },
    },
    ...(derivatives === 1
      ? [
          {
            name: 'loss: reads no derivatives of the score in y, as declared',
            async run() {
              const { model, params, batch } = made();
              await bench.evaluate('eager', withoutDerivatives(objective), model, params, batch);
            },
          },
        ]
      : []),
  ];
};
