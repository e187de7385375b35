/**
 * Spans of noise columns as `NoiseRange`: coordinates where the span is one of coordinates, else an orthonormal basis [d, rank], row-major.
 */
import type { NoiseRange } from '../contracts/capabilities.js';

export const coordinateRange = (coordinates: readonly number[]): NoiseRange => ({
  rank: coordinates.length,
  basis: 'coordinates',
  coordinates,
});
export const allCoordinates = (d: number): NoiseRange => coordinateRange(Array.from({ length: d }, (_, j) => j));
export const noCoordinates: NoiseRange = coordinateRange([]);

/** The span of `vectors` of R^d. */
export const spanOf = (d: number, vectors: readonly Float64Array[]): NoiseRange => {
  const touched = allIndices(d).filter((i) => vectors.some((vector) => vector[i] !== 0));
  const basis = orthonormalise(vectors);
  if (basis.length === touched.length) return coordinateRange(touched);
  const columns = new Float64Array(d * basis.length);
  basis.forEach((vector, c) => {
    for (let i = 0; i < d; i++) columns[i * basis.length + c] = vector[i]!;
  });
  return { rank: basis.length, basis: columns };
};

/** The span of the columns of matrices [rows, columns], row-major. */
export const columnRange = (rows: number, columns: number, matrices: readonly Float64Array[]): NoiseRange =>
  spanOf(
    rows,
    matrices.flatMap((matrix) =>
      Array.from({ length: columns }, (_, j) => Float64Array.from(allIndices(rows), (i) => matrix[i * columns + j]!)),
    ),
  );

const allIndices = (d: number): number[] => Array.from({ length: d }, (_, i) => i);

/** Modified Gram–Schmidt with pivoting; vectors below 1e-10 of the longest count as dependent. */
export const orthonormalise = (vectors: readonly Float64Array[]): Float64Array[] => {
  const rest = vectors.map((vector) => vector.slice());
  const basis: Float64Array[] = [];
  const largest = Math.max(0, ...rest.map(squaredLength));
  while (rest.length > 0) {
    let best = 0;
    for (let c = 1; c < rest.length; c++) if (squaredLength(rest[c]!) > squaredLength(rest[best]!)) best = c;
    const vector = rest.splice(best, 1)[0]!;
    if (!(squaredLength(vector) > 1e-20 * largest)) break;
    for (const b of basis) subtractAlong(vector, b);
    const length = Math.sqrt(squaredLength(vector));
    const unit = vector.map((x) => x / length);
    basis.push(unit);
    for (const other of rest) subtractAlong(other, unit);
  }
  return basis;
};
const squaredLength = (v: Float64Array): number => v.reduce((sum, x) => sum + x * x, 0);
const subtractAlong = (v: Float64Array, unit: Float64Array): void => {
  let along = 0;
  for (let i = 0; i < v.length; i++) along += v[i]! * unit[i]!;
  for (let i = 0; i < v.length; i++) v[i]! -= along * unit[i]!;
};
