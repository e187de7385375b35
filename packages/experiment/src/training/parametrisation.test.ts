/** Before its first step the last layer of a network is zero: the score is what it is added to. */
import { networkField, parametrise, rootKey, zeros } from '@fokker/core';
import { networkPrograms, openDevice } from '@fokker/runtime';
import { expect, test } from 'vitest';
import { openExperiment } from '../composition/experiment.js';
import { networkOf } from './network.js';

const opened = async (parametrisation: string, model = 'mlp') =>
  openExperiment({
    process: { id: 'vp', dim: 2 },
    objective: { id: 'dsm' },
    model: { id: model, width: 4, depth: 1 },
    parametrisation,
  });

test.each(['mlp', 'energy'])(
  'prior-residual: the score of the prior, its derivatives and its potential (%s)',
  async (id) => {
    const experiment = await opened('prior-residual', id);
    const { sde, problem, objective, key } = experiment;
    const chosen = objective.instance.prepare(problem, key);
    const prepared = { ...chosen, scales: parametrise(sde, chosen.scales, 'prior-residual') };
    const { model } = networkOf(experiment, prepared);
    const device = await openDevice('cpu');
    const field = networkField(sde, prepared.scales, networkPrograms(device, model, model.init(rootKey(1))));
    const y = { data: Float64Array.of(0.5, -1, 2, 0.25), n: 2, d: 2 };
    const w = { data: Float64Array.of(1, 0, 3, 4), n: 2, d: 2 };
    const [score, out, potential] = [zeros(2, 2), new Float64Array(2), new Float64Array(2)];
    const asked = { score, directional: { along: [w], out }, ...(id === 'energy' && { potential }) };
    await field.evaluate(y, Float64Array.of(0.2, 0.7), asked);
    device.dispose();
    for (const [k, s] of score.data.entries()) expect(s).toBeCloseTo(-y.data[k]!, 6); // float32
    expect(out[0]).toBeCloseTo(-1, 5);
    expect(out[1]).toBeCloseTo(-25, 4);
    if (id === 'energy') expect(potential[0]).toBeCloseTo(-Math.log(2 * Math.PI) - 0.5 * 1.25, 5);
  },
);

test('the scale of the output: σ̄, one, or σ̄ over the distance to the prior', async () => {
  const { sde, problem, objective, key } = await opened('scaled');
  const { scales } = objective.instance.prepare(problem, key);
  expect(parametrise(sde, scales, 'scaled')).toBe(scales);
  expect(parametrise(sde, scales, 'plain').output).toEqual(scales.t.map(() => 1));
  const { output } = parametrise(sde, scales, 'prior-residual');
  const { clock } = sde.timeChange!;
  scales.t.forEach((t, j) => {
    expect(output![j]! / scales.noise[j]!).toBeCloseTo(1 / Math.max(Math.exp(-0.5 * clock.B(t)), 0.05), 10);
  });
  const { prior: _, ...without } = sde;
  expect(() => parametrise(without, scales, 'prior-residual')).toThrow(
    expect.objectContaining({ code: 'E_CAPABILITY' }),
  );
});
