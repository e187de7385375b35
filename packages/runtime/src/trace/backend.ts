/**
 * A tfjs backend that computes nothing: the data of its tensors are values of the graph being built. Gradients need no work here, since tfjs runs its gradient
 * functions through the same kernels.
 *
 * It keeps the uniform arrays that tfjs writes as single numbers, and refuses what would be frozen or has no meaning: reading, random numbers, variables, tensors
 * of other backends, large arrays.
 */
import { fail } from '@fokker/core';
import {
  type BackendValues,
  type DataId,
  type DataType,
  KernelBackend,
  type NamedTensorInfoMap,
  registerBackend,
  registerKernel,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Builder } from '../graph/builder.js';
import { type DType, type Elements, sizeOf, type Value } from '../graph/value.js';
import { kernels } from './kernels/index.js';
import { attributesOf, type Emitter } from './kernels/kernel.js';
import {
  randomIn,
  refuseCapture,
  refuseConstant,
  refuseRandom,
  refuseRead,
  refuseVariable,
  stackHere,
} from './refusals.js';

export const traceBackendName = 'fokker-trace';

/** One trace: where values go, and how large an array may be that the step brings along. */
export interface Tracing {
  readonly builder: Builder;
  readonly largestConstant: number;
}

const elementsOf = (values: BackendValues, dtype: DataType): Elements => {
  if (values instanceof Float32Array && dtype === 'float32') return values;
  const numbers = values as ArrayLike<number>;
  if (dtype === 'int32') return Int32Array.from(numbers);
  return dtype === 'bool' ? Uint8Array.from(numbers) : Float32Array.from(numbers);
};

const dtypeFor = (dtype: DataType): DType => (dtype === 'int32' || dtype === 'bool' ? dtype : 'float32');

/** tfjs writes the numbers of an operator this few calls below it. */
const depthOfOperators = 20;

class TraceBackend extends KernelBackend {
  private readonly values = new Map<DataId, Value>();
  private current: Tracing | undefined;

  /** Opens a trace; what it returns closes it. */
  open(tracing: Tracing): () => void {
    this.current = tracing;
    return () => {
      this.current = undefined;
      this.values.clear();
    };
  }

  get tracing(): Tracing {
    return (
      this.current ??
      fail('E_DEVICE', {
        summary: 'no backend is current that computes tensors',
        got: 'an operation on tensors outside a step',
        expected: 'a backend of TensorFlow.js for computing outside of compiled steps',
        tryThis: ["import '@tensorflow/tfjs-backend-cpu' and await setBackend('cpu')", "openDevice('cpu')"],
      })
    );
  }

  hold(value: Value): DataId {
    const dataId = {};
    this.values.set(dataId, value);
    return dataId;
  }

  /** The value of a tensor of this trace. */
  lookUp({ dataId, shape, dtype }: TensorInfo): Value {
    return this.values.get(dataId) ?? refuseCapture(shape, dtype);
  }

  override write(values: BackendValues | null, shape: number[], dtype: DataType): DataId {
    const { builder, largestConstant } = this.tracing;
    if (values === null) return this.hold(builder.splat(0, shape, dtypeFor(dtype)));
    const value = builder.constant(elementsOf(values, dtype), shape);
    const random = randomIn(stackHere(depthOfOperators));
    if (random !== undefined) refuseRandom(`tf.${random}`);
    if (value.kind === 'constant' && sizeOf(shape) > largestConstant) refuseConstant(shape, dtype, largestConstant);
    return this.hold(value);
  }

  override move(_dataId: DataId, _values: BackendValues, shape: number[], dtype: DataType): void {
    refuseCapture(shape, dtype);
  }

  override readSync(): BackendValues {
    return refuseRead('dataSync, arraySync or print');
  }
  override read(): Promise<BackendValues> {
    return refuseRead('data or array');
  }

  /** Every tensor has data of its own; only variables share, for which tfjs counts references. */
  override refCount(dataId: DataId): number {
    return this.values.has(dataId) ? 1 : 0;
  }
  override incRef(): void {
    refuseVariable();
  }
  override disposeData(dataId: DataId): boolean {
    this.values.delete(dataId);
    return true;
  }
  override numDataIds(): number {
    return this.values.size;
  }
  override memory() {
    return { unreliable: true };
  }
  override floatPrecision(): 32 {
    return 32;
  }
  override dispose(): void {
    this.values.clear();
  }
}

export type { TraceBackend };

const emit = (
  backend: TraceBackend,
  kernel: string,
  emitter: Emitter,
  inputs: NamedTensorInfoMap,
  attributes: object,
) => {
  const values: Record<string, Value> = {};
  for (const [name, info] of Object.entries(inputs)) if (info) values[name] = backend.lookUp(info);
  const emitted = emitter(backend.tracing.builder, values, attributesOf(kernel, { ...attributes }));
  const infoOf = (value: Value): TensorInfo => ({
    dataId: backend.hold(value),
    shape: [...value.shape],
    dtype: value.dtype === 'int64' ? 'int32' : value.dtype,
  });
  return Array.isArray(emitted) ? emitted.map(infoOf) : infoOf(emitted);
};

let backend: TraceBackend | undefined;

/** The backend, registered with its kernels at the first call. */
export const traceBackend = (): TraceBackend => {
  if (backend) return backend;
  const created = new TraceBackend();
  registerBackend(traceBackendName, () => created, 0);
  for (const [kernelName, emitter] of Object.entries(kernels)) {
    registerKernel({
      kernelName,
      backendName: traceBackendName,
      kernelFunc: ({ inputs, attrs }) => emit(created, kernelName, emitter, inputs, attrs ?? {}),
    });
  }
  backend = created;
  return created;
};
