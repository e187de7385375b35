/** Code under the loops of contributions, shared by every field that adds them up. */
import type { Contribution } from './derivative.js';
import type { Block, Emitter } from './emit.js';
import type { Equations } from './equations.js';
import { ownPlace } from './layout.js';
import { type Node, type Range, samePlace } from './node.js';

/** The gradient of each equation. */
export type Gradients = readonly (readonly Contribution[])[];
export const gradientsOf = ({ calculus }: Equations, nodes: readonly Node[]): Gradients =>
  nodes.map((node) => calculus.gradient(node));

/** `body` in the loops of each contribution; contributions under the same loops share them. */
export const inLoops = <T extends { readonly loops: readonly Range[] }>(
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

/** Is the entry the one that equation a is about? */
export const isOwn = ({ layout }: Equations, a: number, { loops, entry }: Contribution): boolean =>
  entry.state === a && loops.length === 0 && samePlace(entry.place, ownPlace(layout.states[a]!));

/** `if` code that holds where all conditions do; empty for none. */
export const when = (conditions: readonly (string | undefined)[]): string => {
  const found = conditions.filter((condition) => condition !== undefined);
  return found.length === 0 ? '' : `if (${found.join(' && ')}) `;
};
