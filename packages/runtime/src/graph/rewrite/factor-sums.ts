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
  /** Of an elementwise product that nobody else reads in part: all its factors. */
  readonly leaves: readonly Value[];
}

/** A term as a linear map: terms with the same `key` can be mapped after their arguments are added. */
interface Linear {
  readonly key: string;
  readonly cost: number;
  readonly argument: (b: Builder) => Value;
  readonly map: (b: Builder, argument: Value) => Value;
}

const isSum = (value: Value): value is OperationValue =>
  value.dtype === 'float32' && (isOperation(value, 'Add') || isOperation(value, 'Sub'));

/** Maps that are linear in their first input when the other inputs are the same. */
const linearMaps = new Set(['Reshape', 'Transpose', 'ReduceSum', 'Slice', 'Gather', 'Expand']);

/** Factors multiplied, the small ones first. */
const product = (b: Builder, leaves: readonly Value[]): Value =>
  [...leaves]
    .sort((x, y) => sizeOf(x.shape) - sizeOf(y.shape) || x.id - y.id)
    .reduce((left, right) => mul(b, left, right), b.splat(1, []) as Value);

/** An elementwise product as a map of all its factors but one. */
const mapsOfProduct = (leaves: readonly Value[], size: number): readonly Linear[] =>
  leaves.map((leaf, i) => ({
    key: `Mul ${leaf.id}`,
    cost: size,
    argument: (b) =>
      product(
        b,
        leaves.filter((_, k) => k !== i),
      ),
    map: (b, argument) => mul(b, argument, leaf),
  }));

const mapsOf = ({ value, leaves }: Term): readonly Linear[] => {
  if (value.kind !== 'operation') return [];
  const { op, inputs, attributes, shape, dtype } = value;
  const size = sizeOf(shape);
  if (leaves.length > 1) return mapsOfProduct(leaves, size);
  const as = (input: number, cost: number): Linear => {
    const others = inputs.map(({ id }, i) => (i === input ? '' : id)).join();
    return {
      cost,
      key: `${op} ${input} ${others} ${inputs[input]!.shape.join()} ${JSON.stringify(attributes)}`,
      argument: () => inputs[input]!,
      map: (b, argument) => {
        const read = inputs.map((other, i) => (i === input ? argument : other));
        return b.operation(op, read, attributes, shape, dtype);
      },
    };
  };
  if ((op === 'Gemm' && inputs.length === 2) || op === 'MatMul') {
    const work = 1000 * size * (sizeOf(inputs[0]!.shape) / Math.max(1, shape.at(-2)!));
    return [as(0, work), as(1, work)];
  }
  return op === 'Div' || linearMaps.has(op) ? [as(0, size)] : [];
};

/** The factors of a product; a square is one factor twice, whoever reads it. */
const leavesOf = (value: Value, free: (value: Value) => boolean): readonly Value[] =>
  isOperation(value, 'Mul') ? value.inputs.flatMap((x) => (free(x) ? leavesOf(x, free) : [x])) : [value];

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
    else terms.push({ value, factor, free: inner, leaves: inner ? leavesOf(value, free) : [] });
  };
  visit(root, 1, true);
  return terms;
};

/** A product without its constant factor, which is the term's instead. */
const withoutAlpha = (b: Builder, term: Term): Term => {
  const { value, factor } = term;
  if (!term.free || !isOperation(value, 'Gemm') || value.inputs.length !== 2) return term;
  const { alpha, ...attributes } = value.attributes;
  if (!alpha || !('float' in alpha)) return term;
  const bare = b.operation('Gemm', value.inputs, attributes, value.shape, value.dtype);
  return { ...term, value: bare, factor: factor * alpha.float };
};

const scale = (b: Builder, value: Value, factor: number): Value =>
  factor === 1 ? value : factor === -1 ? neg(b, value) : mul(b, value, b.splat(factor, []));

/** Σ factor · value, beginning with a term that needs no sign and those of full shape. */
type Part = Pick<Term, 'value' | 'factor'>;

const total = (b: Builder, terms: readonly Part[]): Value => {
  const rank = ({ value, factor }: Part) => (factor > 0 ? 0 : 1) - sizeOf(value.shape);
  const [first, ...rest] = [...terms].sort((p, q) => rank(p) - rank(q));
  return rest.reduce(
    (sum, { value, factor }) =>
      factor < 0 ? sub(b, sum, scale(b, value, -factor)) : add(b, sum, scale(b, value, factor)),
    scale(b, first!.value, first!.factor),
  );
};

interface Group {
  readonly cost: number;
  readonly members: Term[];
  readonly maps: Linear[];
}

/** The dearest group of terms that share a map; none where no two do. */
const dearest = (terms: readonly Term[]): Group | undefined => {
  const groups = new Map<string, Group>();
  for (const term of terms) {
    if (!term.free) continue;
    for (const linear of mapsOf(term)) {
      const group: Group = groups.get(linear.key) ?? { cost: linear.cost, members: [], maps: [] };
      if (group.members.at(-1) === term) continue;
      group.members.push(term);
      group.maps.push(linear);
      groups.set(linear.key, group);
    }
  }
  const saved = ({ cost, members }: Group): number => (members.length - 1) * cost;
  let best: Group | undefined;
  for (const group of groups.values()) {
    if (group.members.length > 1 && (!best || saved(group) > saved(best))) best = group;
  }
  return best;
};

const factorOnce = (b: Builder, terms: readonly Term[]): readonly Term[] | undefined => {
  const group = dearest(terms);
  if (!group) return undefined;
  const { members, maps } = group;
  // 1 wherever possible: the same sum may be read by another map, and is then shared.
  const common = members.some(({ factor }) => Math.abs(factor) === 1) ? 1 : members[0]!.factor;
  const parts = members.map(({ factor }, i) => ({ value: maps[i]!.argument(b), factor: factor / common }));
  const value = maps[0]!.map(b, total(b, parts));
  const rest = terms.filter((term) => !members.includes(term));
  return [...rest, { value, factor: common, free: true, leaves: [] }];
};

const pass = (b: Builder, outputs: readonly Value[]): readonly Value[] => {
  const readers = countReaders(outputs);
  const free = (value: Value): boolean => readers.get(value) === 1;
  return rebuild(b, outputs, (value, again) => {
    if (!isSum(value)) return undefined;
    let terms: readonly Term[] = collect(value, free).map((term) =>
      withoutAlpha(b, { ...term, value: again(term.value), leaves: term.leaves.map(again) }),
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
