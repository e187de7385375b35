/**
 * A trained score as one ONNX file that needs nothing else: true states and times in, the score out.
 *
 *     y [n, d], t [n], features φ(y, t) [n, k] where the network was shown any  ↦  score s(y, t) [n, d]
 *
 * What is otherwise done in float64 around the network is part of the graph: the sizes ȳ(t), σ̄(t) by which inputs and outputs are scaled, linear between the times of
 * their table, and the basis B [d, r] of the noise range, by which the network's r components are lifted. Off the range the score is zero.
 *
 * A curve with values v at times t_0 < … < t_K is Σ_k h_k(t) v_k with hat functions h_k = r_{k−1} − r_k, r_k = (t − t_k)/(t_{k+1} − t_k) kept within [0, 1]: in one cell two
 * of them are not zero, and there is no cancellation.
 */
import type { NetworkScales, NoiseRange, ParameterLayout, Params, ScoreModel, TensorMap } from '@fokker/core';
import {
  div,
  matMul,
  maximum,
  minimum,
  pad,
  reciprocal,
  reshape,
  sub,
  type Tensor,
  type Tensor2D,
  transpose,
} from '@fokker/ops';
import { encodeModel, type OnnxGraph } from './encode.js';
import { forwardGraph } from './forward-graph.js';
import type { RowShapes } from './training-graph.js';

export interface ScoreToExport {
  readonly model: ScoreModel;
  readonly params: Params;
  readonly scales: NetworkScales;
  readonly dim: number;
  readonly span: { readonly t0: number; readonly T: number };
  readonly range: NoiseRange;
}

export interface ExportedInput {
  readonly name: string;
  /** One row. */
  readonly shape: readonly number[];
}
export interface ExportedScore {
  /** In the order of the file; what the network does not read is left out. */
  readonly inputs: readonly ExportedInput[];
  /** The bytes of the file, with words for its readers. */
  encode(metadata: Readonly<Record<string, string>>): Uint8Array;
}

interface Table {
  readonly name: string;
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
}

/** The parameters with tables behind them. */
const withTables = ({ layout, data }: Params, tables: readonly Table[]): Params => {
  let end = data.length;
  const added = tables.map(({ name, shape, numbers }): ParameterLayout => {
    const offset = end;
    end += numbers.length;
    return { name, shape, offset };
  });
  const all = new Float32Array(end);
  all.set(data);
  added.forEach(({ offset }, i) => {
    all.set(tables[i]!.numbers, offset);
  });
  return { layout: [...layout, ...added], data: all };
};

const isWhole = (range: NoiseRange, d: number): boolean =>
  range.basis === 'coordinates' && range.coordinates.length === d && range.coordinates.every((j, i) => j === i);

/** B [d, r], row-major. */
const basisOf = (range: NoiseRange, d: number): number[] => {
  if (range.basis !== 'coordinates') return [...range.basis];
  const { coordinates } = range;
  return Array.from({ length: d * range.rank }, (_, k) =>
    coordinates[k % range.rank] === Math.floor(k / range.rank) ? 1 : 0,
  );
};

const tablesOf = ({ scales, range, dim }: ScoreToExport): Table[] => {
  // A table of one time is the same at all of them.
  const single = scales.t.length === 1;
  const twice = <T>(list: readonly T[]): readonly T[] => (single ? [list[0]!, list[0]!] : list);
  const t = single ? [scales.t[0]!, scales.t[0]! + 1] : scales.t;
  const cells = t.length - 1;
  const tables = [
    { name: 'scales/begin', shape: [1, cells], numbers: t.slice(0, -1) },
    { name: 'scales/width', shape: [1, cells], numbers: t.slice(1).map((end, k) => end - t[k]!) },
    { name: 'scales/noise', shape: [t.length, 1], numbers: [...twice(scales.output ?? scales.noise)] },
    { name: 'scales/state', shape: [t.length, dim], numbers: twice(scales.state).flat() },
  ];
  const { features } = scales;
  if (features) tables.push({ name: 'scales/features', shape: [1, features.length], numbers: [...features] });
  if (!isWhole(range, dim)) {
    tables.push({ name: 'range/basis', shape: [dim, range.rank], numbers: basisOf(range, dim) });
  }
  return tables;
};

/** h(t) [n, K + 1]. */
const hats = (params: TensorMap, t: Tensor): Tensor => {
  const column = reshape(t, [t.shape[0]!, 1]);
  const ramp = minimum(maximum(div(sub(column, params['scales/begin']!), params['scales/width']!), 0), 1);
  const before = sub(1, pad(sub(1, ramp), [0, 1], [0, 0]));
  return sub(before, pad(ramp, [0, 0], [0, 1]));
};

const standalone = ({ model, span, range, dim }: ScoreToExport) => {
  const whole = isWhole(range, dim);
  return (params: TensorMap, given: TensorMap): { score: Tensor } => {
    const { y, t, features } = given;
    const at = hats(params, t!);
    const state = matMul(at, params['scales/state']!);
    const noise = reshape(matMul(at, params['scales/noise']!), [t!.shape[0]!]);
    const score: Tensor2D = model.apply(params, {
      y: div(y!, state),
      t: div(sub(t!, span.t0), span.T - span.t0),
      gain: reciprocal(noise),
      ...(model.kind === 'potential' ? { inverseScale: reciprocal(state) } : {}),
      ...(features ? { features: div(features, params['scales/features']!) } : {}),
    });
    return { score: whole ? score : matMul(score, transpose(params['range/basis']!)) };
  };
};

/** The file's own names in place of ours: `row/y` is y, `param/hidden1/weight` is hidden1.weight. */
const renamed = (graph: OnnxGraph): OnnxGraph => {
  const nameOf = (name: string): string =>
    name.startsWith('param/')
      ? name.slice('param/'.length).replaceAll('/', '.')
      : name.startsWith('row/')
        ? name.slice('row/'.length)
        : name;
  const rename = <T extends { readonly name: string }>(part: T): T => ({ ...part, name: nameOf(part.name) });
  return {
    ...graph,
    inputs: graph.inputs.map(rename),
    initialisers: graph.initialisers.map(rename),
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(nameOf) })),
  };
};

/** Throws E_SHAPE for a network whose rows depend on each other, E_TRACE_… for what cannot be compiled. */
export const exportScore = async (score: ScoreToExport): Promise<ExportedScore> => {
  const { features } = score.scales;
  const rows: RowShapes = {
    y: [score.dim],
    t: [],
    ...(features ? { features: [features.length] } : {}),
  };
  const params = withTables(score.params, tablesOf(score));
  const graph = renamed(await forwardGraph(standalone(score), params, rows));
  const named: OnnxGraph = { ...graph, name: 'score' };
  return {
    inputs: named.inputs.map(({ name }) => ({ name, shape: [...rows[name]!] })),
    encode: (metadata) => encodeModel(named, metadata),
  };
};
