/**
 * Activations by name, with what may be asked of them.
 *
 * A loss that reads derivatives of the network up to order k − 1 in its inputs, differentiated in the parameters, takes derivatives of order k of the
 * activation φ. Descent is right when φ^(k−1) is continuous: where it jumps, so does the true loss as weights move a kink across a sample, and no
 * gradient sees a jump. So an activation with c continuous derivatives serves orders up to c + 1.
 *
 *     order 1   the loss reads the network's output (denoising objectives)
 *     order 2   it reads the divergence of a score network, or the score of an energy network
 */
import { customGrad, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { add, elu, erf, maximum, mul, relu, sigmoid, sin, softplus, sub, tanh } from './operators/elementwise.js';
import type { Unary } from './operators/kernel.js';

export interface Activation {
  readonly apply: Unary;
  /** Number c of continuous derivatives. */
  readonly continuousDerivatives: number;
  readonly formula: string;
}

const smooth = Number.POSITIVE_INFINITY;
const composed =
  (f: (x: Tensor) => Tensor): Unary =>
  <T extends Tensor>(x: T): T =>
    tidy(() => f(x) as T);

/** φ with a derivative φ′ of its own: pulled back as one factor, where the rules of products and sums would leave many terms. */
const withDerivative = (f: Unary, derivative: Unary): Unary =>
  customGrad((x, save) => {
    if (typeof save === 'function') save([x as Tensor]);
    return { value: f(x as Tensor), gradFunc: (dy: Tensor, [saved]: Tensor[]) => mul(dy, derivative(saved!)) };
  }) as Unary;

/** σ + h (1 − σ), h = x σ; and its derivative (1 − σ)(2 σ + 2 h (1 − σ) − h). */
const siluSlope: Unary = withDerivative(
  composed((x) => {
    const y = sigmoid(x);
    return add(y, mul(mul(x, y), sub(1, y)));
  }),
  composed((x) => mul(sub(1, sigmoid(x)), sub(mul(2, siluSlope(x)), silu(x)))),
);
/** x σ(x) */
export const silu: Unary = withDerivative(
  composed((x) => mul(x, sigmoid(x))),
  siluSlope,
);
/** x Φ(x), Φ the normal distribution function */
export const gelu = composed((x) => mul(mul(0.5, x), add(1, erf(mul(x, Math.SQRT1_2)))));
/** x tanh(log(1 + e^x)) */
export const mish = composed((x) => mul(x, tanh(softplus(x))));
/** max(x, 0.01 x) */
export const leakyRelu = composed((x) => maximum(x, mul(0.01, x)));

export const activations: Readonly<Record<string, Activation>> = {
  silu: { apply: silu, continuousDerivatives: smooth, formula: 'x σ(x)' },
  gelu: { apply: gelu, continuousDerivatives: smooth, formula: 'x Φ(x)' },
  mish: { apply: mish, continuousDerivatives: smooth, formula: 'x tanh(log(1 + eˣ))' },
  softplus: { apply: softplus, continuousDerivatives: smooth, formula: 'log(1 + eˣ)' },
  tanh: { apply: tanh, continuousDerivatives: smooth, formula: 'tanh x' },
  sigmoid: { apply: sigmoid, continuousDerivatives: smooth, formula: '1/(1 + e⁻ˣ)' },
  sin: { apply: sin, continuousDerivatives: smooth, formula: 'sin x' },
  elu: { apply: elu, continuousDerivatives: 1, formula: 'x for x > 0, eˣ − 1 below' },
  relu: { apply: relu, continuousDerivatives: 0, formula: 'max(x, 0)' },
  'leaky-relu': { apply: leakyRelu, continuousDerivatives: 0, formula: 'max(x, 0.01 x)' },
};
