/**
 * Compiled fields of a process, from its equations: drift, J, ∇·f, ∂f/∂t, ½ Q:∇²f, ∇·Q and ½ ∂∂:Q.
 *
 *     J         Σ_c coefficient_c at (row of the equation, position of the entry)
 *               scalar J = j(t) I; diagonal where every equation reads its own entry alone; a block a site where it reads those of its site; else dense, and beyond
 *               32 dimensions products J w and Jᵀ w, whose cost is that of the drift
 *     ∇·f       those whose entry is the row's own
 *     ½ Q:∇²f   ½ Σ_c Σ_c′ Q(entry_c, entry_c′) coefficient_{c c′},   c′ the gradient of coefficient_c
 *     ∇·Q, ½ ∂∂:Q   the same sums over the variances g², for diagonal and scalar G; over Q_pq for dense G of scalar states
 *
 * Entries may meet at run time (x[i] and x[j] at j = i, neighbours on a ring of two), so positions are compared where they are not the same by construction.
 * Output sizes follow contracts/capabilities.ts.
 */
import { type JacobianField, type NoiseDivergence, type ScalarField, type VectorField, zeroField } from '@fokker/core';
import { compileRows, type RowsKernel } from './compile.js';
import type { Contribution } from './derivative.js';
import { type Block, Emitter } from './emit.js';
import type { Equations } from './equations.js';
import { ownPlace } from './layout.js';
import { isZero, type Node, type Range, samePlace } from './node.js';

const noWork = new Float64Array(0);

const vectorField = (kernel: RowsKernel): VectorField => {
  return (y, t, out) => kernel(y.n, y.data, t, out.data, noWork);
};

/** One expression an equation, written to its entry. */
const expressionField = ({ layout }: Equations, nodes: readonly Node[]): VectorField => {
  const emitter = new Emitter(layout);
  emitter.rows((a, block, index) => {
    const value = emitter.value(nodes[a]!, block);
    block.lines.push(`out[q + ${index}] = ${value};`);
  });
  return vectorField(compileRows(emitter.row.lines, layout.dim, layout.dim));
};

export const driftField = (equations: Equations): VectorField => expressionField(equations, equations.drift);

/** ∂f/∂t, `zeroField` where the drift does not read t. */
export const driftTimeField = (equations: Equations): VectorField => {
  const { algebra, calculus, drift } = equations;
  const rates = drift.map((f) => calculus.derivative(f, algebra.time()));
  return rates.every(isZero) ? zeroField : expressionField(equations, rates);
};

/** The gradient of each equation. */
export type Gradients = readonly (readonly Contribution[])[];
export const gradientsOf = ({ calculus }: Equations, nodes: readonly Node[]): Gradients =>
  nodes.map((node) => calculus.gradient(node));

/** Is every coefficient free of the state? Then f is affine. */
export const isAffine = (gradients: Gradients): boolean =>
  gradients.every((terms) => terms.every(({ coefficient }) => !coefficient.readsState));

/** `body` in the loops of each contribution; contributions under the same loops share them. */
const inLoops = <T extends { readonly loops: readonly Range[] }>(
  emitter: Emitter,
  block: Block,
  terms: readonly T[],
  body: (term: T, inner: Block) => void,
): void => {
  const groups = new Map<string, T[]>();
  for (const term of terms) {
    const key = JSON.stringify(term.loops.map(({ loop, size, except }) => [loop, size, except]));
    groups.set(key, [...(groups.get(key) ?? []), term]);
  }
  const nest = (loops: readonly Range[], at: Block, group: readonly T[]): void => {
    const [first, ...rest] = loops;
    if (first === undefined) for (const term of group) body(term, at);
    else emitter.loop(first, at, (inner) => nest(rest, inner, group));
  };
  for (const group of groups.values()) nest(group[0]!.loops, block, group);
};

const isOwn = ({ layout }: Equations, a: number, { loops, entry }: Contribution): boolean =>
  entry.state === a && loops.length === 0 && samePlace(entry.place, ownPlace(layout.states[a]!));

/** From here on J is known by its products: a dense exponential costs d³. */
const largestDense = 32;

const structureOf = (equations: Equations, gradients: Gradients): JacobianField['structure'] => {
  const { states, dim } = equations.layout;
  const rates = new Set(gradients.map(([term]) => term?.coefficient));
  const [rate] = rates;
  if (gradients.every((terms, a) => terms.every((term) => isOwn(equations, a, term)))) {
    return rates.size === 1 && rate !== undefined && !rate.readsState && rate.free === 0 ? 'scalar' : 'diagonal';
  }
  const onePerSite = states.every(({ vector, size }) => vector && size === states[0]!.size);
  const local = ({ loops, entry }: Contribution): boolean => loops.length === 0 && samePlace(entry.place, siteOfRow);
  if (onePerSite && gradients.every((terms) => terms.every(local))) return 'blocks';
  return dim > largestDense ? 'action' : 'dense';
};
const siteOfRow = { loop: 0, shift: 0 } as const;

/** J, or with `transposed` Jᵀ, times the vector in `work`: a number an entry. */
const productKernel = (equations: Equations, gradients: Gradients, transposed: boolean): RowsKernel => {
  const { layout } = equations;
  const emitter = new Emitter(layout);
  emitter.rows((a, block, index) => {
    inLoops(emitter, block, gradients[a]!, ({ entry, coefficient }, inner) => {
      const value = emitter.value(coefficient, inner);
      const { index: column, exists } = emitter.position(entry.state, entry.place, inner);
      const [to, from] = transposed ? [column, index] : [index, column];
      inner.lines.push(`${when([exists])}out[q + ${to}] += ${value} * work[q + ${from}];`);
    });
  });
  return compileRows(emitter.row.lines, layout.dim, layout.dim);
};

/** J by its products with vectors; its entries are the point. */
const actionField = (equations: Equations, gradients: Gradients): JacobianField => {
  const { dim: d } = equations.layout;
  const product = (transposed: boolean): Extract<JacobianField, { structure: 'action' }>['times'] => {
    const kernel = productKernel(equations, gradients, transposed);
    return (y, t, w, out) => {
      out.data.fill(0, 0, y.n * d);
      kernel(y.n, y.data, t, out.data, w.data);
    };
  };
  return {
    structure: 'action',
    times: product(false),
    transposed: product(true),
    entries(y, t, out) {
      for (let i = 0; i < y.n; i++) {
        out[i * (1 + d)] = t[i]!;
        for (let j = 0; j < d; j++) out[i * (1 + d) + 1 + j] = y.data[i * d + j]!;
      }
    },
  };
};

export const jacobianField = (equations: Equations, gradients: Gradients): JacobianField => {
  const structure = structureOf(equations, gradients);
  const { layout } = equations;
  const { dim: d } = layout;
  const k = layout.states.length;
  switch (structure) {
    case 'action':
      return actionField(equations, gradients);
    case 'scalar': {
      const emitter = new Emitter(layout);
      const rate = emitter.value(gradients[0]![0]!.coefficient, emitter.row);
      const kernel = compileRows([...emitter.row.lines, `out[q] = ${rate};`], d, 1);
      return { structure, entries: (y, t, out) => kernel(y.n, y.data, t, out, noWork) };
    }
    case 'diagonal':
      return { structure, entries: entriesKernel(equations, gradients, d, ({ index }) => index) };
    case 'blocks': {
      const at: EntryPlace = ({ block, a, entry }) => `(${block.counter} * ${k} + ${a}) * ${k} + ${entry.state}`;
      return { structure, block: k, entries: entriesKernel(equations, gradients, k * d, at) };
    }
    default: {
      const at: EntryPlace = ({ index, column }) => `(${index}) * ${d} + ${column}`;
      return { structure: 'dense', entries: entriesKernel(equations, gradients, d * d, at) };
    }
  }
};

/** Code of where ∂f/∂(entry) of equation `a` stands among the entries of J: `index` is the row, `column` the entry's position. */
type EntryPlace = (term: {
  a: number;
  block: Block;
  index: string;
  entry: Contribution['entry'];
  column: string;
}) => string;

const entriesKernel = (
  equations: Equations,
  gradients: Gradients,
  width: number,
  placeOf: EntryPlace,
): JacobianField['entries'] => {
  const emitter = new Emitter(equations.layout);
  emitter.rows((a, block, index) => {
    inLoops(emitter, block, gradients[a]!, ({ entry, coefficient }, inner) => {
      const value = emitter.value(coefficient, inner);
      const { index: column, exists } = emitter.position(entry.state, entry.place, inner);
      inner.lines.push(`${when([exists])}out[q + ${placeOf({ a, block, index, entry, column })}] += ${value};`);
    });
  });
  const kernel = compileRows(emitter.row.lines, equations.layout.dim, width);
  return (y, t, out) => {
    out.fill(0, 0, y.n * width);
    kernel(y.n, y.data, t, out, noWork);
  };
};

/** `if` code that holds where all conditions do; empty for none. */
const when = (conditions: readonly (string | undefined)[]): string => {
  const found = conditions.filter((condition) => condition !== undefined);
  return found.length === 0 ? '' : `if (${found.join(' && ')}) `;
};

/** Code for what to add to out[…] for each equation. */
type Terms = (
  a: number,
  block: Block,
  index: string,
  add: (value: string, condition: string, inner: Block) => void,
) => void;

/** Sums of terms: one number an equation, or one a row. */
const sumField = (equations: Equations, emitter: Emitter, per: 'equation' | 'row', terms: Terms): RowsKernel => {
  const { row } = emitter;
  const { dim } = equations.layout;
  const total = per === 'row' ? emitter.fresh() : '';
  if (per === 'row') row.lines.push(`let ${total} = 0;`);
  emitter.rows((a, block, index) => {
    const sum = per === 'row' ? total : emitter.fresh();
    if (per === 'equation') block.lines.push(`let ${sum} = 0;`);
    terms(a, block, index, (value, condition, inner) => inner.lines.push(`${condition}${sum} += ${value};`));
    if (per === 'equation') block.lines.push(`out[q + ${index}] = ${sum};`);
  });
  if (per === 'row') row.lines.push(`out[q] = ${total};`);
  return compileRows(row.lines, dim, per === 'row' ? 1 : dim);
};

/** Contributions to the row's own entry: ∂/∂y_p of the expression of equation p. */
const ownTerms =
  (equations: Equations, emitter: Emitter, gradients: Gradients): Terms =>
  (a, block, index, add) => {
    const same = gradients[a]!.filter(({ entry }) => entry.state === a);
    inLoops(emitter, block, same, (term, inner) => {
      const value = emitter.value(term.coefficient, inner);
      if (isOwn(equations, a, term)) return add(value, '', inner);
      const position = emitter.position(a, term.entry.place, inner);
      add(value, when([position.exists, `${position.index} === ${index}`]), inner);
    });
  };

export const divergenceField = (equations: Equations, gradients: Gradients): ScalarField => {
  const emitter = new Emitter(equations.layout);
  const kernel = sumField(equations, emitter, 'row', ownTerms(equations, emitter, gradients));
  return (y, t, out) => kernel(y.n, y.data, t, out, noWork);
};

/** A second derivative: two entries under the loops of both. */
interface Curvature {
  readonly loops: readonly Range[];
  readonly entries: readonly [Contribution['entry'], Contribution['entry']];
  readonly coefficient: Node;
}
const curvaturesOf = ({ calculus }: Equations, terms: readonly Contribution[]): readonly Curvature[] =>
  terms.flatMap((first) =>
    calculus.gradient(first.coefficient, first.loops).map((second) => ({
      loops: [...first.loops, ...second.loops],
      entries: [first.entry, second.entry] as const,
      coefficient: second.coefficient,
    })),
  );

/** Can Q couple entries of these states? */
const coupled = ({ noise }: Equations, a: number, b: number): boolean =>
  noise.structure === 'dense'
    ? noise.rows[a]!.some((g, k) => !isZero(g) && !isZero(noise.rows[b]![k]!))
    : a === b && !isZero(noise.rows[a]![0]!);

/** ½ Q:∇²f, `zeroField` where f has no curvature along the noise. G of the row stands in `work`: a number an entry, or a row of columns. */
export const itoField = (equations: Equations, gradients: Gradients): VectorField => {
  const { layout, noise } = equations;
  const curvatures = gradients.map((terms) =>
    curvaturesOf(equations, terms).filter(({ entries: [p, q] }) => coupled(equations, p.state, q.state)),
  );
  if (curvatures.every((terms) => terms.length === 0)) return zeroField;
  const columns = noise.rows[0]!.length;
  const emitter = new Emitter(layout);
  emitter.rows((b, block, index) => {
    noise.rows[b]!.forEach((g, k) => {
      const value = emitter.value(g, block);
      block.lines.push(`work[(${index}) * ${columns} + ${k}] = ${value};`);
    });
  });
  const kernel = sumField(equations, emitter, 'equation', (a, block, _index, add) =>
    inLoops(emitter, block, curvatures[a]!, ({ entries: [p, q], coefficient }, inner) => {
      const value = emitter.value(coefficient, inner);
      const [at, to] = [p, q].map(({ state, place }) => emitter.position(state, place, inner));
      const variance = Array.from(
        { length: columns },
        (_, k) => `work[(${at!.index}) * ${columns} + ${k}] * work[(${to!.index}) * ${columns} + ${k}]`,
      );
      const meet = noise.structure === 'dense' || p === q ? undefined : `${at!.index} === ${to!.index}`;
      const condition = when([at!.exists, to!.exists, meet]);
      add(`0.5 * ${value} * (${variance.join(' + ')})`, condition, inner);
    }),
  );
  const work = new Float64Array(layout.dim * columns);
  return (y, t, out) => kernel(y.n, y.data, t, out.data, work);
};

/** ∇·Q and ½ ∂∂:Q of noise that reads the state; undefined for dense noise of vectors. */
export const noiseDivergenceField = (equations: Equations): NoiseDivergence | undefined => {
  const { algebra, noise, layout } = equations;
  if (noise.structure === 'dense') {
    return layout.states.some(({ vector }) => vector) ? undefined : denseNoiseDivergence(equations);
  }
  const variances = noise.rows.map(([g]) => algebra.mul(g!, g!));
  const gradients = gradientsOf(equations, variances);
  const first = new Emitter(layout);
  const divergence = sumField(equations, first, 'equation', ownTerms(equations, first, gradients));
  const curvatures = gradients.map((terms, a) =>
    curvaturesOf(equations, terms).filter(({ entries: [p, q] }) => p.state === a && q.state === a),
  );
  const second = new Emitter(layout);
  const trace = sumField(equations, second, 'row', (a, block, index, add) =>
    inLoops(second, block, curvatures[a]!, ({ entries, coefficient }, inner) => {
      const value = second.value(coefficient, inner);
      const own = ownPlace(layout.states[a]!);
      const conditions = entries.flatMap(({ place }) => {
        if (samePlace(place, own)) return [];
        const position = second.position(a, place, inner);
        return [position.exists, `${position.index} === ${index}`];
      });
      add(`0.5 * ${value}`, when(conditions), inner);
    }),
  );
  return fieldsOf(divergence, trace);
};

/** Σ_q ∂_q Q_pq and ½ Σ_pq ∂_p ∂_q Q_pq, written out. */
const denseNoiseDivergence = (equations: Equations): NoiseDivergence => {
  const { algebra, calculus, noise, layout } = equations;
  const places = layout.states.map((state, b) => algebra.entry(b, ownPlace(state)));
  const sum = (nodes: readonly Node[]): Node =>
    nodes.reduce((total, node) => algebra.add(total, node), algebra.number(0));
  const divergences = noise.rows.map((row) =>
    sum(
      noise.rows.map((other, q) => {
        const Q = sum(row.map((g, k) => algebra.mul(g, other[k]!)));
        return calculus.derivative(Q, places[q]!);
      }),
    ),
  );
  const trace = sum(divergences.map((divergence, p) => calculus.derivative(divergence, places[p]!)));
  const divergence = expressionField(equations, divergences);
  const emitter = new Emitter(layout);
  const value = emitter.value(algebra.mul(algebra.number(0.5), trace), emitter.row);
  const kernel = compileRows([...emitter.row.lines, `out[q] = ${value};`], layout.dim, 1);
  return { divergence, halfHessianTrace: (y, t, out) => kernel(y.n, y.data, t, out, noWork) };
};

const fieldsOf = (divergence: RowsKernel, trace: RowsKernel): NoiseDivergence => ({
  divergence: vectorField(divergence),
  halfHessianTrace: (y, t, out) => trace(y.n, y.data, t, out, noWork),
});
