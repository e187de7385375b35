import { fillNormal, parseOptions, rootKey, transitionKernel, zeros } from '@fokker/core';
import { assertAllClose, ouA, processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { isotropic } from './isotropic.js';
import { ornsteinUhlenbeck } from './ornstein-uhlenbeck.js';

const { A, G } = ouA;
const create = (parameters: Record<string, unknown>) =>
  ornsteinUhlenbeck.create(ornsteinUhlenbeck.parameters.parse(parameters));

describe('Ornstein–Uhlenbeck', () => {
  test.each(processContract(ornsteinUhlenbeck))('defaults: $name', ({ run }) => run());
  test.each(processContract(ornsteinUhlenbeck, { A, G, c: [0.5, -1] }))('any matrices: $name', ({ run }) => run());
  test.each(
    processContract(ornsteinUhlenbeck, {
      A: [
        [0.3, 1],
        [0, 0.1],
      ],
      G: [[0], [1]],
    }),
  )('unstable, noise on one coordinate: $name', ({ run }) => run());

  test('transition over 0.5 has the golden mean and covariance', () => {
    const sde = create({ A, G });
    const unit = { data: Float64Array.of(1, 0, 0, 1), n: 2, d: 2 };
    const { mean, root } = transitionKernel(sde.transition!, unit, new Float64Array(2), new Float64Array(2).fill(0.5));
    const [l11, , l21, l22] = root;
    // the table gives twelve decimals
    assertAllClose('E', mean.data, [0.554410839246, -0.268348141566, 0.268348141566, 0.722128427725], { atol: 1e-12 });
    assertAllClose(
      'Σ',
      [l11! ** 2, l11! * l21!, l21! ** 2 + l22! ** 2],
      [0.344116573928, 0.079147386315, 0.195170259391],
      { atol: 1e-12 },
    );
  });

  test('the stationary law has the golden covariance about c', () => {
    const { stationary } = create({ A, G, c: [3, -2] });
    const score = zeros(2, 2);
    stationary!.score!({ data: Float64Array.of(4, -2, 3, -1), n: 2, d: 2 }, score);
    const [xx, xv, vv] = [0.58514619883, 0.106432748538, 0.409707602339];
    const determinant = xx * vv - xv * xv;
    const precision = [-vv, xv, xv, -xx].map((entry) => entry / determinant);
    assertAllClose('−Σ⁻¹', score.data, precision, { rtol: 1e-11 }); // the table gives twelve decimals
  });

  test('no stationary law: an unstable, neutral or undamped A, or noise that misses a direction', () => {
    for (const parameters of [
      { A: [[0.1]], G: [[1]] },
      { A: [[0]], G: [[1]] },
      {
        A: [
          [0, 1],
          [-1, 0],
        ],
        G: [
          [1, 0],
          [0, 1],
        ],
      },
      {
        A: [
          [-1, 0],
          [0, -1],
        ],
        G: [[1], [0]],
      },
    ]) {
      expect(create(parameters).stationary).toBeUndefined();
    }
  });

  test.each([
    ['a matrix that is not square', { A: [[1, 2]], G: [[1]] }],
    [
      'rows of G that differ',
      {
        A: [
          [-1, 0],
          [0, -1],
        ],
        G: [[1, 0], [1]],
      },
    ],
    ['a G of another dimension', { A: [[-1]], G: [[1], [1]] }],
    ['a centre of another dimension', { A: [[-1]], G: [[1]], c: [0, 0] }],
    ['an empty matrix', { A: [], G: [] }],
    ['a number that is none', { A: [[Number.NaN]], G: [[1]] }],
  ])('%s is refused', (_, parameters) => {
    expect(() => parseOptions('sde', ornsteinUhlenbeck, parameters)).toThrow(
      expect.objectContaining({ code: 'E_PARAMETERS' }),
    );
  });

  test('isotropic relaxation is the scalar case, Brownian motion its limit of rate 0', () => {
    const y = zeros(5, 2);
    fillNormal(rootKey(3), 0, 5, 2, y.data);
    const [s, t] = [new Float64Array(5).fill(0.2), new Float64Array(5).fill(0.7)];
    const scalar = transitionKernel(isotropic(2, { rate: 0.7, noise: 1.3 }).transition!, y, s, t);
    const full = create({
      A: [
        [-0.7, 0],
        [0, -0.7],
      ],
      G: [
        [1.3, 0],
        [0, 1.3],
      ],
    }).transition!;
    const matrix = transitionKernel(full, y, s, t);
    assertAllClose('mean', scalar.mean.data, matrix.mean.data, { rtol: 1e-14 }); // a few roundings
    assertAllClose('root', scalar.root[0]!, matrix.root[0]!, { rtol: 1e-14 });
    const brownian = isotropic(2, { rate: 0, noise: 2 });
    assertAllClose('variance', transitionKernel(brownian.transition!, y, s, t).root[0]! ** 2, 2, { rtol: 1e-15 });
    expect(brownian.stationary).toBeUndefined();
  });
});
