/**
 * The losses that training takes, on a perceptron and on an energy network, written in the operators alone: for tests of what compiles them.
 *
 *     dsm     ‖s + target‖²                                   first order
 *     lcss    s·slope + ½ ‖s‖²                                first order
 *     ssm     v·∇(s·v) + ½ ‖s‖²                               second order; third on an energy network
 *     fd-ssm  (s(y + εv) − s(y − εv))·v/(2ε) + ½ ‖s‖²         first order
 */
import {
  activations,
  add,
  dot,
  gradient,
  matMul,
  mean,
  mul,
  reshape,
  type Scalar,
  squaredNorm,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  valueAndGradient,
} from '@fokker/ops';
import { type Arrays, scattered, type Traced } from './compare.js';

type Score = (y: Tensor) => Tensor2D;
type Loss = (score: Score, batch: { y: Tensor; target: Tensor; v: Tensor }) => Tensor1D;

const half = (s: Tensor2D): Tensor1D => mul(0.5, squaredNorm(s));
const step = 0.1;

export const losses: Readonly<Record<string, Loss>> = {
  dsm: (score, { y, target }) => squaredNorm(add(score(y), target)),
  lcss(score, { y, target }) {
    const s = score(y);
    return add(dot(s, target), half(s));
  },
  ssm: (score, { y, v }) => add(dot(gradient((y: Tensor) => dot(score(y), v))(y), v), half(score(y))),
  'fd-ssm'(score, { y, v }) {
    const shift = mul(step, v);
    const difference: Tensor2D = sub(score(add(y, shift)), score(sub(y, shift)));
    return add(mul(1 / (2 * step), dot(difference, v)), half(score(y)));
  },
};

/** Two hidden layers; `outputs` is 1 for an energy. */
const network = (apply: (x: Tensor) => Tensor, p: readonly Tensor[], y: Tensor): Tensor => {
  const hidden = [0, 2].reduce((h, l) => apply(add(matMul(h, p[l]!), p[l + 1]!)), y);
  const last = matMul(hidden, p[4]!);
  return p[5] ? add(last, p[5]) : last;
};

const scores: Readonly<Record<string, (apply: (x: Tensor) => Tensor, p: readonly Tensor[]) => Score>> = {
  mlp: (apply, p) => (y) => network(apply, p, y) as Tensor2D,
  energy: (apply, p) => (y) => gradient((y: Tensor) => reshape(network(apply, p, y), [y.shape[0]!]))(y) as Tensor2D,
};

const [n, d, width] = [24, 3, 10];

/** Loss, mean and gradients of one step, with the arrays it reads. */
export const trainingCase = (model: string, loss: string, activation: string): { f: Traced; arrays: Arrays } => {
  const outputs = model === 'energy' ? 1 : d;
  const shapes = [
    [d, width],
    [width],
    [width, width],
    [width],
    [width, outputs],
    ...(model === 'energy' ? [] : [[outputs]]),
  ];
  const parameters = shapes.map((shape, i) => [`p${i}`, { shape, numbers: scattered(shape, i, -0.8, 0.8) }] as const);
  const batch = ['y', 'target', 'v'].map(
    (name, i) => [name, { shape: [n, d], numbers: scattered([n, d], 20 + i, -2, 2) }] as const,
  );
  const { apply } = activations[activation]!;
  return {
    arrays: Object.fromEntries([...parameters, ...batch]),
    f({ y, target, v, ...p }) {
      const evaluate = (...p: Tensor[]): Scalar =>
        mean(losses[loss]!(scores[model]!(apply, p), { y: y!, target: target!, v: v! }));
      const { value, gradients } = valueAndGradient(evaluate)(...Object.values(p));
      return { loss: value, ...Object.fromEntries(gradients.map((g, i) => [`gradient${i}`, g])) };
    },
  };
};
