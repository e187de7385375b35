import { parseOptions, rootKey, zeros } from '@fokker/core';
import { assertAllClose, processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { ve } from './ve.js';

const rootFrom = (s: number, t: number, exactStart: boolean): number => {
  const out = new Float64Array(1);
  ve.create(ve.parameters.parse({ dim: 1, sigmaMax: 10, exactStart })).transition!.root(
    Float64Array.of(s),
    Float64Array.of(t),
    out,
  );
  return out[0]!;
};

describe('ve', () => {
  test.each(processContract(ve, { dim: 2, sigmaMax: 5 }))('$name', ({ run }) => run());
  test.each(processContract(ve, { sigmaMin: 0.1, sigmaMax: 3, horizon: 4, exactStart: true }))(
    'exact start: $name',
    ({ run }) => run(),
  );

  test('the two conventions differ in the kernel from the data alone, by σ_min²', () => {
    expect(rootFrom(0.3, 0.35, true)).toBe(rootFrom(0.3, 0.35, false));
    assertAllClose('σ_min²', rootFrom(0, 0.4, false) ** 2 - rootFrom(0, 0.4, true) ** 2, 1e-4, { rtol: 1e-10 });
  });

  test('σ must grow', () => {
    expect(() => parseOptions('sde', ve, { sigmaMin: 2, sigmaMax: 2 })).toThrow(
      expect.objectContaining({ code: 'E_PARAMETERS' }),
    );
  });

  test('the prior is N(0, σ_max² I)', () => {
    const { prior } = ve.create(ve.parameters.parse({ dim: 2, sigmaMax: 5 }));
    const [sample, score] = [zeros(20_000, 2), zeros(1, 2)];
    prior!.sample(rootKey(5), 0, sample);
    const variance = sample.data.reduce((sum, x) => sum + x * x, 0) / sample.data.length;
    assertAllClose('variance', variance, 25, { rtol: 0.03 }); // 4 standard errors of 40 000 squares: 4 √(2/4e4) = .028
    prior!.score!({ data: Float64Array.of(50, -25), n: 1, d: 2 }, score);
    assertAllClose('score', score.data, [-2, 1], { rtol: 1e-15 });
  });
});
