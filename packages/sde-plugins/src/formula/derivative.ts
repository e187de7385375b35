/**
 * Symbolic derivatives.
 *
 *     D(e, x)       ∂e/∂x for x the time, one entry of a state as it is written (x[i], x[i+1], x[j] are three), or a sum
 *     gradient(e)   de = Σ_c Σ_{loops of c} coefficient_c d(entry_c)
 *
 * A sum is a variable of its own: S = Σ_j g(i, j) with e = e(S, …) contributes, for each j, (∂e/∂S) (∂g/∂x[j]) to x[j]. So the gradient of a lattice or of particles
 * is a few terms under loops, whatever their number. Two entries that meet (x[i] and x[j] at j = i, neighbours on a short ring) are added by whoever runs the loops.
 */
import type { Algebra } from './algebra.js';
import { bit, type Entry, isZero, type Node, type Place, type Range, type Sum } from './node.js';
import { ruleOf } from './operations.js';

export interface Contribution {
  /** Of the sums that the entry is bound in, outermost first. */
  readonly loops: readonly Range[];
  readonly entry: Entry;
  readonly coefficient: Node;
}

export class Calculus {
  private readonly known = new Map<Node, Map<Node, Node>>();
  constructor(readonly algebra: Algebra) {}

  /** ∂node/∂target. */
  derivative(node: Node, target: Node): Node {
    let memo = this.known.get(target);
    if (memo === undefined) {
      memo = new Map();
      this.known.set(target, memo);
    }
    return this.differentiate(node, target, memo);
  }

  private differentiate(node: Node, target: Node, memo: Map<Node, Node>): Node {
    if (node === target) return this.algebra.number(1);
    if (cannotHold(node, target)) return this.algebra.number(0);
    const known = memo.get(node);
    if (known !== undefined) return known;
    const result = this.chain(node, target, memo);
    memo.set(node, result);
    return result;
  }

  private chain(node: Node, target: Node, memo: Map<Node, Node>): Node {
    const { algebra } = this;
    if (node.kind === 'sum') {
      const bound = (target.free & bit(node.range.loop)) !== 0;
      return bound ? algebra.number(0) : algebra.sum(node.range, this.differentiate(node.body, target, memo));
    }
    if (node.kind !== 'call') return algebra.number(0);
    const { partials } = ruleOf(node.operation);
    return node.args.reduce<Node>((sum, arg, k) => {
      const inner = this.differentiate(arg, target, memo);
      if (isZero(inner)) return sum;
      return algebra.add(sum, algebra.mul(partials[k]!(algebra, ...node.args), inner));
    }, algebra.number(0));
  }

  /** All entries `node` reads with their coefficients; `within`: the loops that enclose it, loop 0 of the row apart. Terms that vanish are left out. */
  gradient(node: Node, within: readonly Range[] = []): readonly Contribution[] {
    const { entries, sums } = readsOf(node);
    const own = [...entries].map((entry) => ({ loops: [], entry, coefficient: this.derivative(node, entry) }));
    const bound = [...sums].flatMap((sum) => {
      const outer = this.derivative(node, sum);
      const { range, body } = this.renamed(sum, within);
      return this.gradient(body, [...within, range])
        .filter(({ loops, entry }) => loops.length > 0 || entry.place.loop === range.loop)
        .map(({ loops, entry, coefficient }) => ({
          loops: [range, ...loops],
          entry,
          coefficient: this.algebra.mul(outer, coefficient),
        }));
    });
    return [...own, ...bound].filter(({ coefficient }) => !isZero(coefficient));
  }

  /** The sum over a loop that nothing around it uses. */
  private renamed(sum: Sum, within: readonly Range[]): Pick<Sum, 'range' | 'body'> {
    const used = within.map(({ loop }) => loop);
    if (!used.includes(sum.range.loop)) return sum;
    const loop = Math.max(...used, highestLoop(sum)) + 1;
    return {
      range: { ...sum.range, loop },
      body: reindexed(this.algebra, sum.body, sum.range.loop, { loop, shift: 0 }),
    };
  }
}

/** Nothing in `node` can depend on `target`: it reads no state, no time, or not the target's index. */
const cannotHold = (node: Node, target: Node): boolean =>
  target.height > node.height ||
  (target.readsState && !node.readsState) ||
  (target.readsTime && !node.readsTime) ||
  (target.free & ~node.free) !== 0;

/** The entries a node reads from outside of its sums, inside them too, and its outermost sums. */
export const readsOf = (node: Node): { readonly entries: ReadonlySet<Entry>; readonly sums: ReadonlySet<Sum> } => {
  const entries = new Set<Entry>();
  const sums = new Set<Sum>();
  const seen = new Set<string>();
  const visit = (at: Node, bound: number, nested: boolean): void => {
    const key = `${at.id},${bound},${nested}`;
    if (!at.readsState || seen.has(key)) return;
    seen.add(key);
    if (at.kind === 'entry' && (at.free & bound) === 0) entries.add(at);
    if (at.kind === 'call') for (const arg of at.args) visit(arg, bound, nested);
    if (at.kind === 'sum') {
      if (!nested) sums.add(at);
      visit(at.body, bound | bit(at.range.loop), true);
    }
  };
  visit(node, 0, false);
  return { entries, sums };
};

const highestLoop = (node: Node): number => {
  if (node.kind === 'sum') return Math.max(node.range.loop, highestLoop(node.body));
  return node.kind === 'call' ? Math.max(0, ...node.args.map(highestLoop)) : 0;
};

/** `node` with the index of `loop` replaced by a place. */
export const reindexed = (algebra: Algebra, node: Node, loop: number, to: Place): Node => {
  const memo = new Map<Node, Node>();
  const moved = (place: Place): Place =>
    place.loop === loop ? { loop: to.loop, shift: place.shift + to.shift } : place;
  const visit = (at: Node): Node => {
    if ((at.free & bit(loop)) === 0) return at;
    const known = memo.get(at);
    if (known !== undefined) return known;
    const result = rebuilt(at);
    memo.set(at, result);
    return result;
  };
  const rebuilt = (at: Node): Node => {
    switch (at.kind) {
      case 'counter':
        return algebra.add(algebra.counter(to.loop), algebra.number(to.shift));
      case 'entry':
        return algebra.entry(at.state, moved(at.place));
      case 'call':
        return algebra.call(at.operation, at.args.map(visit));
      case 'sum': {
        const { except } = at.range;
        return algebra.sum({ ...at.range, except: except && moved(except) }, visit(at.body));
      }
      default:
        return at;
    }
  };
  return visit(node);
};
