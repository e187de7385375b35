/** An estimate at every time of a context: all read their streams side by side, so that one simulation serves them, in memory that does not grow with n. */
import type { Batch, Key, QuantityContext } from '@fokker/core';

export const atTimes = <T>(
  context: QuantityContext,
  estimate: (
    at: { readonly t: number; readonly states: AsyncIterable<Batch>; readonly key: Key },
    /** One more reader of the same states. */
    again: () => AsyncIterable<Batch>,
  ) => Promise<T>,
): Promise<T[]> => {
  const stream = context.streams();
  return Promise.all(
    context.times.map((t, k) =>
      estimate({ t, states: stream(t), key: context.key.at('estimate', k) }, () => stream(t)),
    ),
  );
};

/** A curve of estimates over time. */
export const curve = <T extends { readonly t: number }>(
  name: string,
  points: readonly T[],
  value: (point: T) => { readonly value: number; readonly low: number; readonly high: number } | undefined,
) => ({
  name,
  points: points
    .flatMap((point) => {
      const estimate = value(point);
      return estimate === undefined ? [] : [{ x: point.t, y: estimate.value, low: estimate.low, high: estimate.high }];
    })
    .sort((a, b) => a.x - b.x),
});
