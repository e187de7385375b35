/** The graph of some outputs, after the rewrites that need to know who reads what. */
import type { Builder } from './builder.js';
import type { Graph } from './graph.js';
import { factorChains } from './rewrite/factor-chains.js';
import { factorSums } from './rewrite/factor-sums.js';
import { fuseGemm } from './rewrite/fuse-gemm.js';
import { splitProducts } from './rewrite/split-products.js';
import { splitReductions } from './rewrite/split-reductions.js';
import { turnGemm } from './rewrite/turn-gemm.js';
import type { Value } from './value.js';

type Pass = (b: Builder, outputs: readonly Value[]) => readonly Value[];

export const finishGraph = (b: Builder, outputs: Readonly<Record<string, Value>>): Graph => {
  const { products, factoring, parts, bias } = b.rewrites;
  const turn = products ? [turnGemm] : [];
  const factor = factoring ? [factorChains, factorSums] : [];
  // A factored product may be the only reader of a transposed one, and turned products may share a factor: so twice.
  const passes: readonly Pass[] = [
    ...turn,
    ...factor,
    ...turn,
    ...factor,
    ...(parts ? [splitProducts] : []),
    ...(bias ? [fuseGemm] : []),
    ...(factoring ? [splitReductions] : []),
  ];
  const given: readonly Value[] = Object.values(outputs);
  const values = passes.reduce((current, pass) => pass(b, current), given);
  return b.finish(Object.fromEntries(Object.keys(outputs).map((name, i) => [name, values[i]!])));
};
