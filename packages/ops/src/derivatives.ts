/**
 * Derivatives of functions of tensors. Calls nest: the gradient of a function that contains a gradient is right, to any order.
 */
import { engine, type Scalar, type Tensor, type Tensor1D, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { add } from './operators/elementwise.js';
import { dot } from './operators/reductions.js';

/** y = f() and J_fᵀ w with respect to each tensor of `at`; zero where f does not read it. */
const pullback = <Y extends Tensor, X extends Tensor>(f: () => Y, at: readonly X[], w?: Y) =>
  tidy(() => {
    const { value, grads } = engine().gradients(f, [...at], w, true);
    const gradients = at.map((x, i) => (grads[i] as X | undefined) ?? zerosLike(x));
    return { value, gradients };
  });

/**
 * f and ∂f/∂p for each parameter p. A parameter that f does not read has gradient zero. The caller disposes of value and gradients.
 *
 *     const { value, gradients } = valueAndGradient((w, b) => loss(w, b))(w, b)
 */
export const valueAndGradient =
  <P extends Tensor>(f: (...params: P[]) => Scalar) =>
  (...params: P[]): { value: Scalar; gradients: P[] } =>
    pullback(() => f(...params), params);

/** x ↦ J_f(x)ᵀ w. Without w the sum of f's outputs is differentiated: row-wise gradients [n, d] of a function from rows [n, d] to numbers [n]. */
export const gradient =
  <X extends Tensor, Y extends Tensor>(f: (x: X) => Y) =>
  (x: X, w?: Y): X =>
    tidy(() => pullback(() => f(x), [x], w).gradients[0]!);

/**
 * v · Σ_x (∂f/∂x) ẋ of each row, [n]: the derivative of v · f along tangents ẋ of some of its arguments, f from rows to rows [n, r], v [n, r]. One pullback.
 *
 *     directional((given) => network(given), { y, t }, { y: w }, v)      v · (∂network/∂y) w
 */
export const directional = <X extends Tensor>(
  f: (given: Readonly<Record<string, X>>) => Tensor,
  given: Readonly<Record<string, X>>,
  tangents: Readonly<Record<string, X>>,
  v: Tensor,
): Tensor1D =>
  tidy(() => {
    const names = Object.keys(tangents);
    const at = names.map((name) => given[name]!);
    const { gradients } = pullback(() => f(given), at, v);
    const parts = names.map((name, i) => dot(gradients[i]!, tangents[name]!));
    return parts.reduce((total, part) => add(total, part));
  });
