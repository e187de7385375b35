/**
 * The Jacobian in the structure that its equations allow.
 *
 *     J_{p q} = Σ_c coefficient_c,   c the contributions of equation p whose entry stands at q
 *
 * scalar where J = j(t) I; diagonal where every equation reads its own entry alone; a block a site where it reads those of its site; else dense, and beyond 32 dimensions
 * products J w and Jᵀ w, whose cost is that of the drift.
 */
import type { JacobianField } from '@fokker/core';
import { compileRows, type RowsKernel } from './compile.js';
import type { Contribution } from './derivative.js';
import { type Block, Emitter } from './emit.js';
import type { Equations } from './equations.js';
import { type Gradients, inLoops, isOwn, when } from './loops.js';
import { samePlace } from './node.js';

const noWork = new Float64Array(0);

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
