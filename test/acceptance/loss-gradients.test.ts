/**
 * The gradient of every objective in the parameters of every network it admits, against central differences in float64; what it does not admit is refused by name.
 *
 * Along a direction w of unit length, (L(p + h w) − L(p − h w))/2h with h = 1e-5: truncation h² L‴/6 and rounding 1e-16 L/h, both about 1e-10.
 */
import {
  checkModel,
  type DensityProblem,
  densityProcess,
  directionArrays,
  fillNormal,
  type ModelDefinition,
  type NamedArray,
  networkInputs,
  type Objective,
  type ObjectiveDefinition,
  rootKey,
} from '@fokker/core';
import { energy, mlp } from '@fokker/models';
import { dsm, fdSsm, ism, lcss, localDsm, ssm, ssmVr } from '@fokker/objectives';
import { activations } from '@fokker/ops';
import { describe, expect, test } from 'vitest';
import { lossesOf } from './float64/losses.js';

const problem: DensityProblem = {
  kind: 'density',
  data: { dim: 2, draw: (key, first, out) => fillNormal(key, first, out.n, 2, out.data) },
  weighting: () => ({
    diagonal: (_, out) => {
      out[0] = 1;
      out[1] = 2;
    },
  }),
};
const sde = densityProcess(2);
const samples = 6;

const networks: Readonly<Record<string, ModelDefinition>> = { mlp, energy };
const cases: readonly [string, ObjectiveDefinition, object][] = [
  ['dsm', dsm, {}],
  ['lcss', lcss, { gamma: 2 }],
  ['ssm', ssm, { projections: 2 }],
  ['ssm-vr', ssmVr, {}],
  ['fd-ssm', fdSsm, { projections: 2, epsilon: 0.1 }],
  ['fd-ssm of an energy', fdSsm, { form: 'energy', epsilon: 0.1 }],
  ['ism', ism, {}],
];

const modelOf = (definition: ModelDefinition, activation: string) => {
  const options = definition.options.parse({ width: 4, depth: 1, activation });
  const context = { dim: 2, featureDim: 0, outputDim: 2, timeless: true } as const;
  return { options, model: definition.create(options, context) };
};

/** What the trainer gives: targets, network inputs, directions with their tangents. */
const arraysOf = (objective: Objective, kind: 'score' | 'potential'): Record<string, NamedArray> => {
  const prepared = objective.prepare(problem, rootKey(1));
  const {
    n,
    arrays,
    directions = [],
  } = objective.source(problem, prepared, rootKey(2)).targets({ first: 0, count: samples });
  const inputs = networkInputs(sde, prepared.scales, kind);
  const y = { data: arrays.y.data, n, d: 2 };
  const along = directions.map(({ data }, k) => {
    const v = { data, n, d: 2 };
    return directionArrays(inputs, y, arrays.t.data, k, { v, w: v });
  });
  return Object.assign({}, arrays, inputs.of(y, arrays.t.data), ...along);
};

const scatter = (length: number, phase: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1) + phase));

const admits = (objective: ObjectiveDefinition, definition: ModelDefinition, options: unknown): boolean => {
  try {
    checkModel(definition, options, objective);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'E_ACTIVATION', message: expect.stringContaining(objective.id) });
    return false;
  }
};

describe.each(cases)('%s', (name, definition, given) => {
  const objective = definition.create(definition.options.parse(given));
  test.each(Object.keys(networks))('on the network %s: gradients, or a refusal, for every activation', async (id) => {
    const network = networks[id]!;
    const kind = id === 'energy' ? 'potential' : 'score';
    if (objective.readsPotential === true && kind === 'score') return;
    const arrays = arraysOf(objective, kind);
    const offered = Object.keys(activations).filter((activation) => network.options.safeParse({ activation }).success);
    for (const activation of offered) {
      const { options, model } = modelOf(network, activation);
      const smooth = activations[activation]!.continuousDerivatives - (kind === 'potential' ? 1 : 0);
      expect(admits(definition, network, options), `${name}, ${id}, ${activation}`).toBe(
        smooth >= definition.derivatives - 1,
      );
      if (smooth < definition.derivatives - 1) continue;
      const { layout } = model.init(rootKey(3));
      const shapes = Object.fromEntries(layout.map(({ name: parameter, shape }) => [parameter, shape]));
      const losses = await lossesOf(objective, model, shapes, arrays);
      const sizes = layout.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
      const total = sizes.reduce((a, b) => a + b, 0);
      const [p, w] = [scatter(total, 1), scatter(total, 2)];
      const length = Math.hypot(...w);
      const at = (step: number) => {
        const moved = p.map((value, k) => value + (step * w[k]!) / length);
        let from = 0;
        const named = layout.map(({ name: parameter }, i) => {
          from += sizes[i]!;
          return [parameter, moved.subarray(from - sizes[i]!, from)] as const;
        });
        return losses(Object.fromEntries(named));
      };
      const h = 1e-5;
      const slope = at(0).gradient.reduce((sum, g, k) => sum + (g * w[k]!) / length, 0);
      const difference = (at(h).value - at(-h).value) / (2 * h);
      expect(Math.abs(slope - difference), `${name}, ${id}, ${activation}`).toBeLessThan(1e-6 * (1 + Math.abs(slope)));
    }
  });
});

test('form energy is refused by a network without a potential', () => {
  const objective = fdSsm.create(fdSsm.options.parse({ form: 'energy' }));
  const model = { score: () => undefined as never, directional: () => undefined as never };
  expect(() => objective.perSample(model, {})).toThrow(expect.objectContaining({ code: 'E_INCOMPATIBLE' }));
});

test('local-dsm has the loss of dsm', () => {
  const [local, plain] = [localDsm.create(localDsm.options.parse({})), dsm.create(dsm.options.parse({}))];
  expect(local.perSample).toBe(plain.perSample);
});
