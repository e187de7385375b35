import { processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { harmonicParticles } from './harmonic-particles.js';
import { averageOf, made, pathsOf } from './testing/paths.js';

describe('harmonic particles', () => {
  test.each(
    processContract(harmonicParticles, { particles: 3, alpha: -0.7, D: 0.4, radius: 1, omega: 0.5, horizon: 2 }),
  )('attractive: $name', ({ run }) => run());

  test('a simulated particle follows the trap with the known mean and variance', () => {
    const sde = made(harmonicParticles, { particles: 5 });
    const frames = pathsOf(sde, { n: 2000, step: 0.01, times: [0.7] });
    // from the Gaussian formulas of the docstring with σ₀ = ¼: variance of one particle (row 19)
    const x = averageOf(frames, (y, at) => y[at]!);
    const turn = Math.PI;
    const [c, lag] = [2 / Math.hypot(1, turn), Math.atan(turn)];
    const mean = c * Math.cos(turn * 0.7 - lag) + Math.exp(-0.7) * (2 - c * Math.cos(-lag));
    expect(Math.abs(x.mean - mean)).toBeLessThan(4 * x.error + 1e-3); // and the step's h²
    const square = averageOf(frames, (y, at) => (y[at]! - mean) ** 2);
    expect(Math.abs(square.mean - 0.2669477575)).toBeLessThan(4 * square.error + 1e-3);
  });
});
