/** The graph of some outputs, after the rewrites that need to know who reads what. */
import type { Builder } from './builder.js';
import type { Graph } from './graph.js';
import { factorSums } from './rewrite/factor-sums.js';
import { fuseGemm } from './rewrite/fuse-gemm.js';
import { turnGemm } from './rewrite/turn-gemm.js';
import type { Value } from './value.js';

export const finishGraph = (b: Builder, outputs: Readonly<Record<string, Value>>): Graph => {
  const names = Object.keys(outputs);
  let values: readonly Value[] = Object.values(outputs);
  if (b.rewrites.products) values = turnGemm(b, values);
  if (b.rewrites.factoring) values = factorSums(b, values);
  if (b.rewrites.bias) values = fuseGemm(b, values);
  return b.finish(Object.fromEntries(names.map((name, i) => [name, values[i]!])));
};
