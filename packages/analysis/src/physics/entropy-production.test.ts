import { pointwiseSde, rootKey } from '@fokker/core';
import { describe, expect, test } from 'vitest';
import { cubature, gaussianSample, linearProcess, linearScore, rotation, scaled } from '../testing/linear.js';
import { normals } from '../testing/samples.js';
import { entropyProduction, entropyRate } from './entropy-production.js';

const key = rootKey(1);
const refusal = (code: string) => expect.objectContaining({ code });
/** Rotation OU with a = 1, ω = 2, Θ = ½: Q = I, stationary N(0, ½ I). */
const sde = linearProcess(rotation(1, 2), scaled(2, 1));
const exact = linearScore(scaled(2, 2), [0, 0]);

describe('entropy production', () => {
  test('row 43: of the stationary rotation is 2ω²/a = 8, all of it heat', async () => {
    const states = gaussianSample([0, 0], scaled(2, 0.5), 100_000, key);
    const { system, total, medium, complete, parity } = await entropyProduction({
      sde,
      score: exact,
      states,
      t: 0,
      key,
    });
    expect(Math.abs(total.value - 8)).toBeLessThan(0.16);
    expect(Math.abs(medium!.value - 8)).toBeLessThan(0.16);
    expect(total.low < 8 && 8 < total.high).toBe(true);
    for (const { value } of Object.values(system)) expect(Math.abs(value)).toBeLessThan(0.05);
    expect([complete, parity]).toEqual([true, ['even', 'even']]);
  });

  test('row 44: of a transient of the rotation, at samples with its exact moments', async () => {
    // p_t from N((1, 0), diag(.3, .9)) at t = .4: mean e^{At} m₀, covariance e^{−2t} R diag R^T + ½(1 − e^{−2t}) I
    const t = 0.4;
    const [c, s, e] = [Math.cos(2 * t), Math.sin(2 * t), Math.exp(-t)];
    const free = 0.5 * (1 - e * e);
    const C = [
      [e * e * (0.3 * c * c + 0.9 * s * s) + free, e * e * (0.3 - 0.9) * c * s],
      [e * e * (0.3 - 0.9) * c * s, e * e * (0.3 * s * s + 0.9 * c * c) + free],
    ] as const;
    const det = C[0][0] * C[1][1] - C[0][1] ** 2;
    const K = [
      [C[1][1] / det, -C[0][1] / det],
      [-C[0][1] / det, C[0][0] / det],
    ];
    const root = Math.sqrt(C[0][0]);
    const L = [
      [root, 0],
      [C[0][1] / root, Math.sqrt(C[1][1] - C[0][1] ** 2 / C[0][0])],
    ];
    const mean = [e * c, e * s];
    const states = cubature(mean, L);
    const { system, total, medium } = await entropyProduction({ sde, score: linearScore(K, mean), states, t, key });
    expect(total.value).toBeCloseTo(13.3466452, 7);
    expect(medium!.value).toBeCloseTo(13.3919476, 7);
    for (const { value } of Object.values(system)) expect(value).toBeCloseTo(-0.0453024, 7);
  });

  test('of a wrong score at equilibrium is ½ E‖ŝ − s‖²_Q', async () => {
    const still = linearProcess(scaled(2, -1), scaled(2, 1));
    const states = cubature([0, 0], scaled(2, Math.SQRT1_2));
    const { total } = await entropyProduction({
      sde: still,
      score: linearScore(scaled(2, 2.3), [0, 0]),
      states,
      t: 0,
      key,
    });
    expect(total.value).toBeCloseTo(0.5 * 0.3 ** 2 * 1, 12);
  });

  test('a wrong score spreads the three estimators of dS/dt', async () => {
    const states = cubature([0, 0], scaled(2, Math.SQRT1_2));
    const { divergence, current, fisher } = await entropyRate({
      sde,
      score: linearScore(scaled(2, 3), [0, 0]),
      states,
      t: 0,
      key,
    });
    // ∇·u = −2 + 3, −u·s = −(−y + 3/2 y)·(−3y) = 3/2 |y|², ∇·f + ½|s|² = −2 + 9/2 |y|², E|y|² = 1
    expect([divergence.value, current.value, fisher.value]).toEqual([1, 1.5, 2.5].map((x) => expect.closeTo(x, 12)));
  });

  describe('with degenerate noise', () => {
    // underdamped Brownian particle in a harmonic trap: dx = v, dv = −x − γv + √(2γΘ) dW, stationary N(0, Θ I)
    const [gamma, theta] = [0.7, 0.4];
    const A = [
      [0, 1],
      [-1, -gamma],
    ];
    const G = [[0], [Math.sqrt(2 * gamma * theta)]];
    const trap = linearProcess(A, G);
    const score = linearScore(scaled(2, 1 / theta), [0, 0]);
    const states = cubature([0, 0], scaled(2, Math.sqrt(theta)));

    test('needs a parity convention', async () => {
      await expect(entropyProduction({ sde: trap, score, states, t: 0, key })).rejects.toThrow(refusal('E_PARITY'));
      const parity = ['odd'] as const;
      await expect(entropyProduction({ sde: trap, score, states, t: 0, key, parity })).rejects.toThrow(
        refusal('E_PARITY'),
      );
    });

    test('and vanishes at equilibrium with velocities odd, not even', async () => {
      const odd = await entropyProduction({ sde: trap, score, states, t: 0, key, parity: ['even', 'odd'] });
      expect(odd.complete).toBe(true);
      expect(odd.total.value).toBeCloseTo(0, 12);
      expect(odd.medium!.value).toBeCloseTo(0, 12);
      const even = await entropyProduction({ sde: trap, score, states, t: 0, key, parity: ['even', 'even'] });
      expect(even.complete).toBe(false);
      expect(even.medium).toBeUndefined();
      // u_v = −x: 2 E x²/(2γΘ) = 1/γ
      expect(even.total.value).toBeCloseTo(1 / gamma, 12);
    });

    test('the rates agree for a score that is known along the noise only', async () => {
      const masked = linearScore(
        [
          [0, 0],
          [0, 1 / theta],
        ],
        [0, 0],
      );
      for (const field of [score, masked]) {
        const { divergence, current, fisher } = await entropyRate({ sde: trap, score: field, states, t: 0, key });
        for (const { value } of [divergence, current, fisher]) expect(value).toBeCloseTo(0, 12);
      }
    });

    test('total = dS/dt + medium away from equilibrium', async () => {
      const wide = cubature([0.3, -0.2], scaled(2, 1.1));
      const field = linearScore(scaled(2, 1 / 1.21), [0.3, -0.2]);
      const { total, medium, system } = await entropyProduction({
        sde: trap,
        score: field,
        states: wide,
        t: 0,
        key,
        parity: ['even', 'odd'],
      });
      expect(total.value).toBeCloseTo(system.divergence.value + medium!.value, 11);
      expect(system.current.value).toBeCloseTo(system.divergence.value, 11);
      expect(system.fisher.value).toBeCloseTo(system.divergence.value, 11);
    });
  });

  test('with noise that depends on the state: sinh of a Brownian motion', async () => {
    // Y = sinh(W): f = y/2, G = √(1 + y²); W ~ N(0, v): s = −(asinh y/v)/√(1 + y²) − y/(1 + y²); dS/dt = 1/(2v) + ½ d/dv E log(1+Y²) …
    const definition = pointwiseSde({
      id: 'sinh',
      dim: 1,
      create: () => ({ noise: 1, drift: (y, _t, dy) => void dy.fill(y[0]! / 2) }),
    }).create({});
    const process = {
      ...definition,
      diffusion: {
        ...definition.diffusion,
        structure: 'scalar' as const,
        dependsOn: 'state' as const,
        entries(_t: number, out: Float64Array, y?: Float64Array, at = 0) {
          out[0] = Math.sqrt(1 + y![at]! ** 2);
        },
      },
    };
    const v = 0.6;
    const { analyticField } = await import('@fokker/core');
    const score = analyticField({
      score(y, _t, out) {
        for (let i = 0; i < y.n; i++) {
          const x = y.data[i]!;
          out.data[i] = -Math.asinh(x) / v / Math.sqrt(1 + x * x) - x / (1 + x * x);
        }
      },
    });
    const states = normals(key, 40_000, 1);
    for (let i = 0; i < states.n; i++) states.data[i] = Math.sinh(Math.sqrt(v) * states.data[i]!);
    const { divergence, current, fisher } = await entropyRate({ sde: process, score, states, t: 0.5, key });
    // S = ½ log(2πe v) + E log cosh W, d/dv E g(W) = ½ E g''(W), (log cosh)'' = 1/cosh²
    const truth = 1 / (2 * v) + states.data.reduce((sum, x) => sum + 0.5 / (1 + x * x), 0) / states.n;
    for (const { value, low, high } of [divergence, current, fisher]) {
      expect(Math.abs(value - truth)).toBeLessThan((4 * (high - low)) / 2 / 1.96 + 1e-6);
    }
  });

  test('streams: batches give the bits of the whole', async () => {
    const whole = gaussianSample([0, 0], scaled(2, 0.5), 9000, key);
    function* parts() {
      for (let first = 0; first < whole.n; first += 1700) {
        const n = Math.min(1700, whole.n - first);
        yield { data: whole.data.slice(2 * first, 2 * (first + n)), n, d: 2 };
      }
    }
    const question = { sde, score: exact, t: 0, key };
    expect(await entropyProduction({ ...question, states: parts() })).toEqual(
      await entropyProduction({ ...question, states: whole }),
    );
  });

  test('refuses states of another space, and a field without a score', async () => {
    const question = { sde, score: exact, states: normals(key, 10, 3), t: 0, key };
    await expect(entropyProduction(question)).rejects.toThrow(refusal('E_SHAPE'));
    const empty = { provides: new Set<never>(), evaluate: async () => {} };
    await expect(entropyRate({ ...question, score: empty })).rejects.toThrow(refusal('E_CAPABILITY'));
  });
});
