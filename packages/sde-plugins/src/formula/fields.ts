/**
 * Compiled fields of a process, from its equations (J is in jacobian.ts): drift, ∇·f, ∂f/∂t, ½ Q:∇²f, ∇·Q and ½ ∂∂:Q.
 *
 *     ∇·f       Σ_c coefficient_c, c the contributions whose entry is the row's own
 *     ½ Q:∇²f   ½ Σ_c Σ_c′ Q(entry_c, entry_c′) coefficient_{c c′},   c′ the gradient of coefficient_c
 *     ∇·Q, ½ ∂∂:Q   the same sums over the variances g², for diagonal and scalar G; over Q_pq for dense G of scalar states
 *
 * Entries may meet at run time (x[i] and x[j] at j = i, neighbours on a ring of two), so positions are compared where they are not the same by construction.
 * Output sizes follow contracts/capabilities.ts.
 */
import { type NoiseDivergence, type ScalarField, type VectorField, zeroField } from '@fokker/core';
import { compileRows, type RowsKernel } from './compile.js';
import type { Contribution } from './derivative.js';
import { type Block, Emitter } from './emit.js';
import type { Equations } from './equations.js';
import { ownPlace } from './layout.js';
import { type Gradients, gradientsOf, inLoops, isOwn, when } from './loops.js';
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

/** Is every coefficient free of the state? Then f is affine. */
export const isAffine = (gradients: Gradients): boolean =>
  gradients.every((terms) => terms.every(({ coefficient }) => !coefficient.readsState));

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
