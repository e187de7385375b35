/**
 * A network's forward function as a model file with a free number of rows: inputs `row/NAME` [n, …], output `out` [n, width], parameters as constants. The
 * functions that the file computes may contain derivatives. Throws E_SHAPE where values depend on other rows, E_TRACE_… for what cannot be compiled.
 */
import type { Params, TensorMap, Tensors } from '@fokker/core';
import type { Tensor } from '@fokker/ops';
import type { Graph } from '../graph/graph.js';
import { sizeOf } from '../graph/value.js';
import { type InputSpec, trace } from '../trace/trace.js';
import { probes } from './compare-rows.js';
import { freeRows } from './dynamic.js';
import type { OnnxGraph } from './encode.js';
import type { RowShapes } from './training-graph.js';

export type Outputs = Readonly<Record<string, Tensor>>;

const strip = (prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
    ),
  );

/** The graph of `apply` with these parameters; `rows`: shapes of one row of each input. */
export const forwardGraph = async (
  apply: (params: TensorMap, inputs: Tensors) => Outputs,
  { layout, data }: Params,
  rows: RowShapes,
): Promise<OnnxGraph> => {
  const parameters = layout.map(({ name, shape }): [string, InputSpec] => [`param/${name}`, { shape }]);
  const at = (n: number): Promise<Graph> => {
    const arrays = Object.entries(rows).map(([name, shape]): [string, InputSpec] => [
      `row/${name}`,
      { shape: [n, ...shape] },
    ]);
    return trace(
      (given) => apply(strip('param/', given), strip('row/', given)),
      Object.fromEntries([...parameters, ...arrays]),
    );
  };
  const graphs = [await at(probes[0]), await at(probes[1])] as const;
  const fixed = Object.fromEntries(
    layout.map(({ name, offset, shape }) => [`param/${name}`, data.slice(offset, offset + sizeOf(shape))]),
  );
  return freeRows(graphs, { name: 'network', fixed });
};
