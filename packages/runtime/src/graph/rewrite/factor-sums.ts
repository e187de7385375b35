/**
 * Factors sums. Sharing merges the forward values that a derivative computes again, but their cotangents arrive along separate paths and are added at the
 * end. Linear maps are pulled out of such sums:
 *
 *     A W + B W  →  (A + B) W,    X A + X B  →  X (A + B),    a w + b w  →  (a + b) w,    Σ a + Σ b  →  Σ (a + b)
 *
 * A whole tree of Add, Sub and Neg is flattened into terms with factors; of the groups of terms that share a map, the dearest is factored first. Only terms
 * that nobody else reads take part. What comes out may be a sum again, deeper down, so the pass repeats until nothing changes.
 */
import { add, mul, neg, sub } from '../arithmetic.js';
import { type Builder, isOperation } from '../builder.js';
import { constantFactor } from '../factors.js';
import { type OperationValue, sameShape, sizeOf, type Value } from '../value.js';
import { countReaders, rebuild } from './rebuild.js';

interface Term {
  readonly value: Value;
  readonly factor: number;
  /** Nobody else reads it. */
  readonly free: boolean;
}

/** A term as a map of one of its inputs: terms with the same `key` can be mapped after being added. */
interface Linear {
  readonly key: string;
  readonly cost: number;
  readonly input: number;
}

const isSum = (value: Value): value is OperationValue =>
  value.dtype === 'float32' && (isOperation(value, 'Add') || isOperation(value, 'Sub'));

/** Maps that are linear in their first input when the other inputs are the same. */
const linearMaps = new Set(['Reshape', 'Transpose', 'ReduceSum', 'Slice', 'Gather', 'Expand']);

const linearIn = (value: Value): readonly Linear[] => {
  if (value.kind !== 'operation') return [];
  const { op, inputs, attributes, shape } = value;
  const size = sizeOf(shape);
  const as = (input: number, cost: number): Linear => {
    const others = inputs.map(({ id }, i) => (i === input ? '' : id)).join();
    const place = op === 'Mul' ? '' : input;
    const sorted = op === 'Mul' ? inputs[1 - input]!.id : others;
    return {
      input,
      cost,
      key: `${op} ${place} ${sorted} ${inputs[input]!.shape.join()} ${JSON.stringify(attributes)}`,
    };
  };
  if ((op === 'Gemm' && inputs.length === 2) || op === 'MatMul') {
    const work = 1000 * size * (sizeOf(inputs[0]!.shape) / Math.max(1, shape.at(-2)!));
    return [as(0, work), as(1, work)];
  }
  if (op === 'Mul' && inputs[0] !== inputs[1]) return [as(0, size), as(1, size)];
  return op === 'Div' || linearMaps.has(op) ? [as(0, size)] : [];
};

const collect = (root: OperationValue, free: (value: Value) => boolean): Term[] => {
  const terms: Term[] = [];
  const visit = (value: Value, factor: number, top: boolean): void => {
    const inner = top || free(value);
    if (inner && isSum(value) && sameShape(value.shape, root.shape)) {
      visit(value.inputs[0]!, factor, false);
      visit(value.inputs[1]!, isOperation(value, 'Sub') ? -factor : factor, false);
      return;
    }
    const scaled = inner ? constantFactor(value) : undefined;
    if (scaled && sameShape(scaled[0].shape, value.shape)) visit(scaled[0], factor * scaled[1], false);
    else terms.push({ value, factor, free: inner });
  };
  visit(root, 1, true);
  return terms;
};

/** A product without its constant factor, which is the term's instead. */
const withoutAlpha = (b: Builder, term: Term): Term => {
  const { value, factor, free } = term;
  if (!free || !isOperation(value, 'Gemm') || value.inputs.length !== 2) return term;
  const { alpha, ...attributes } = value.attributes;
  if (!alpha || !('float' in alpha)) return term;
  const product = b.operation('Gemm', value.inputs, attributes, value.shape, value.dtype);
  return { value: product, factor: factor * alpha.float, free };
};

const scale = (b: Builder, value: Value, factor: number): Value =>
  factor === 1 ? value : factor === -1 ? neg(b, value) : mul(b, value, b.splat(factor, []));

/** Σ factor · value, beginning with a term that needs no sign and those of full shape. */
const total = (b: Builder, terms: readonly Term[]): Value => {
  const rank = ({ value, factor }: Term) => (factor > 0 ? 0 : 1) - sizeOf(value.shape);
  const [first, ...rest] = [...terms].sort((p, q) => rank(p) - rank(q));
  return rest.reduce(
    (sum, { value, factor }) =>
      factor < 0 ? sub(b, sum, scale(b, value, -factor)) : add(b, sum, scale(b, value, factor)),
    scale(b, first!.value, first!.factor),
  );
};

/** The dearest group of terms that share a map. */
const dearest = (terms: readonly Term[]): { readonly members: readonly Term[]; readonly input: readonly number[] } => {
  const groups = new Map<string, { members: Term[]; input: number[]; cost: number }>();
  for (const term of terms) {
    if (!term.free) continue;
    for (const { key, cost, input } of linearIn(term.value)) {
      const group = groups.get(key) ?? { members: [], input: [], cost };
      if (group.members.at(-1) !== term) {
        group.members.push(term);
        group.input.push(input);
      }
      groups.set(key, group);
    }
  }
  let best: { members: Term[]; input: number[]; cost: number } = { members: [], input: [], cost: 0 };
  for (const group of groups.values()) {
    if (group.members.length < 2) continue;
    if ((group.members.length - 1) * group.cost > (best.members.length - 1) * best.cost) best = group;
  }
  return best;
};

const factorOnce = (b: Builder, terms: readonly Term[]): readonly Term[] | undefined => {
  const { members, input } = dearest(terms);
  if (members.length < 2) return undefined;
  const pattern = members[0]!.value as OperationValue;
  // 1 wherever possible: the same sum may be read by another map, and is then shared.
  const common = members.some(({ factor }) => Math.abs(factor) === 1) ? 1 : members[0]!.factor;
  const summed = total(
    b,
    members.map(({ value, factor }, i) => ({
      value: (value as OperationValue).inputs[input[i]!]!,
      factor: factor / common,
      free: true,
    })),
  );
  const inputs = pattern.inputs.map((value, i) => (i === input[0] ? summed : value));
  const value = b.operation(pattern.op, inputs, pattern.attributes, pattern.shape, pattern.dtype);
  return [...terms.filter((term) => !members.includes(term)), { value, factor: common, free: true }];
};

const pass = (b: Builder, outputs: readonly Value[]): readonly Value[] => {
  const readers = countReaders(outputs);
  const free = (value: Value): boolean => readers.get(value) === 1;
  return rebuild(b, outputs, (value, again) => {
    if (!isSum(value)) return undefined;
    let terms: readonly Term[] = collect(value, free).map((term) =>
      withoutAlpha(b, { ...term, value: again(term.value) }),
    );
    let changed = false;
    for (let next = factorOnce(b, terms); next; next = factorOnce(b, terms)) {
      terms = next;
      changed = true;
    }
    return changed ? total(b, terms) : undefined;
  });
};

/** A sum deeper down appears with each pass; networks are not deeper than this. */
const mostPasses = 64;

export const factorSums = (b: Builder, outputs: readonly Value[]): readonly Value[] => {
  let current = outputs;
  for (let k = 0; k < mostPasses; k++) {
    const next = pass(b, current);
    if (next.every((value, i) => value === current[i])) return next;
    current = next;
  }
  return current;
};
