/**
 * Frees the memory of arrays at once. The collector goes by the objects it sees, and those of arrays are small: buffers that a long training leaves behind would
 * pile up for thousands of steps.
 *
 * What is transferred to a port that is closed is detached here and arrives nowhere.
 */
import { MessageChannel } from 'node:worker_threads';

const nowhere = (() => {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  return port1;
})();

/** The arrays, and all others on their buffers, are empty afterwards. Only for arrays that are ours: memory of a library cannot be given away. */
export const discard = (arrays: Iterable<{ readonly buffer: ArrayBufferLike }>): void => {
  const buffers = new Set<ArrayBuffer>();
  for (const { buffer } of arrays) if (buffer instanceof ArrayBuffer && buffer.byteLength > 0) buffers.add(buffer);
  nowhere.postMessage(null, [...buffers]);
};
