import { expect, test } from 'vitest';
import { normalDistribution } from './normal-distribution.js';
import { normalQuantile } from './normal-quantile.js';

test('Φ undoes Φ⁻¹', () => {
  for (let k = -60; k <= 60; k++) {
    const p = 1 / (1 + Math.exp(-k / 3)); // down to 2e-9 and up to 1 − 2e-9
    expect(Math.abs(normalDistribution(normalQuantile(p)) / p - 1)).toBeLessThan(1e-13);
  }
});
