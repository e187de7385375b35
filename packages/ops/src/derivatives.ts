/**
 * Derivatives of functions of tensors. Calls nest: the gradient of a function that contains a gradient is right, to any order.
 */
import { engine, type Scalar, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';

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
