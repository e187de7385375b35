/** Where paths of a quantity begin: the data at the start of the span, or states simulated to a later time, kept as an array. */
import type { Batch, Dataset, QuantityContext } from '@fokker/core';

export async function pathsFrom(
  { sde, data, n, streams }: QuantityContext,
  from: number,
): Promise<Pick<Dataset, 'draw'>> {
  if (from === sde.span.t0) return data;
  const states = await collected(streams([from])(from), n, sde.dim);
  return {
    draw(_key, first, out) {
      out.data.set(states.data.subarray(first * sde.dim, (first + out.n) * sde.dim));
    },
  };
}

/** A stream as one batch of at most n rows. */
export async function collected(stream: AsyncIterable<Batch>, n: number, d: number): Promise<Batch> {
  const data = new Float64Array(n * d);
  let at = 0;
  for await (const batch of stream) {
    data.set(batch.data.subarray(0, Math.min(batch.n * d, data.length - at)), at);
    at += batch.n * d;
    if (at >= data.length) break;
  }
  return { data, n, d };
}
