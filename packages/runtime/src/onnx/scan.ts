/**
 * Several training steps in one run: the step becomes the body of a `Scan`, its state goes round, everything else gets a leading dimension for the steps, whose
 * number is chosen with every run.
 *
 *     state/p, step/x [K, …]  →  Scan(state ↦ body(state, x_k))  →  next/p, each/l [K, …]
 */
import type { OnnxGraph, TensorType } from './encode.js';

/** Dimension of the steps of a run. */
const steps = 'K';
const isState = ({ name }: TensorType): boolean => name.startsWith('state/') || name.startsWith('next/');

/** Inputs and outputs of a body may not be called like those around it. */
const inside = (name: string): string => `body/${name}`;

const stateFirst = (types: readonly TensorType[]): TensorType[] => [
  ...types.filter(isState),
  ...types.filter((type) => !isState(type)),
];

/** The body's carried values in one order going in and coming out. */
const aligned = (inputs: readonly TensorType[], outputs: readonly TensorType[]): TensorType[] => {
  const rank = (type: TensorType): number => {
    const at = inputs.findIndex(({ name }) => name.replace(/^state/, 'next') === type.name);
    return at < 0 ? inputs.length : at;
  };
  return [...outputs].sort((a, b) => rank(a) - rank(b));
};

export const repeat = (graph: OnnxGraph): OnnxGraph => {
  const inputs = stateFirst(graph.inputs);
  const outputs = aligned(inputs, stateFirst(graph.outputs));
  const outer = [...inputs, ...outputs].map(({ name }) => name);
  const rename = (name: string): string => (outer.includes(name) ? inside(name) : name);
  const renamed = (type: TensorType): TensorType => ({ ...type, name: inside(type.name) });
  const body: OnnxGraph = {
    ...graph,
    inputs: inputs.map(renamed),
    outputs: outputs.map(renamed),
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
  };
  const together = (type: TensorType): TensorType =>
    isState(type) ? type : { ...type, shape: [steps, ...type.shape] };
  return {
    name: `${graph.name}, repeated`,
    inputs: inputs.map(together),
    outputs: outputs.map(together),
    initialisers: [],
    nodes: [
      {
        op: 'Scan',
        inputs: inputs.map(({ name }) => name),
        outputs: outputs.map(({ name }) => name),
        attributes: {
          body: { graph: body },
          num_scan_inputs: { int: inputs.filter((type) => !isState(type)).length },
        },
      },
    ],
  };
};
