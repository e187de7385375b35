/** Rows 22 to 25, 28, 29 and 57: what the losses of the objectives are, in float64. */
import {
  fillNormal,
  type NamedArray,
  type Objective,
  type ObjectiveDefinition,
  rootKey,
  type Tensors,
  type TracedModel,
} from '@fokker/core';
import { assertAllClose } from '@fokker/core/testing';
import { dsm, fdSsm, ism, lcss, ssm, ssmVr } from '@fokker/objectives';
import {
  add,
  broadcastTo,
  matMul,
  mul,
  reshape,
  slice,
  squaredNorm,
  sub,
  type Tensor1D,
  type Tensor2D,
  tanh,
} from '@fokker/ops';
import { describe, expect, test } from 'vitest';
import { lossesOf, type Network } from './float64/losses.js';
import { perceptronShapes, scattered } from './float64/networks.js';
import { affineMinimum, gaussHermite } from './float64/quadratic.js';

const created = (definition: ObjectiveDefinition, given: object = {}): Objective =>
  definition.create(definition.options.parse(given));

const column = (data: ArrayLike<number>, width: number): NamedArray => ({
  data: Float64Array.from(data),
  shape: width === 0 ? [] : [width],
});

/** tanh(y W₁ + b₁) W₂ + b₂ on R², five hidden units. */
const network: Network = {
  apply: (p, { y }) => add(matMul(tanh(add(matMul(y!, p.w1!), p.b1!)), p.w2!), p.b2!) as Tensor2D,
};
const shapes = perceptronShapes(2, 5, 2);
const parameters = scattered(shapes);
const n = 24;
const normal = (name: string, rows = n): Float64Array => {
  const out = new Float64Array(2 * rows);
  fillNormal(rootKey(22).at(name), 0, rows, 2, out);
  return out;
};
const ones = (length: number): Float64Array => new Float64Array(length).fill(1);

/** ⅛ ‖s⁺ − s⁻‖² of each pair of rows, [n/2]. */
const curvature = (model: TracedModel, tensors: Tensors): Tensor1D => {
  const s = model.score(tensors);
  const pairs = reshape<Tensor2D>(s, [s.shape[0] / 2, 4]);
  const half = (from: number): Tensor2D => slice(pairs, [0, from], [pairs.shape[0], 2]);
  return mul(0.125, squaredNorm(sub(half(0), half(2))));
};
/** The same for both rows. */
const pairwise = (model: TracedModel, tensors: Tensors): Tensor1D => {
  const each = curvature(model, tensors);
  return reshape<Tensor1D>(broadcastTo(reshape(each, [each.size, 1]), [each.size, 2]), [2 * each.size]);
};

describe('losses of a random network', () => {
  const sigma = 0.3;
  const [x, z] = [normal('x'), normal('z')];
  const y = x.map((value, k) => value + sigma * z[k]!);
  const noised = {
    y: column(y, 2),
    target: column(
      z.map((value) => -value / sigma),
      2,
    ),
    weight: column(ones(2 * n), 2),
  };

  test('row 22: DSM and LCSS differ by ½‖z‖²/σ² a sample; their gradients are equal', async () => {
    const denoise = (await lossesOf(created(dsm), network, shapes, noised))(parameters);
    const stein = (await lossesOf(created(lcss), network, shapes, noised))(parameters);
    const constant = Array.from({ length: n }, (_, i) => (z[2 * i]! ** 2 + z[2 * i + 1]! ** 2) / (2 * sigma ** 2));
    const rounding = { rtol: 1e-12, atol: 1e-12 };
    assertAllClose(
      'losses',
      stein.rows.map((loss, i) => loss + constant[i]!),
      denoise.rows,
      rounding,
    );
    assertAllClose('gradients', stein.gradient, denoise.gradient, rounding);
  });

  /** Rows (+, −) of each sample along z. */
  const pairs = (along: Float64Array, step: number) => {
    const y = new Float64Array(4 * n);
    const v = new Float64Array(4 * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < 2; j++) {
        y[4 * i + j] = x[2 * i + j]! + step * along[2 * i + j]!;
        y[4 * i + 2 + j] = x[2 * i + j]! - step * along[2 * i + j]!;
        v[4 * i + j] = along[2 * i + j]!;
        v[4 * i + 2 + j] = along[2 * i + j]!;
      }
    }
    return { y, v, weight: column(ones(4 * n), 2) };
  };

  test('row 28: an antithetic LCSS pair is FD-SSM along σz plus ⅛‖s⁺ − s⁻‖²', async () => {
    const { y, v, weight } = pairs(z, sigma);
    const signs = v.map((value, k) => (k % 4 < 2 ? -value : value) / sigma);
    const stein = await lossesOf(created(lcss), network, shapes, { y: column(y, 2), target: column(signs, 2), weight });
    const differences = await lossesOf(created(fdSsm), network, shapes, {
      y: column(y, 2),
      weight,
      shift: column(
        v.map((value) => sigma * value),
        2,
      ),
      factor: column(new Float64Array(2 * n).fill(sigma ** -2), 0),
    });
    const bend = await lossesOf({ perSample: pairwise }, network, shapes, { y: column(y, 2) });
    const [a, b, c] = [stein(parameters), differences(parameters), bend(parameters)];
    const rounding = { rtol: 1e-12, atol: 1e-12 };
    assertAllClose(
      'losses of pairs',
      Array.from({ length: n }, (_, i) => 0.5 * (a.rows[2 * i]! + a.rows[2 * i + 1]!)),
      Array.from({ length: n }, (_, i) => b.rows[2 * i]! + c.rows[2 * i]!),
      rounding,
    );
    assertAllClose(
      'gradients',
      a.gradient,
      b.gradient.map((value, k) => value + c.gradient[k]!),
      rounding,
    );
  });

  test('row 57: FD-SSM tends to SSM-VR as ε²', async () => {
    const unit = normal('u');
    const sphere = unit.map((value, k) => {
      const at = k - (k % 2);
      return (Math.SQRT2 * value) / Math.hypot(unit[at]!, unit[at + 1]!);
    });
    const along = { 'along/0/v': column(sphere, 2), 'along/0/y': column(sphere, 2) };
    const limit = (
      await lossesOf(created(ssmVr), network, shapes, { y: column(x, 2), weight: column(ones(2 * n), 2), ...along })
    )(parameters).value;
    const gap = async (epsilon: number): Promise<number> => {
      const { y, v, weight } = pairs(sphere, epsilon / Math.SQRT2);
      const arrays = {
        y: column(y, 2),
        weight,
        shift: column(
          v.map((value) => (epsilon / Math.SQRT2) * value),
          2,
        ),
        factor: column(new Float64Array(2 * n).fill(2 / epsilon ** 2), 0),
      };
      return Math.abs((await lossesOf(created(fdSsm), network, shapes, arrays))(parameters).value - limit);
    };
    const slope = Math.log2((await gap(0.1)) / (await gap(0.05)));
    expect(Math.abs(slope - 2)).toBeLessThan(0.2); // the table's
  });
});

describe('affine scores on N(μ, C), expectations in closed form', () => {
  const mean = [1, -0.5];
  const root = [Math.sqrt(1.5), 0.6 / Math.sqrt(1.5), Math.sqrt(0.8 - 0.36 / 1.5)] as const;
  /** μ + L z */
  const draw = (z: readonly number[]): readonly number[] => [
    mean[0]! + root[0] * z[0]!,
    mean[1]! + root[1] * z[0]! + root[2] * z[1]!,
  ];
  const found = async (
    objective: Objective,
    rows: readonly { share: number; [name: string]: readonly number[] | number }[],
  ) => {
    const named = Object.keys(rows[0]!).filter((name) => name !== 'share');
    const flat = (name: string): NamedArray => {
      const values = rows.map((row) => row[name]!);
      const width = typeof values[0] === 'number' ? 0 : values[0]!.length;
      return column(values.flat() as number[], width);
    };
    const share = Float64Array.from(rows, (row) => row.share);
    return affineMinimum(objective, Object.fromEntries(named.map((name) => [name, flat(name)])), share);
  };
  const weight = [1, 1];
  const points = gaussHermite(2).map(({ at, share }) => ({ y: draw(at), share }));
  const signs = [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ];
  const digits = { atol: 1e-6 }; // the table's
  const precision = [0.952381, -0.714286, -0.714286, 1.785714];

  const implicit: [string, Objective, () => readonly { share: number }[]][] = [
    [
      'ism',
      created(ism),
      () =>
        points.map(({ y, share }) => ({
          y,
          share,
          weight,
          'along/0/v': [1, 0],
          'along/0/y': [1, 0],
          'along/1/v': [0, 1],
          'along/1/y': [0, 1],
        })),
    ],
    ...([ssm, ssmVr] as const).map((definition): [string, Objective, () => readonly { share: number }[]] => [
      definition.id,
      created(definition),
      () =>
        points.flatMap(({ y, share }) =>
          signs.map((v) => ({ y, share: share / 4, weight, 'along/0/v': v, 'along/0/y': v })),
        ),
    ]),
    [
      'fd-ssm',
      created(fdSsm),
      () =>
        points.flatMap(({ y, share }) =>
          [
            [0.1, 0],
            [0, 0.1],
          ].flatMap((shift) =>
            [1, -1].map((sign) => ({
              y: y.map((x, j) => x + sign * shift[j]!),
              share: share / 4,
              weight,
              shift,
              factor: 200,
            })),
          ),
        ),
    ],
  ];
  test.each(implicit)('row 23: %s finds the precision, and its minimum is −½ tr C⁻¹', async (_id, objective, rows) => {
    const { K, c, minimum } = await found(objective, rows());
    assertAllClose('K', K, precision, digits);
    assertAllClose('c', c, [1.309524, -1.607143], digits); // C⁻¹ μ
    expect(Math.abs(minimum + 1.3690476)).toBeLessThan(1e-6);
  });

  const sigma = 0.3;
  const noised = gaussHermite(4).map(({ at, share }) => {
    const z = at.slice(2);
    return { y: draw(at).map((x, j) => x + sigma * z[j]!), target: z.map((value) => -value / sigma), weight, share };
  });
  test.each([
    ['dsm', created(dsm), 1, 9.9358671],
    ['lcss', created(lcss), 1, -1.1752441],
    ['lcss with γ = 2', created(lcss, { gamma: 2 }), 2, -4.7009762],
  ] as const)('rows 24, 25: %s', async (_id, objective, gamma, least) => {
    const { K, minimum } = await found(objective, noised);
    const smoothed = [0.843522, -0.568666, -0.568666, 1.506966];
    assertAllClose(
      'K',
      K,
      smoothed.map((k) => gamma * k),
      { atol: gamma * 1e-6 },
    );
    expect(Math.abs(minimum - least)).toBeLessThan(1e-6);
  });
});
