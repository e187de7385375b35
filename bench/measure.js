/**
 * Ratios against a peer in the same run: both are timed in turn, round by round, so that whatever else the machine does meets both.
 *
 *     ratio  = median time of the peer / median time of ours        above 1: ours is ahead
 *     spread = interquartile range of the rounds' own ratios
 */

const quantile = (sorted, p) => {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
};
const ascending = (values) => [...values].sort((a, b) => a - b);
export const median = (values) => quantile(ascending(values), 0.5);

const milliseconds = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/**
 * `ours` and `peer`: work to time, or for a peer a fixed number of milliseconds. Gives medians in milliseconds, ratio and spread.
 */
export async function race({ ours, peer, rounds = 15, warmups = 2 }) {
  const timed = typeof peer === 'function' ? () => milliseconds(peer) : async () => peer;
  for (let i = 0; i < warmups; i++) {
    await milliseconds(ours);
    await timed();
  }
  const times = { ours: [], peer: [] };
  for (let i = 0; i < rounds; i++) {
    times.ours.push(await milliseconds(ours));
    times.peer.push(await timed());
  }
  const ratios = ascending(times.ours.map((time, i) => times.peer[i] / time));
  const [mine, theirs] = [median(times.ours), median(times.peer)];
  return {
    ours: mine,
    theirs,
    ratio: theirs / mine,
    spread: quantile(ratios, 0.75) - quantile(ratios, 0.25),
  };
}
