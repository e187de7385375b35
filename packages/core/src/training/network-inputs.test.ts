import { describe, expect, test } from 'vitest';
import type { DeviceBatch, Forward, NetworkScales, Sde } from '../contracts/index.js';
import { zeros } from '../contracts/index.js';
import { constantNoise, denseJacobian } from '../numerics/index.js';
import { defaultFeatures } from './features.js';
import { type NetworkPrograms, networkField } from './network-field.js';
import { networkInputs } from './network-inputs.js';

const swimmer: Sde = {
  dim: 2,
  span: { t0: 1, T: 5 },
  cutoff: { train: 1, sample: 1 },
  drift({ data, n }, _, out) {
    for (let i = 0; i < 2 * n; i += 2) {
      out.data[i] = data[i + 1]! - data[i]! ** 3;
      out.data[i + 1] = -0.1 * data[i + 1]!;
    }
  },
  diffusion: constantNoise([[0], [0.4]]),
  noiseRange: { rank: 1, basis: 'coordinates', coordinates: [1] },
};
const scales: NetworkScales = {
  t: [1, 3, 5],
  noise: [0.5, 0.25, 0.2],
  state: [
    [1, 2],
    [3, 4],
    [3, 4],
  ],
  features: [1, 10],
};
const y = { data: Float64Array.of(1, 2, -1, 0.5, 2, 2), n: 3, d: 2 };
const t = Float64Array.of(2, 5, 1);

describe('network inputs', () => {
  test('are y, drift, time and gain in their sizes at t', () => {
    const { featureDim, of } = networkInputs(swimmer, scales);
    expect(featureDim).toBe(2);
    const inputs = of(y, t);
    const rows = (name: string) => Array.from(inputs[name]!.data);
    expect(rows('y')).toEqual([1 / 2, 2 / 3, -1 / 3, 0.5 / 4, 2, 1]);
    expect(rows('features')).toEqual([1, -0.2 / 10, 1.5, -0.05 / 10, -6, -0.2 / 10]);
    expect(rows('t')).toEqual([0.25, 1, 0]);
    expect(rows('gain')).toEqual([1 / 0.375, 5, 2]);
    expect(Object.values(inputs).map(({ shape }) => shape)).toEqual([[2], [], [], [2]]);
  });

  test('leave the states alone and belong to the caller', () => {
    const { of } = networkInputs(swimmer, scales);
    const first = of(y, t);
    const before = Array.from(first.y!.data);
    of({ data: new Float64Array(6).fill(9), n: 3, d: 2 }, t);
    expect(Array.from(first.y!.data)).toEqual(before);
    expect(Array.from(y.data)).toEqual([1, 2, -1, 0.5, 2, 2]);
  });

  test('a potential is given the factor of its chain rule beside', () => {
    const y = { data: Float64Array.of(0.3, -2, 1.5, 0.7), n: 2, d: 2 };
    const t = Float64Array.of(0.4, 2);
    const inputs = networkInputs(swimmer, scales, 'potential').of(y, t);
    expect(inputs.inverseScale!.shape).toEqual([2]);
    inputs.inverseScale!.data.forEach((factor, k) => {
      expect(y.data[k]! * factor).toBeCloseTo(inputs.y!.data[k]!, 14);
    });
    expect(networkInputs(swimmer, scales).of(y, t)).not.toHaveProperty('inverseScale');
  });

  test('have no features where the scales have none', () => {
    const { features: _, ...plain } = scales;
    const { featureDim, of } = networkInputs(swimmer, plain);
    expect(featureDim).toBe(0);
    expect(Object.keys(of(y, t))).toEqual(['y', 't', 'gain']);
  });

  test('refuse scales of another process or without a size', () => {
    const refused = (changed: Partial<NetworkScales>) => () => networkInputs(swimmer, { ...scales, ...changed });
    expect(refused({ state: [[1], [1], [1]] })).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
    expect(refused({ noise: [1, 1] })).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
    expect(refused({ noise: [1, 0, 1] })).toThrow(expect.objectContaining({ code: 'E_SHAPE' }));
  });
});

describe('default features', () => {
  test('are the drift with J w, by differences where no Jacobian is declared', () => {
    const analytic = defaultFeatures({
      ...swimmer,
      jacobian: denseJacobian(2, (state, at, _, out, to) => {
        out[to] = -3 * state[at]! ** 2;
        out[to + 1] = 1;
        out[to + 2] = 0;
        out[to + 3] = -0.1;
      }),
    });
    const w = { data: Float64Array.of(1, -1, 0.5, 2, 0, 1), n: 3, d: 2 };
    const [exact, differences, f] = [zeros(3, 2), zeros(3, 2), zeros(3, 2)];
    analytic!.jvp(y, t, w, exact);
    defaultFeatures(swimmer)!.jvp(y, t, w, differences);
    analytic!.evaluate(y, t, f);
    expect(Array.from(exact.data)).toEqual([-4, 0.1, 0.5, -0.2, 1, -0.1]);
    // fourth-order differences of a cubic: rounding alone, 1e-16 / h
    exact.data.forEach((value, k) => {
      expect(differences.data[k]).toBeCloseTo(value, 11);
    });
    expect(Array.from(f.data)).toEqual([1, -0.2, 1.5, -0.05, -6, -0.2]);
  });

  test('are none for affine or large processes', () => {
    expect(defaultFeatures({ ...swimmer, affine: true })).toBeUndefined();
    expect(defaultFeatures({ ...swimmer, dim: 9 })).toBeUndefined();
  });
});

describe('a network as a score', () => {
  /** Gives gain · t, and remembers what it was shown. */
  const forward: Forward & { seen?: DeviceBatch } = {
    async run(batch, out) {
      forward.seen = batch;
      for (let i = 0; i < batch.n; i++) out[i] = batch.arrays.gain!.data[i]! * batch.arrays.t!.data[i]!;
    },
    dispose() {},
  };
  const programs: NetworkPrograms = {
    kind: 'score',
    score: async () => forward,
    directional: async () => forward,
  };
  const field = networkField(swimmer, scales, programs);

  test('is lifted from the noise range and zero off it', async () => {
    const score = { data: new Float64Array(6).fill(7), n: 3, d: 2 };
    await field.evaluate(y, t, { score });
    expect(Array.from(score.data)).toEqual([0, 0.25 / 0.375, 0, 5, 0, 0]);
    expect(forward.seen?.arrays.y?.shape).toEqual([2]);
    expect([...field.provides]).toEqual(['score', 'directional']);
  });

  test('hands the directions to the network with the tangents of what it is shown', async () => {
    const along = [{ data: Float64Array.of(0, 1, 0, 2, 0, 3), n: 3, d: 2 }];
    await field.evaluate(y, t, { directional: { along, out: new Float64Array(3) } });
    const { arrays } = forward.seen!;
    expect(Array.from(arrays['along/0/v']!.data)).toEqual([1, 2, 3]);
    const inputs = networkInputs(swimmer, scales);
    const h = 2 ** -10;
    const moved = (sign: number) => ({ ...y, data: y.data.map((x, k) => x + sign * h * along[0]!.data[k]!) });
    const [ahead, behind] = [inputs.of(moved(1), t), inputs.of(moved(-1), t)];
    for (const name of ['y', 'features']) {
      // y and v enter both linearly: the central difference is exact but for rounding, 1e-16 / h
      arrays[`along/0/${name}`]!.data.forEach((tangent, k) => {
        expect(tangent).toBeCloseTo((ahead[name]!.data[k]! - behind[name]!.data[k]!) / (2 * h), 11);
      });
    }
  });

  test('has no potential unless the network is one', async () => {
    await expect(field.evaluate(y, t, { potential: new Float64Array(3) })).rejects.toMatchObject({
      code: 'E_CAPABILITY',
    });
  });
});
