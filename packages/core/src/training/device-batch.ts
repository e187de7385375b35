/** What a device gets of the targets of an objective: the arrays of the loss, with y and t as the network is shown them, and the directions with the tangents along them. */
import { type Batch, zeros } from '../contracts/batch.js';
import type { NoiseRange } from '../contracts/capabilities.js';
import type { DeviceBatch } from '../contracts/device.js';
import type { Targets } from '../contracts/objective.js';
import { liftRange } from '../linearise/range.js';
import { directionArrays, type NetworkInputs } from './network-inputs.js';

export const deviceBatch = (
  { n, arrays, directions = [] }: Targets,
  inputs: NetworkInputs,
  range: NoiseRange,
): DeviceBatch => {
  const y: Batch = { data: arrays.y.data, n, d: arrays.y.shape[0]! };
  const t = arrays.t.data;
  const along = directions.map(({ data }, k) => {
    const v: Batch = { data, n, d: range.rank };
    const w = zeros(n, y.d);
    liftRange(range, v, w);
    return directionArrays(inputs, y, t, k, { v, w });
  });
  return { n, arrays: Object.assign({}, arrays, inputs.of(y, t), ...along) };
};
