/** Estimators that rest on exact identities, on linear processes where every mean is known. */
import { diagonalNoise, pointwiseSde, rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { cubature, gaussianSample, linearProcess, linearScore, rotation, scaled } from '../testing/linear.js';
import { normals } from '../testing/samples.js';
import { fisherInformation } from './fisher-information.js';
import { momentBalances } from './moment-balance.js';
import { derivative, fillPowers, monomialCount, monomials } from './monomials.js';
import { steinCheck } from './stein.js';
import { uncertaintyBound } from './uncertainty-bound.js';

const key = rootKey(1);
const refusal = (code: string) => expect.objectContaining({ code });
const sde = linearProcess(rotation(1, 2), scaled(2, 1));
const exact = linearScore(scaled(2, 2), [0, 0]);
const stationary = cubature([0, 0], scaled(2, Math.SQRT1_2));

/** The same moments from more rows, so that replicas of the bootstrap span the space. */
const repeated = ({ data, n, d }: typeof stationary, times: number) => ({
  data: Float64Array.from({ length: times * n * d }, (_, k) => data[k % (n * d)]!),
  n: times * n,
  d,
});

describe('uncertainty bound', () => {
  test('is the entropy production itself where the current is linear: 8, without a score', async () => {
    const states = repeated(stationary, 20);
    expect((await uncertaintyBound({ sde, states, t: 0, key })).value).toBeCloseTo(8, 11);
    const bound = await uncertaintyBound({
      sde,
      states: gaussianSample([0, 0], scaled(2, 0.5), 20_000, key),
      t: 0,
      key,
    });
    expect(bound.low < 8 && 8 < bound.high).toBe(true);
  });
  test('of a transient too: the linear fit of u is u', async () => {
    // N(m, v I) under dy = Ay dt + dW: u = Ay + (y − m)/(2v); 2 E|u|²
    const [m, v] = [[0.7, -0.2] as const, 0.3];
    const states = repeated(cubature(m, scaled(2, Math.sqrt(v))), 20);
    let expected = 0;
    for (let i = 0; i < states.n; i++) {
      const [x, y] = [states.data[2 * i]!, states.data[2 * i + 1]!];
      const u = [-x - 2 * y + (x - m[0]) / (2 * v), 2 * x - y + (y - m[1]) / (2 * v)];
      expected += (2 * (u[0]! ** 2 + u[1]! ** 2)) / states.n;
    }
    expect((await uncertaintyBound({ sde, states, t: 0, key })).value).toBeCloseTo(expected, 10);
  });
  test('refuses degenerate noise, and samples on a line', async () => {
    const degenerate = linearProcess(rotation(1, 2), [[0], [1]]);
    await expect(uncertaintyBound({ sde: degenerate, states: stationary, t: 0, key })).rejects.toThrow(
      refusal('E_CAPABILITY'),
    );
    const line = { data: Float64Array.of(0, 0, 1, 1, 2, 2), n: 3, d: 2 };
    await expect(uncertaintyBound({ sde, states: line, t: 0, key })).rejects.toThrow(refusal('E_COVARIANCE'));
  });
});

describe('Fisher information', () => {
  test('of the stationary rotation is −2 ∇·f = 4, and 2 a coordinate', async () => {
    const {
      fisher,
      stationary: identity,
      squares,
    } = await fisherInformation({ sde, score: exact, states: stationary, t: 0, key });
    expect(fisher.value).toBeCloseTo(4, 12);
    expect(identity.value).toBeCloseTo(4, 12);
    expect(squares.map(({ value }) => value)).toEqual([expect.closeTo(2, 12), expect.closeTo(2, 12)]);
  });
});

describe('Stein', () => {
  test('holds for the true score, along the noise also where that is slanted', async () => {
    for (const G of [scaled(2, 1), [[0], [1]], [[1], [1]]]) {
      const { mean, moments } = await steinCheck({
        sde: linearProcess(rotation(1, 2), G),
        score: exact,
        states: stationary,
        t: 0,
      });
      expect(mean).toHaveLength(G[0]!.length);
      for (const { value } of [...mean, ...moments.flat()]) expect(value).toBeCloseTo(0, 12);
    }
  });
  test('deviates for a wrong one, by as much as it is wrong', async () => {
    const { mean, moments } = await steinCheck({
      sde,
      score: linearScore(scaled(2, 3), [0.1, 0]),
      states: stationary,
      t: 0,
    });
    expect(mean[0]!.value).toBeCloseTo(0.3, 12);
    expect(moments[1]![1]!.value).toBeCloseTo(1 - 1.5, 12);
  });
  test('is within four standard errors on samples', async () => {
    const states = gaussianSample([0, 0], scaled(2, 0.5), 20_000, key);
    const { mean, moments } = await steinCheck({ sde, score: exact, states, t: 0 });
    for (const { value, standardError } of [...mean, ...moments.flat()]) {
      expect(Math.abs(value)).toBeLessThan(4 * standardError);
    }
  });
});

describe('monomials', () => {
  test('by degree, named, with their derivatives', () => {
    const list = monomials(['x', 'v'], 3);
    expect(list.map(({ name }) => name)).toEqual(['x', 'v', 'x^2', 'x v', 'v^2', 'x^3', 'x^2 v', 'x v^2', 'v^3']);
    expect([monomialCount(2, 3), monomialCount(20, 2)]).toEqual([9, 230]);
    const table = new Float64Array(8);
    fillPowers(Float64Array.of(9, 2, 3), 1, 2, 3, table);
    const at = (along: number[]) => derivative([2, 1], along, table, 3);
    expect([at([]), at([0]), at([1]), at([0, 0]), at([0, 1]), at([1, 1])]).toEqual([12, 12, 4, 6, 4, 0]);
  });
});

describe('moment balances', () => {
  test('vanish in the steady state and agree between generator and current', async () => {
    const balances = await momentBalances({
      sde,
      score: exact,
      states: stationary,
      t: 0,
      degree: 2,
      coordinates: ['x', 'y'],
    });
    expect(balances.map(({ moment }) => moment)).toEqual(['x', 'y', 'x^2', 'x y', 'y^2']);
    for (const { generator, current } of balances) {
      expect(generator.value).toBeCloseTo(0, 12);
      expect(current!.value).toBeCloseTo(0, 12);
    }
  });
  test('are the rates of the moments away from it', async () => {
    // from N(m, v I): d/dt E x = −m_x − 2m_y, d/dt E x² = −2 E x² − 4 E xy + 1
    const states = cubature([0.7, -0.2], scaled(2, 0.5));
    const [x, , xx] = await momentBalances({ sde, states, t: 0, degree: 2 });
    expect(x!.generator.value).toBeCloseTo(-0.7 + 0.4, 12);
    expect(xx!.generator.value).toBeCloseTo(-2 * (0.49 + 0.25) + 4 * 0.14 + 1, 12);
    expect(x!.current).toBeUndefined();
  });
  test('with noise that depends on the state: geometric Brownian motion, d/dt E y² = (2μ + σ²) E y²', async () => {
    const [mu, sigma] = [0.3, 0.5];
    const plain = pointwiseSde({
      id: 'gbm',
      dim: 1,
      create: () => ({ noise: 1, drift: (y, _t, dy) => void dy.fill(mu * y[0]!) }),
    }).create({});
    const gbm = {
      ...plain,
      diffusion: {
        ...diagonalNoise(1, [1]),
        dependsOn: 'state' as const,
        entries(_t: number, out: Float64Array, y?: Float64Array, at = 0) {
          out[0] = sigma * y![at]!;
        },
      },
    };
    const [, second] = await momentBalances({ sde: gbm, states: normals(key, 100, 1), t: 0, degree: 2 });
    expect(second!.generator.value).toBeCloseTo((2 * mu + sigma ** 2) * second!.value.value, 12);
  });
  test('refuses degrees without end', async () => {
    await expect(momentBalances({ sde, states: stationary, t: 0, degree: 200 })).rejects.toThrow(
      refusal('E_PARAMETERS'),
    );
    await expect(momentBalances({ sde, states: stationary, t: 0, degree: 0.5 })).rejects.toThrow(
      refusal('E_PARAMETERS'),
    );
  });
});
