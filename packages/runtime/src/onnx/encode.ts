/**
 * An ONNX model file: opset 18, IR version 8. Field numbers are those of onnx.proto3.
 *
 *     ModelProto ⊃ GraphProto ⊃ NodeProto ⊃ AttributeProto (⊃ GraphProto: the body of a Scan),   TensorProto for constants,   ValueInfoProto for inputs and outputs
 */
import type { Attribute, DType, Elements } from '../graph/value.js';
import { bytes, float, integer, join, type Message, message, text } from './protobuf.js';

/** A named input or output; a dimension with a name is free. */
export interface TensorType {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | string)[];
}
export interface Initialiser {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly elements: Elements;
}
export type NodeAttribute = Attribute | { readonly graph: OnnxGraph };
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, NodeAttribute>>;
}
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  readonly initialisers: readonly Initialiser[];
  readonly nodes: readonly OnnxNode[];
}

const dataType: Record<DType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };

const tensorType = (field: number, { name, dtype, shape }: TensorType): Message => {
  const dimensions = shape.map((extent) =>
    message(1, typeof extent === 'number' ? integer(1, extent) : text(2, extent)),
  );
  return message(field, text(1, name), message(2, message(1, integer(1, dataType[dtype]), message(2, ...dimensions))));
};

const raw = ({ buffer, byteOffset, byteLength }: Elements): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const initialiser = ({ name, dtype, shape, elements }: Initialiser): Message =>
  message(
    5,
    ...shape.map((extent) => integer(1, extent)),
    integer(2, dataType[dtype]),
    text(8, name),
    bytes(9, raw(elements)),
  );

const attribute = (name: string, value: NodeAttribute): Message => {
  const content = (): Message[] => {
    if ('int' in value) return [integer(3, value.int), integer(20, 2)];
    if ('float' in value) return [float(2, value.float), integer(20, 1)];
    if ('ints' in value) return [...value.ints.map((int) => integer(8, int)), integer(20, 7)];
    if ('string' in value) return [text(4, value.string), integer(20, 3)];
    return [message(6, ...graphFields(value.graph)), integer(20, 5)];
  };
  return message(5, text(1, name), ...content());
};

const node = ({ op, inputs, outputs, attributes }: OnnxNode): Message =>
  message(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  );

const graphFields = ({ name, nodes, inputs, outputs, initialisers }: OnnxGraph): Message[] => [
  ...nodes.map(node),
  text(2, name),
  ...initialisers.map(initialiser),
  ...inputs.map((input) => tensorType(11, input)),
  ...outputs.map((output) => tensorType(12, output)),
];

/** The bytes of a model; `metadata` are key–value pairs that a reader of the file may look up. */
export const encodeModel = (graph: OnnxGraph, metadata: Readonly<Record<string, string>> = {}): Uint8Array =>
  join(
    [
      integer(1, 8),
      text(2, 'fokker'),
      message(7, ...graphFields(graph)),
      message(8, text(1, ''), integer(2, 18)),
      ...Object.entries(metadata).map(([name, value]) => message(14, text(1, name), text(2, value))),
    ].flat(),
  );
