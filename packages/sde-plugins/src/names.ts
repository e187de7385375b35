/** Names of coordinates that come in a row: q alone, or q1, q2, … */
export const namesOf = (letter: string, n: number): readonly string[] =>
  n === 1 ? [letter] : Array.from({ length: n }, (_, j) => `${letter}${j + 1}`);

/** x1, y1, x2, y2, … of N particles in the plane. */
export const particleNames = (particles: number): readonly string[] =>
  Array.from({ length: particles }, (_, i) => [`x${i + 1}`, `y${i + 1}`]).flat();
