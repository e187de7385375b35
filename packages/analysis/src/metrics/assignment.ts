/**
 * The linear assignment problem:  min over permutations π of  Σ_i C[i, π(i)],  C [n, n] row-major.
 *
 * Shortest augmenting paths with dual potentials (Jonker & Volgenant 1987; Kuhn–Munkres in O(n³)): rows are assigned one by one, each along the cheapest alternating
 * path in reduced costs C[i, j] − u[i] − v[j] ≥ 0. Exact up to rounding; O(n) memory beside C.
 */

/** π as column of each row. Costs must be finite. */
export function assign(n: number, C: Float64Array): Int32Array {
  // Column n stands for "the row being inserted", so that the path search needs no special case.
  const u = new Float64Array(n);
  const v = new Float64Array(n + 1);
  const rowOf = new Int32Array(n + 1).fill(-1);
  const before = new Int32Array(n);
  const shortest = new Float64Array(n);
  const visited = new Uint8Array(n + 1);
  for (let row = 0; row < n; row++) {
    shortest.fill(Number.POSITIVE_INFINITY);
    visited.fill(0);
    rowOf[n] = row;
    let column = n;
    while (rowOf[column]! >= 0) {
      visited[column] = 1;
      const i = rowOf[column]!;
      let least = Number.POSITIVE_INFINITY;
      let next = -1;
      for (let j = 0; j < n; j++) {
        if (visited[j] === 1) continue;
        const reduced = C[i * n + j]! - u[i]! - v[j]!;
        if (reduced < shortest[j]!) {
          shortest[j] = reduced;
          before[j] = column;
        }
        if (shortest[j]! < least) {
          least = shortest[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= n; j++) {
        if (visited[j] === 1) {
          u[rowOf[j]!]! += least;
          v[j]! -= least;
        } else if (j < n) shortest[j]! -= least;
      }
      column = next;
    }
    while (column !== n) {
      rowOf[column] = rowOf[before[column]!]!;
      column = before[column]!;
    }
  }
  const columnOf = new Int32Array(n);
  for (let j = 0; j < n; j++) columnOf[rowOf[j]!] = j;
  return columnOf;
}
