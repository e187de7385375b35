/**
 * Factors out of sums of longer products. The derivative of a product of functions of x, say of x σ(x), arrives as
 *
 *     ȳ σ + (ȳ x)(σ (1 − σ))  →  ȳ (σ + (x σ)(1 − σ))
 *
 * where the shared factor is inside a product of products, and where part of what is left beside it is a value that the graph has anyway, here x σ.
 *
 * Both terms are taken apart as far as nobody else reads the products in between. Of the factors that they share the one is pulled out that leaves the fewest
 * products to compute.
 */
import { add, mul, sub } from '../arithmetic.js';
import { type Builder, isOperation } from '../builder.js';
import { type OperationValue, sameShape, type Value } from '../value.js';
import { countReaders, rebuild } from './rebuild.js';

interface Chain {
  readonly factors: readonly Value[];
  /** The products between them, which go when the chain is taken apart. */
  readonly inner: ReadonlySet<Value>;
}

const chainOf = (value: Value, free: (value: Value) => boolean): Chain => {
  const factors: Value[] = [];
  const inner = new Set<Value>();
  const visit = (part: Value): void => {
    const whole = isOperation(part, 'Mul') && part.inputs.every(({ shape }) => sameShape(shape, part.shape));
    if (!whole || !free(part)) {
      factors.push(part);
      return;
    }
    inner.add(part);
    part.inputs.forEach(visit);
  };
  visit(value);
  return { factors, inner };
};

const keyOf = (a: Value, b: Value): string => [a.id, b.id].sort((p, q) => p - q).join();

/** Products of two values that the outputs reach. */
const productsIn = (outputs: readonly Value[]): ReadonlyMap<string, Value> => {
  const products = new Map<string, Value>();
  for (const value of countReaders(outputs).keys()) {
    if (isOperation(value, 'Mul')) products.set(keyOf(value.inputs[0]!, value.inputs[1]!), value);
  }
  return products;
};

/** All factors but one of this value. */
const without = (factors: readonly Value[], one: Value): readonly Value[] => factors.toSpliced(factors.indexOf(one), 1);

/** Pairs replaced by products that are there. */
const shortened = (
  factors: readonly Value[],
  products: ReadonlyMap<string, Value>,
  gone: (value: Value) => boolean,
): readonly Value[] => {
  for (let i = 0; i < factors.length; i++) {
    for (let j = 0; j < i; j++) {
      const product = products.get(keyOf(factors[i]!, factors[j]!));
      if (product === undefined || gone(product)) continue;
      const rest = factors.filter((_, k) => k !== i && k !== j);
      return shortened([product, ...rest], products, gone);
    }
  }
  return factors;
};

interface Split {
  readonly shared: Value;
  readonly rests: readonly (readonly Value[])[];
  /** Products to compute. */
  readonly cost: number;
}

const bestSplit = (chains: readonly Chain[], products: ReadonlyMap<string, Value>): Split | undefined => {
  const [left, right] = chains as [Chain, Chain];
  const gone = (value: Value): boolean => left.inner.has(value) || right.inner.has(value);
  let best: Split | undefined;
  for (const shared of new Set(left.factors)) {
    if (!right.factors.includes(shared)) continue;
    const rests = chains.map(({ factors }) => shortened(without(factors, shared), products, gone));
    const cost = 1 + rests.reduce((total, { length }) => total + Math.max(0, length - 1), 0);
    if (best === undefined || cost < best.cost) best = { shared, rests, cost };
  }
  return best;
};

export const factorChains = (b: Builder, outputs: readonly Value[]): readonly Value[] => {
  const readers = countReaders(outputs);
  const products = productsIn(outputs);
  const free = (value: Value): boolean => readers.get(value) === 1;
  const isSum = (value: OperationValue): boolean => value.op === 'Add' || value.op === 'Sub';

  return rebuild(b, outputs, (value, again) => {
    const fits = value.dtype === 'float32' && value.inputs.every(({ shape }) => sameShape(shape, value.shape));
    if (!isSum(value) || !fits) return undefined;
    const chains = value.inputs.map((input) => chainOf(input, free));
    const before = chains.reduce((total, { inner }) => total + inner.size, 0);
    const split = bestSplit(chains, products);
    if (split === undefined || split.cost >= before) return undefined;
    const product = (factors: readonly Value[]): Value =>
      factors.map(again).reduce((total, factor) => mul(b, total, factor), b.splat(1, value.shape) as Value);
    const [left, right] = split.rests.map(product) as [Value, Value];
    return mul(b, again(split.shared), value.op === 'Add' ? add(b, left, right) : sub(b, left, right));
  });
};
