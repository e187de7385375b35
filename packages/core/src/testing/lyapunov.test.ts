import { describe, expect, test } from 'vitest';
import './vitest.js';
import { stationaryCovariance } from './lyapunov.js';

describe('stationary covariance', () => {
  test('OU-A of MATH §9', () => {
    const Q = Float64Array.of(1, 0.3, 0.3, 0.58);
    const expected = [0.58514619883, 0.106432748538, 0.106432748538, 0.409707602339];
    expect(stationaryCovariance(2, Float64Array.of(-1, 0.8, -0.8, -0.5), Q)).toBeAllClose(expected, { atol: 1e-12 });
  });

  test('rotation leaves an isotropic law isotropic', () => {
    const [a, omega, theta] = [1.3, 7, 0.5];
    const Sigma = stationaryCovariance(
      2,
      Float64Array.of(-a, -omega, omega, -a),
      Float64Array.of(2 * theta, 0, 0, 2 * theta),
    );
    expect(Sigma).toBeAllClose([theta / a, 0, 0, theta / a], { atol: 1e-15 });
  });

  test('a drift without a stationary law is refused', () => {
    const solve = () => stationaryCovariance(2, Float64Array.of(0, 1, 0, 0), Float64Array.of(1, 0, 0, 1));
    expect(solve).toThrow(expect.objectContaining({ code: 'E_PARAMETERS' }));
  });
});
