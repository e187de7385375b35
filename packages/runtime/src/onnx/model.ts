/** A graph of values as the graph of an ONNX file: every value gets a name. Inputs and outputs keep theirs, so these must not look like `c12` or `v12`. */
import type { Graph } from '../graph/graph.js';
import type { Shape, Value } from '../graph/value.js';
import type { Initialiser, OnnxGraph, OnnxNode, TensorType } from './encode.js';

/** How values are called, by their graph's outputs. */
const namesOf = (graph: Graph): ((value: Value) => string) => {
  const outputs = new Map<Value, string>(graph.outputs.map(({ name, value }) => [value, name]));
  return (value) => {
    if (value.kind === 'input') return value.name;
    return value.kind === 'constant' ? `c${value.id}` : (outputs.get(value) ?? `v${value.id}`);
  };
};

export interface Lowered {
  readonly name: string;
  /** Inputs that become constants of the file: parameters of a network that is only evaluated. */
  readonly fixed?: Readonly<Record<string, Float32Array>>;
  /** Shapes as they are written down, for free dimensions. */
  readonly shapeOf?: (name: string, shape: Shape) => readonly (number | string)[];
}

/** Inputs that nothing reads are left out. */
export const lower = (graph: Graph, { name, fixed = {}, shapeOf = (_, shape) => shape }: Lowered): OnnxGraph => {
  const nameOf = namesOf(graph);
  const given = ({ name, dtype, shape }: TensorType & { readonly shape: Shape }): TensorType => ({
    name,
    dtype,
    shape: shapeOf(name, shape),
  });
  const read = new Set<Value>(graph.operations.flatMap(({ inputs }) => inputs));
  const parameters = graph.inputs.flatMap((input): Initialiser[] => {
    const { name, dtype, shape } = input;
    const elements = fixed[name];
    return elements === undefined || !read.has(input) ? [] : [{ name, dtype, shape, elements }];
  });
  const constants = graph.constants.map(
    (value): Initialiser => ({ name: nameOf(value), dtype: value.dtype, shape: value.shape, elements: value.elements }),
  );
  return {
    name,
    inputs: graph.inputs.filter((input) => read.has(input) && !(input.name in fixed)).map(given),
    outputs: graph.outputs.map(({ name, value: { dtype, shape } }) => given({ name, dtype, shape })),
    initialisers: [...parameters, ...constants],
    nodes: graph.operations.map(
      (value): OnnxNode => ({
        op: value.op,
        inputs: value.inputs.map(nameOf),
        outputs: [nameOf(value)],
        attributes: value.attributes,
      }),
    ),
  };
};
