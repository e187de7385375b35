/**
 * Rearranging and reducing. All but Max are linear, so the pullbacks are their adjoints: of a sum the copy, of a concatenation the slices, of a slice the
 * padding by zeros, of a permutation its inverse.
 */
import { Concat, Max, PadV2, Reshape, Slice, Sum, type Tensor, Transpose } from '@tensorflow/tfjs-core';
import { div, equal, indicator, mul } from '../operators/elementwise.js';
import { keptShape, max, sum } from '../operators/reductions.js';
import { broadcastTo, pad, reshape, slice, transpose } from '../operators/shapes.js';
import { declare, listFrom } from './registry.js';

declare(Reshape, [], (dy, _saved, attributes) => ({ x: () => reshape(dy, listFrom(attributes, 'xShape')) }));

declare(Transpose, [], (dy, _saved, attributes) => {
  const order = listFrom(attributes, 'perm');
  return {
    x: () =>
      transpose(
        dy,
        order.map((_, i) => order.indexOf(i)),
      ),
  };
});

declare(Slice, [], (dy, _saved, attributes) => {
  const begin = listFrom(attributes, 'begin');
  const after = listFrom(attributes, 'xShape').map((length, i) => length - begin[i]! - dy.shape[i]!);
  return { x: () => pad(dy, begin, after) };
});

declare(PadV2, [], (dy, _saved, attributes) => ({
  x: () => slice(dy, listFrom(attributes, 'before'), listFrom(attributes, 'xShape')),
}));

declare(Concat, [], (dy, _saved, attributes) => {
  const lengths = listFrom(attributes, 'lengths');
  const along = (value: number) => dy.shape.map((length, i) => (i === attributes.axis ? value : length));
  const before = (part: number) => lengths.slice(0, part).reduce((total, length) => total + length, 0);
  const begin = (part: number) => dy.shape.map((_, i) => (i === attributes.axis ? before(part) : 0));
  return Object.fromEntries(lengths.map((length, part) => [part, () => slice(dy, begin(part), along(length))]));
});

declare(Sum, [], (dy, _saved, attributes) => {
  const shape = listFrom(attributes, 'xShape');
  return { x: () => broadcastTo(reshape(dy, keptShape(shape, listFrom(attributes, 'axis'))), shape) };
});

declare(Max, ['x'], (dy, saved, attributes) => {
  const x = saved[0]!;
  const axes = listFrom(attributes, 'reductionIndices');
  const kept = (reduced: Tensor) => reshape(reduced, keptShape(x.shape, axes));
  return {
    x: () => {
      const largest = indicator(equal(x, kept(max(x, axes))));
      return mul(largest, kept(div(dy, sum(largest, axes))));
    },
  };
});
