/**
 * The whitelist: every operation an expression may hold, with its value, its derivatives, its JavaScript and its LaTeX. Nothing else can be called.
 *
 *     abs′ = sign,   sign′ = step′ = 0,   step(0) = ½,   max(a, b) has slope ½ along both where a = b      (at kinks: the mean of both sides)
 */
import type { Algebra } from './algebra.js';
import type { Node } from './node.js';

type Operator = 'add' | 'sub' | 'mul' | 'div' | 'neg' | 'pow';
type Hyperbolic = 'sinh' | 'cosh' | 'tanh' | 'asinh' | 'acosh' | 'atanh';
type Trigonometric = 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan' | 'atan2';
type Kinked = 'abs' | 'sign' | 'step' | 'min' | 'max';
type FunctionName = 'sqrt' | 'cbrt' | 'exp' | 'expm1' | 'log' | 'log1p' | Trigonometric | Hyperbolic | Kinked;
export type Operation = Operator | FunctionName;

export interface Rule {
  readonly arity: number;
  value(...x: number[]): number;
  /** In operators, digits and Math functions of the arguments, which are variables or literals. */
  code(...x: string[]): string;
  /** ∂/∂(argument k). */
  partials: readonly ((algebra: Algebra, ...x: Node[]) => Node)[];
  /** Prints a call; absent for operators, which have precedence. */
  latex?: (...x: string[]) => string;
}

const named =
  (name: string) =>
  (...x: string[]): string =>
    `${name}\\left(${x.join(', ')}\\right)`;
/** A function of one argument that Math has by the same name. */
const unary = (
  name: FunctionName,
  value: (x: number) => number,
  partial: (a: Algebra, x: Node) => Node,
  latex: Rule['latex'] = named(`\\${name}`),
): Rule => ({ arity: 1, value, code: (x) => `Math.${name}(${x})`, partials: [partial], latex });

const stepValue = (x: number): number => (x > 0 ? 1 : x < 0 ? 0 : x === 0 ? 0.5 : Number.NaN);
const one = (a: Algebra): Node => a.number(1);
const square = (a: Algebra, x: Node): Node => a.pow(x, a.number(2));
const call = (a: Algebra, operation: Operation, ...x: Node[]): Node => a.call(operation, x);
const inverse = (a: Algebra, x: Node): Node => a.div(one(a), x);

const operators: Readonly<Record<Operator, Rule>> = {
  add: { arity: 2, value: (x, y) => x + y, code: (x, y) => `${x} + ${y}`, partials: [one, one] },
  sub: { arity: 2, value: (x, y) => x - y, code: (x, y) => `${x} - ${y}`, partials: [one, (a) => a.number(-1)] },
  mul: { arity: 2, value: (x, y) => x * y, code: (x, y) => `${x} * ${y}`, partials: [(_a, _x, y) => y, (_a, x) => x] },
  div: {
    arity: 2,
    value: (x, y) => x / y,
    code: (x, y) => `${x} / ${y}`,
    partials: [(a, _x, y) => inverse(a, y), (a, x, y) => a.neg(a.div(x, square(a, y)))],
  },
  neg: { arity: 1, value: (x) => -x, code: (x) => `-${x}`, partials: [(a) => a.number(-1)] },
  pow: {
    arity: 2,
    value: (x, y) => x ** y,
    code: (x, y) => `Math.pow(${x}, ${y})`,
    partials: [(a, x, y) => a.mul(y, a.pow(x, a.sub(y, one(a)))), (a, x, y) => a.mul(a.pow(x, y), call(a, 'log', x))],
  },
};

export const functions: Readonly<Record<FunctionName, Rule>> = {
  sqrt: unary(
    'sqrt',
    Math.sqrt,
    (a, x) => a.div(a.number(0.5), call(a, 'sqrt', x)),
    (x) => `\\sqrt{${x}}`,
  ),
  cbrt: unary(
    'cbrt',
    Math.cbrt,
    (a, x) => a.div(one(a), a.mul(a.number(3), square(a, call(a, 'cbrt', x)))),
    (x) => `\\sqrt[3]{${x}}`,
  ),
  exp: unary('exp', Math.exp, (a, x) => call(a, 'exp', x)),
  expm1: unary('expm1', Math.expm1, (a, x) => call(a, 'exp', x), named('\\operatorname{expm1}')),
  log: unary('log', Math.log, inverse),
  log1p: unary('log1p', Math.log1p, (a, x) => inverse(a, a.add(one(a), x)), named('\\operatorname{log1p}')),
  sin: unary('sin', Math.sin, (a, x) => call(a, 'cos', x)),
  cos: unary('cos', Math.cos, (a, x) => a.neg(call(a, 'sin', x))),
  tan: unary('tan', Math.tan, (a, x) => a.add(one(a), square(a, call(a, 'tan', x)))),
  asin: unary('asin', Math.asin, (a, x) => inverse(a, call(a, 'sqrt', a.sub(one(a), square(a, x)))), named('\\arcsin')),
  acos: unary(
    'acos',
    Math.acos,
    (a, x) => a.neg(inverse(a, call(a, 'sqrt', a.sub(one(a), square(a, x))))),
    named('\\arccos'),
  ),
  atan: unary('atan', Math.atan, (a, x) => inverse(a, a.add(one(a), square(a, x))), named('\\arctan')),
  sinh: unary('sinh', Math.sinh, (a, x) => call(a, 'cosh', x)),
  cosh: unary('cosh', Math.cosh, (a, x) => call(a, 'sinh', x)),
  tanh: unary('tanh', Math.tanh, (a, x) => a.sub(one(a), square(a, call(a, 'tanh', x)))),
  asinh: unary(
    'asinh',
    Math.asinh,
    (a, x) => inverse(a, call(a, 'sqrt', a.add(square(a, x), one(a)))),
    named('\\operatorname{asinh}'),
  ),
  acosh: unary(
    'acosh',
    Math.acosh,
    (a, x) => inverse(a, call(a, 'sqrt', a.sub(square(a, x), one(a)))),
    named('\\operatorname{acosh}'),
  ),
  atanh: unary('atanh', Math.atanh, (a, x) => inverse(a, a.sub(one(a), square(a, x))), named('\\operatorname{atanh}')),
  abs: unary(
    'abs',
    Math.abs,
    (a, x) => call(a, 'sign', x),
    (x) => `\\left|${x}\\right|`,
  ),
  sign: unary('sign', Math.sign, (a) => a.number(0), named('\\operatorname{sign}')),
  step: {
    arity: 1,
    value: stepValue,
    code: (x) => `(${x} > 0 ? 1 : ${x} < 0 ? 0 : ${x} - ${x} + 0.5)`,
    partials: [(a) => a.number(0)],
    latex: named('\\theta'),
  },
  min: {
    arity: 2,
    value: Math.min,
    code: (x, y) => `Math.min(${x}, ${y})`,
    partials: [(a, x, y) => call(a, 'step', a.sub(y, x)), (a, x, y) => call(a, 'step', a.sub(x, y))],
    latex: named('\\min'),
  },
  max: {
    arity: 2,
    value: Math.max,
    code: (x, y) => `Math.max(${x}, ${y})`,
    partials: [(a, x, y) => call(a, 'step', a.sub(x, y)), (a, x, y) => call(a, 'step', a.sub(y, x))],
    latex: named('\\max'),
  },
  atan2: {
    arity: 2,
    value: Math.atan2,
    code: (y, x) => `Math.atan2(${y}, ${x})`,
    partials: [
      (a, y, x) => a.div(x, a.add(square(a, x), square(a, y))),
      (a, y, x) => a.neg(a.div(y, a.add(square(a, x), square(a, y)))),
    ],
    latex: named('\\operatorname{atan2}'),
  },
};

/** Other names people know functions by. */
const aliases = { ln: 'log', heaviside: 'step', arctan: 'atan', arcsin: 'asin', arccos: 'acos' } as const;

const rules: Readonly<Record<Operation, Rule>> = { ...operators, ...functions };
export const ruleOf = (operation: Operation): Rule => rules[operation];
/** Functions by every name that formulas may use. */
export const functionNames: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ...(Object.keys(functions) as FunctionName[]).map((name) => [name, name] as const),
  ...Object.entries(aliases),
  ['pow', 'pow'],
]);
