/**
 * A small convolutional network for scores of square images [size, size, c], flattened to d = size² c.
 *
 *     level l = 0 … L − 1 has channels·2^l channels on (size/2^l)² pixels
 *
 *     x ─ 3×3 ─ block ─┬─ halve ─ block ─┬─ halve ─ … ─ block
 *                      │                 │                │
 *     s ─ 3×3 ─ block ─┴─ double ─ block ┴─ double ─ …  ──┘        ┴ joins channels
 *
 *     block(x, e) = C₂ a(N(C₁ a(N x) + W e)) + x′       N group normalisation, a = silu, C₁, C₂ 3×3 convolutions, e the embedded time,
 *                                                       x′ = x, by a 1×1 convolution where the number of channels changes
 *     s = gain(t) · (last convolution)                  [n, d]
 *
 * Initial weights N(0, 1/fan-in); C₂ of each block and the last convolution are zero, so blocks start as x′ and training from s = 0. Row i of an array is a function of
 * (key, name, i) alone. Features of the process are not read.
 *
 * Throws E_INCOMPATIBLE where the process is not one of such images with noise on every pixel.
 */
import {
  defineModel,
  fail,
  fillNormal,
  type Key,
  type ModelContext,
  type Params,
  sizeOf,
  type TensorMap,
} from '@fokker/core';
import {
  add,
  avgPool,
  concat,
  conv2d,
  groupNorm,
  matMul,
  mul,
  reshape,
  silu,
  type Tensor,
  type Tensor2D,
  upsample,
} from '@fokker/ops';
import { z } from 'zod';
import { layOut, type NamedShape } from './layout.js';
import { timeEmbedding } from './time-embedding.js';

const options = z
  .strictObject({
    size: z.int().min(2).max(256).describe('pixels along an edge'),
    channels: z.int().min(1).max(512).default(32).describe('channels of the first level'),
    levels: z
      .int()
      .min(1)
      .max(6)
      .default(2)
      .describe('L, each with half the edge and twice the channels of the one before'),
    groups: z.int().min(1).max(64).default(4).describe('groups of the normalisation'),
    timeFrequencies: z.int().min(0).max(64).default(8).describe('K, waves of the time embedding'),
    highestFrequency: z.number().min(1).default(64).describe('Ω, radians over the span of the fastest wave'),
  })
  .refine(({ size, levels }) => size % 2 ** (levels - 1) === 0, {
    path: ['size'],
    error: 'the edge is halved between levels: a multiple of 2^(levels − 1)',
  })
  .refine(({ channels, groups }) => channels % groups === 0, {
    path: ['channels'],
    error: 'channels are normalised in groups: a multiple of groups',
  });

const coloursIn = (size: number, { dim, outputDim }: ModelContext): number => {
  const colours = dim / size ** 2;
  if (Number.isInteger(colours) && outputDim === dim) return colours;
  return fail('E_INCOMPATIBLE', {
    summary: `a network for images of ${size} × ${size} does not fit the process`,
    got: `${dim} coordinates, noise in ${outputDim} of them`,
    expected: `a multiple of ${size ** 2} coordinates with noise in all`,
    tryThis: ['model.size: the edge of the images', 'model.id: mlp'],
  });
};

/** A block's place in the network, and its channels. */
interface Block {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const initialise = (arrays: readonly NamedShape[], key: Key): Params => {
  const { layout, length } = layOut(arrays);
  const data = new Float32Array(length);
  for (const { name, shape, offset } of layout) {
    const count = sizeOf(shape);
    if (name.endsWith('/scale')) data.fill(1, offset, offset + count);
    const zero = name === 'output/weight' || name.endsWith('second/weight');
    if (zero || !name.endsWith('/weight')) continue;
    const outputs = shape.at(-1)!;
    const fanIn = count / outputs;
    const draws = new Float64Array(count);
    fillNormal(key.at('unet', name), 0, fanIn, outputs, draws);
    const deviation = Math.sqrt(1 / fanIn);
    for (let i = 0; i < count; i++) data[offset + i] = deviation * draws[i]!;
  }
  return { layout, data };
};

export const unet = defineModel({
  id: 'unet',
  summary: 'small convolutional network for square images',
  options,
  smoothness: () => Number.POSITIVE_INFINITY, // SiLU throughout
  create({ size, channels, levels, groups, timeFrequencies, highestFrequency }, context) {
    const colours = coloursIn(size, context);
    const time = timeEmbedding(timeFrequencies, highestFrequency);
    const embedding = 4 * channels;
    const width = (level: number): number => channels * 2 ** level;
    const down = Array.from(
      { length: levels },
      (_, l): Block => ({ name: `down${l}`, from: l === 0 ? channels : width(l - 1), to: width(l) }),
    );
    const up = Array.from(
      { length: levels - 1 },
      (_, l): Block => ({ name: `up${l}`, from: width(l) + width(l + 1), to: width(l) }),
    );

    const norm = (name: string, c: number): NamedShape[] => [
      { name: `${name}/scale`, shape: [c] },
      { name: `${name}/shift`, shape: [c] },
    ];
    const affine = (name: string, shape: readonly number[]): NamedShape[] => [
      { name: `${name}/weight`, shape },
      { name: `${name}/bias`, shape: [shape.at(-1)!] },
    ];
    const arrays = [
      ...affine('time', [time.dim, embedding]),
      ...affine('input', [3, 3, colours, channels]),
      ...[...down, ...up].flatMap(({ name, from, to }) => [
        ...norm(`${name}/norm1`, from),
        ...affine(`${name}/first`, [3, 3, from, to]),
        ...affine(`${name}/time`, [embedding, to]),
        ...norm(`${name}/norm2`, to),
        ...affine(`${name}/second`, [3, 3, to, to]),
        ...(from === to ? [] : affine(`${name}/skip`, [1, 1, from, to])),
      ]),
      ...norm('norm', channels),
      ...affine('output', [3, 3, channels, colours]),
    ];

    const apply = (params: TensorMap, { y, t, gain }: TensorMap): Tensor2D => {
      const n = y!.shape[0]!;
      const linear = (name: string, x: Tensor): Tensor =>
        add(matMul(x, params[`${name}/weight`]!), params[`${name}/bias`]!);
      const convolve = (name: string, x: Tensor): Tensor =>
        add(conv2d(x, params[`${name}/weight`]!), params[`${name}/bias`]!);
      const active = (name: string, x: Tensor): Tensor =>
        silu(groupNorm(x, groups, params[`${name}/scale`]!, params[`${name}/shift`]!));
      const e = silu(linear('time', time.apply(t!)));
      const block = ({ name, from, to }: Block, x: Tensor): Tensor => {
        const shift = reshape(linear(`${name}/time`, e), [n, 1, 1, to]);
        const inner = add(convolve(`${name}/first`, active(`${name}/norm1`, x)), shift);
        const outer = convolve(`${name}/second`, active(`${name}/norm2`, inner));
        return add(outer, from === to ? x : convolve(`${name}/skip`, x));
      };

      let h = block(down[0]!, convolve('input', reshape(y!, [n, size, size, colours])));
      const passed = [h];
      for (const part of down.slice(1)) {
        h = block(part, avgPool(h, 2));
        passed.push(h);
      }
      for (let l = levels - 2; l >= 0; l--) h = block(up[l]!, concat([passed[l]!, upsample(h, 2)], 3));
      const s = convolve('output', active('norm', h));
      return mul(reshape<Tensor2D>(s, [n, context.dim]), reshape(gain!, [n, 1]));
    };
    return { kind: 'score', init: (key) => initialise(arrays, key), apply };
  },
});
