import { type Dataset, fromStratonovich, zeros } from '@fokker/core';
import { assertAllClose, processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { geometricBrownianMotion } from './geometric-brownian-motion.js';
import { averageOf, batchOf, fieldAt, made, pathsOf } from './testing/paths.js';

describe('geometric Brownian motion', () => {
  test.each(processContract(geometricBrownianMotion, { dim: 2, mu: -0.4, sigma: 0.8, convention: 'stratonovich' }))(
    'Stratonovich: $name',
    ({ run }) => run(),
  );

  test('Stratonovich’s equation is Itô’s with the correction of fromStratonovich', () => {
    const parameters = { mu: 0.3, sigma: 0.7 };
    const own = made(geometricBrownianMotion, { ...parameters, convention: 'stratonovich' });
    const converted = fromStratonovich(made(geometricBrownianMotion, parameters));
    for (const y of [0.01, 1, 40]) {
      // differences of a line: round-off over a step of 1e-3
      assertAllClose('drift', fieldAt(converted.drift, [y]), fieldAt(own.drift, [y]), { rtol: 1e-11 });
    }
  });

  test('log Y_t ~ N(log y₀ + (r − ½σ²) t, σ² t), simulated', () => {
    const sde = made(geometricBrownianMotion, { mu: 0.2, sigma: 0.5 });
    const frames = pathsOf(sde, { n: 10_000, step: 0.01, times: [1], start: (out) => out.data.fill(2) });
    const log = averageOf(frames, (y, at) => Math.log(y[at]!));
    const square = averageOf(frames, (y, at) => (Math.log(y[at]! / 2) - 0.075) ** 2);
    // four standard errors, and the bias of the step, h (μσ² − ½μ² − ¾σ⁴) and alike
    expect(Math.abs(log.mean - Math.log(2) - 0.075)).toBeLessThan(4 * log.error + 1e-3);
    expect(Math.abs(square.mean - 0.25)).toBeLessThan(4 * square.error + 2.5e-3);
  });

  test('the marginal of its own start is that start at t = 0, and solves to a wider log-normal', () => {
    const sde = made(geometricBrownianMotion, { dim: 2 });
    const law = sde.marginal!(sde.initial!)!;
    const y = batchOf(2, 0.6, 1.7, 1, 3);
    const [own, start] = [new Float64Array(2), new Float64Array(2)];
    law.logDensity(y, new Float64Array(2), own);
    sde.initial!.density!.logDensity(y, start);
    assertAllClose('log p₀', own, start, { atol: 1e-14 });
    const [s, s0] = [zeros(2, 2), zeros(2, 2)];
    law.score(y, new Float64Array(2), s);
    sde.initial!.density!.score(y, s0);
    assertAllClose('score', s.data, s0.data, { atol: 1e-13 });
  });

  test('no closed form for other data', () => {
    const { marginal } = made(geometricBrownianMotion);
    const wide: Dataset = { dim: 1, draw: () => undefined, mixture: [{ weight: 1, mean: [1], covariance: [0.1] }] };
    expect(marginal!(wide)).toBeUndefined();
    expect(marginal!({ dim: 1, draw: () => undefined })).toBeUndefined();
  });
});
