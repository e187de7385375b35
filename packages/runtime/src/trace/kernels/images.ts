/** Tiles of pixels in images [n, h, w, c]: an image is [n, h/f, f, w/g, g, c], so that averages and copies act on axes 2 and 4. */
import { fail } from '@fokker/core';
import { mul } from '../../graph/arithmetic.js';
import { expand } from '../../graph/broadcast.js';
import type { Builder } from '../../graph/builder.js';
import { sum } from '../../graph/reductions.js';
import { reshape } from '../../graph/shapes.js';
import type { Value } from '../../graph/value.js';
import type { Attributes, Kernels } from './kernel.js';

type Tile = readonly [number, number];
type Shape4D = [number, number, number, number];

const refuse = (got: string, expected: string, instead: string): never =>
  fail('E_TRACE_OPERATION', {
    summary: 'an operation on images cannot be compiled as it was called',
    got,
    expected,
    tryThis: [instead, 'training.device: wasm or cpu, which run every operation'],
  });

/** Σ over tiles of f × g pixels. */
const sumTiles = (b: Builder, x: Value, [f, g]: Tile): Value => {
  const [n, h, w, c] = x.shape as Shape4D;
  return sum(b, reshape(b, x, [n, h / f, f, w / g, g, c]), [2, 4]);
};

/** Each pixel f × g times. */
const spreadTiles = (b: Builder, x: Value, [f, g]: Tile): Value => {
  const [n, h, w, c] = x.shape as Shape4D;
  return reshape(b, expand(b, reshape(b, x, [n, h, 1, w, 1, c]), [n, h, f, w, g, c]), [n, h * f, w * g, c]);
};

const poolTile = (image: Value, { list }: Attributes): Tile => {
  const [f, g] = [list('filterSize')[0]!, list('filterSize').at(-1)!];
  const [down, across] = [list('strides')[0]!, list('strides').at(-1)!];
  const [, h, w] = image.shape as Shape4D;
  if (f !== down || g !== across || h % f !== 0 || w % g !== 0) {
    const got = `windows of ${f} × ${g} pixels at strides ${down} × ${across} on ${h} × ${w}`;
    return refuse(got, 'windows that tile the image', 'avgPool of @fokker/ops');
  }
  return [f, g];
};

const resizeTile = (small: Value, large: readonly number[], { flag }: Attributes): Tile => {
  const [, h, w] = small.shape as Shape4D;
  const [f, g] = [large[0]! / h, large[1]! / w];
  if (!Number.isInteger(f) || !Number.isInteger(g) || flag('alignCorners')) {
    const got = `${h} × ${w} pixels to ${large.join(' × ')}${flag('alignCorners') ? ', corners aligned' : ''}`;
    return refuse(got, 'whole copies of each pixel', 'upsample of @fokker/ops');
  }
  return [f, g];
};

export const imageKernels: Kernels = {
  AvgPool: (b, { x }, attributes) => {
    const tile = poolTile(x!, attributes);
    return mul(b, sumTiles(b, x!, tile), b.splat(1 / (tile[0] * tile[1]), []));
  },
  AvgPoolGrad: (b, { dy, input }, attributes) => {
    const tile = poolTile(input!, attributes);
    return spreadTiles(b, mul(b, dy!, b.splat(1 / (tile[0] * tile[1]), [])), tile);
  },
  ResizeNearestNeighbor: (b, { images }, attributes) =>
    spreadTiles(b, images!, resizeTile(images!, attributes.list('size'), attributes)),
  ResizeNearestNeighborGrad: (b, { dy, images }, attributes) =>
    sumTiles(b, dy!, resizeTile(images!, dy!.shape.slice(1, 3), attributes)),
};
