/** What `fokker describe` says of a process: drift, noise and Jacobian in LaTeX, and the names of its coordinates. */
import type { SdeText } from '@fokker/core';
import type { Equations } from './equations.js';
import { entryText, indexText, latexOf } from './latex.js';
import { ownPlace } from './layout.js';
import { gradientsOf } from './loops.js';
import type { Model, Values } from './model.js';
import { equationsWith } from './process.js';

/** Larger Jacobians of scalars are listed entry by entry. */
const largestMatrix = 8;

/** Parameters stay symbols; their values give the sizes of vectors. */
export const textOf = (model: Model, values: Values): SdeText => {
  const equations = equationsWith(model, values, { open: true });
  return {
    equations: { drift: driftText(equations), noise: noiseText(equations), jacobian: jacobianText(equations) },
    coordinates: equations.layout.states.flatMap(({ name, size, vector }) =>
      vector ? Array.from({ length: size }, (_, i) => `${name}${i + 1}`) : [name],
    ),
  };
};

const ownText = ({ layout }: Equations, a: number): string => entryText(layout.states[a]!, ownPlace(layout.states[a]!));

const driftText = (equations: Equations): string[] =>
  equations.drift.map((f, a) => `f_{${ownText(equations, a)}} = ${latexOf(f, equations.layout.states)}`);

const noiseText = (equations: Equations): string[] => {
  const { noise, layout } = equations;
  if (noise.structure === 'scalar') return [`${latexOf(noise.rows[0]![0]!, layout.states)}\\, I`];
  return noise.rows.flatMap((row, a) =>
    row.map((g, k) => {
      const column = noise.structure === 'diagonal' ? '' : `,${k + 1}`;
      return `G_{${ownText(equations, a)}${column}} = ${latexOf(g, layout.states)}`;
    }),
  );
};

const jacobianText = (equations: Equations): string[] => {
  const { layout, calculus, drift, algebra } = equations;
  const { states } = layout;
  if (states.every(({ vector }) => !vector) && states.length <= largestMatrix) {
    const rows = drift.map((f) =>
      states.map((state, b) => latexOf(calculus.derivative(f, algebra.entry(b, ownPlace(state))), states)).join(' & '),
    );
    return [`\\begin{pmatrix} ${rows.join(' \\\\ ')} \\end{pmatrix}`];
  }
  return gradientsOf(equations, drift).flatMap((terms, a) =>
    terms.map(({ loops, entry, coefficient }) => {
      const under = loops.map((range) => indexText(range, states)).join(',\\; ');
      const left = `\\frac{\\partial f_{${ownText(equations, a)}}}{\\partial ${entryText(states[entry.state]!, entry.place)}}`;
      return `${left} = ${latexOf(coefficient, states)}${under === '' ? '' : `\\quad (${under})`}`;
    }),
  );
};
