/**
 * Suggestions for a misspelt name: candidates ordered by edit distance, the number of letters to insert, delete, replace or swap with their neighbour that
 * leads from one word to the other (optimal string alignment).
 */

/** D(i,j) = min(D(i−1,j) + 1, D(i,j−1) + 1, D(i−1,j−1) + [aᵢ ≠ bⱼ]), and D(i−2,j−2) + 1 where aᵢaᵢ₋₁ = bⱼ₋₁bⱼ; three rows at a time. */
export const editDistance = (a: string, b: string): number => {
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        row[j - 1]! + 1,
        above[j]! + 1,
        above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
        swapped ? twoAbove[j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    twoAbove = above;
    above = row;
  }
  return above[b.length]!;
};

/** All candidates, nearest first; equally near ones keep their order. */
export const byNearness = (word: string, candidates: readonly string[]): string[] =>
  candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate);

/** At most a third of the letters wrong, one in short words. */
const isNear = (word: string, candidate: string): boolean =>
  editDistance(word, candidate) <= Math.max(1, candidate.length / 3);

/** Is the word part of the candidate, or near one of its words: swimer of active-swimmer? Three letters or more. */
const isPart = (word: string, candidate: string): boolean =>
  word.length > 2 &&
  (candidate.includes(word) || candidate.split('-').some((each) => each.length > 2 && isNear(word, each)));

/** The candidate that was probably meant: the nearest if it is near, or the only one of which the word is a part. */
export const probablyMeant = (word: string, candidates: readonly string[]): string | undefined => {
  const [nearest] = byNearness(word, candidates);
  if (nearest === undefined) return undefined;
  const letters = word.toLowerCase();
  if (isNear(letters, nearest.toLowerCase())) return nearest;
  const holding = candidates.filter((candidate) => isPart(letters, candidate.toLowerCase()));
  return holding.length === 1 ? holding[0] : undefined;
};
