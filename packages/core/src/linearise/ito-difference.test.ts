import { expect, test } from 'vitest';
import { type Batch, type Diffusion, type VectorField, zeros } from '../contracts/index.js';
import { constantNoise, denseNoise, scalarNoise } from '../numerics/noise.js';
import '../testing/vitest.js';
import { itoDifference } from './ito-difference.js';

const y: Batch = { data: Float64Array.of(0.7, -0.3, 4, 1.5), n: 2, d: 2 };
const t = Float64Array.of(0.5, 2);
const drift: VectorField = (states, _t, out) => {
  for (let i = 0; i < states.n; i++) {
    const [x, v] = [states.data[2 * i]!, states.data[2 * i + 1]!];
    out.data[2 * i] = Math.sin(x) * v ** 2;
    out.data[2 * i + 1] = x ** 2 * v;
  }
};
/** ½ Q:∇²f for Q = [[a, b], [b, c]]. */
const exact = (x: number, v: number, [a, b, c]: readonly [number, number, number]): number[] => [
  0.5 * (-a * Math.sin(x) * v ** 2 + 4 * b * Math.cos(x) * v + 2 * c * Math.sin(x)),
  0.5 * (2 * a * v + 4 * b * x),
];

test.each<[string, Diffusion, (time: number) => readonly [number, number, number]]>([
  [
    'correlated',
    constantNoise([
      [1, 0],
      [0.3, 0.7],
    ]),
    () => [1, 0.3, 0.58],
  ],
  [
    'degenerate',
    constantNoise([
      [0, 0],
      [0, 2],
    ]),
    () => [0, 0, 4],
  ],
  ['scalar', scalarNoise(2, 0.1), () => [0.01, 0, 0.01]],
  ['timed', denseNoise(2, 1, (time, out) => out.set([time, 1])), (time) => [time * time, time, 1]],
])('½ Q:∇²f with %s noise', (_name, diffusion, Q) => {
  const out = zeros(2, 2);
  itoDifference({ dim: 2, drift, diffusion })(y, t, out);
  // h⁴/90 of a sixth derivative at h = 1e-2 · 4, and round-off over h²
  expect(out.data).toBeAllClose([...exact(0.7, -0.3, Q(0.5)), ...exact(4, 1.5, Q(2))], { atol: 1e-6 });
});
