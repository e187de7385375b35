/**
 * Suggestions for a misspelt name: candidates ordered by Levenshtein distance, the number of single-letter edits between two words.
 */

/** Edits between a and b, by the two-row recurrence D(i,j) = min(D(i−1,j) + 1, D(i,j−1) + 1, D(i−1,j−1) + [aᵢ ≠ bⱼ]). */
export const editDistance = (a: string, b: string): number => {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(row[j - 1]! + 1, above[j]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
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

/** The candidate that was probably meant: at most a third of its letters wrong. */
export const probablyMeant = (word: string, candidates: readonly string[]): string | undefined => {
  const [nearest] = byNearness(word, candidates);
  if (nearest === undefined) return undefined;
  return editDistance(word.toLowerCase(), nearest.toLowerCase()) <= Math.max(1, nearest.length / 3)
    ? nearest
    : undefined;
};
