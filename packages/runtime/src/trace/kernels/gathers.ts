/** Rows picked by number, and rows added up by number: each is the gradient of the other. */
import { fail } from '@fokker/core';
import { cast } from '../../graph/arithmetic.js';
import { reshape } from '../../graph/shapes.js';
import { sizeOf } from '../../graph/value.js';
import type { Kernels } from './kernel.js';

export const gatherKernels: Kernels = {
  GatherV2: (b, { x, indices }, { number }) => {
    if (number('batchDims', 0) !== 0) {
      return fail('E_TRACE_OPERATION', {
        summary: 'a gather cannot be compiled as it was called',
        got: `batchDims ${number('batchDims')}`,
        expected: 'the same rows for the whole batch',
        tryThis: ['a product with a one-hot matrix', 'training.device: wasm or cpu, which run every operation'],
      });
    }
    const at = number('axis', 0);
    const axis = at < 0 ? at + x!.shape.length : at;
    const shape = [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)];
    if (x!.kind === 'splat') return b.splat(x!.number, shape, x!.dtype);
    return b.operation('Gather', [x!, cast(b, indices!, 'int64')], { axis: { int: axis } }, shape, x!.dtype);
  },
  UnsortedSegmentSum: (b, { x, segmentIds }, { number }) => {
    const ids = segmentIds!.shape;
    const shape = [number('numSegments'), ...x!.shape.slice(ids.length)];
    const places = reshape(b, cast(b, segmentIds!, 'int64'), [sizeOf(ids), 1]);
    const rows = reshape(b, x!, [sizeOf(ids), ...shape.slice(1)]);
    const attributes = { reduction: { string: 'add' } };
    return b.operation('ScatterND', [b.splat(0, shape, x!.dtype), places, rows], attributes, shape, x!.dtype);
  },
};
