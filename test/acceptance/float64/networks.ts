/** Small networks for losses in float64. */
import type { Parameters, Shapes } from './losses.js';

/** One hidden layer. */
export const perceptronShapes = (inputs: number, hidden: number, outputs: number): Shapes => ({
  w1: [inputs, hidden],
  b1: [hidden],
  w2: [hidden, outputs],
  b2: [outputs],
});

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, extent) => size * extent, 1);

/** Scattered numbers in (−1, 1), the same every time. */
export const scattered = (shapes: Shapes): Parameters =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], k) => [
      name,
      Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(12.9898 * (i + 1) + k)),
    ]),
  );
