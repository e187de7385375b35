/**
 * Is the slope of a network continuous along a line? For s on points of spacing h,
 *
 *     D(h) = max |s(u + h) − 2 s(u) + s(u − h)|/h
 *
 * is of order h where s has a bounded second derivative, and stays at the jump of the slope where it has a kink. Measured as log₄(D(h)/D(h/4)): 1 and 0.
 */
import type { DeviceBatch } from '../contracts/device.js';
import type { ModelContext, Params } from '../contracts/model.js';
import { assertWithin, type Check } from './contract.js';

const reach = 2;
const points = 1024;
/** Between a kink's 0 and 1; float32 leaves 1e-4 in D(h/4). */
const limit = 0.5;
const rounding = 2e-3;

export const smoothnessCheck = (
  forward: (params: Params, batch: DeviceBatch) => Promise<Float64Array>,
  params: Params,
  { arrays }: DeviceBatch,
  { dim, outputDim }: ModelContext,
): Check => ({
  name: 'smoothness: the slope of the score in y is continuous',
  async run() {
    const n = points + 1;
    const repeat = (data: Float64Array, width: number): Float64Array =>
      Float64Array.from({ length: n * width }, (_, k) => data[k % width]!);
    const widths = Object.entries(arrays).map(([name, { data, shape }]) => ({ name, data, shape, width: data.length }));
    const line: DeviceBatch = {
      n,
      arrays: Object.fromEntries(
        widths.map(({ name, data, shape }) => {
          const width = shape.reduce((size, extent) => size * extent, 1);
          return [name, { data: repeat(data, width), shape }];
        }),
      ),
    };
    const y = line.arrays.y!.data;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < dim; j++) y[i * dim + j]! += ((i / points - 0.5) * 2 * reach) / Math.sqrt(dim);
    }
    const s = await forward(params, line);
    const bend = (stride: number): number => {
      const h = (stride * 2 * reach) / points;
      let most = 0;
      for (let i = stride; i + stride < n; i++) {
        for (let c = 0; c < outputDim; c++) {
          const at = (k: number): number => s[k * outputDim + c]!;
          most = Math.max(most, Math.abs(at(i + stride) - 2 * at(i) + at(i - stride)) / h);
        }
      }
      return most;
    };
    const [coarse, fine] = [bend(32), bend(8)];
    const order = fine < rounding ? 1 : Math.log(coarse / fine) / Math.log(4);
    return assertWithin({ what: 'order of the bend', value: order, limit, side: 'least' });
  },
});
