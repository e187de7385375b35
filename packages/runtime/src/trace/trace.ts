/**
 * Records a function of tensors as a graph.
 *
 *     graph = trace(({ p, y }) => ({ loss: …, gradient: … }), { p: { shape: [100] }, y: { shape: [512, 2] } })
 *
 * The function runs once, on tensors that have a shape and no numbers; derivatives taken inside are part of the graph. It must be a function of its inputs:
 * what would silently freeze a number is refused (E_TRACE_READ, E_TRACE_RANDOM, E_TRACE_CAPTURE, E_TRACE_CONSTANT), what has no lowering too
 * (E_TRACE_OPERATION). tfjs is left as it was found, whatever happens.
 */
import { isFokkerError } from '@fokker/core';
import { engine, getBackend, setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type EagerBackend, start, using } from '../backends/backend.js';
import { createBuilder } from '../graph/builder.js';
import { finishGraph } from '../graph/finish.js';
import type { Graph } from '../graph/graph.js';
import { allRewrites, type Rewrites } from '../graph/rewrites.js';
import type { Shape, Value } from '../graph/value.js';
import { type TraceBackend, traceBackend, traceBackendName } from './backend.js';
import { randomIn, refuseAsync, refuseOperation, refuseRandom, stackHere } from './refusals.js';

export interface InputSpec {
  readonly shape: Shape;
  /** float32 by default. */
  readonly dtype?: 'float32' | 'int32' | 'bool';
}
export interface TraceOptions {
  /** All of them by default. */
  readonly rewrites?: Rewrites;
  /** The most numbers that an array made inside may have, unless they are all equal; 64 by default. */
  readonly largestConstant?: number;
}
export type TracedInputs<K extends string> = Readonly<Record<K, Tensor>>;
export type TracedOutputs = Readonly<Record<string, Tensor>>;

const recorder: EagerBackend = {
  name: traceBackendName,
  description: 'records graphs',
  rows: Number.POSITIVE_INFINITY,
};
let started = false;
const missingKernel = /Kernel '(\w+)' not registered for backend 'fokker-trace'/;

/** Nothing may draw random numbers while a step is recorded, not even through a library. */
const withoutRandomness = <T>(work: () => T): T => {
  const property = Object.getOwnPropertyDescriptor(Math, 'random')!;
  const refuse = (): never => {
    const operator = randomIn(stackHere());
    return refuseRandom(operator === undefined ? 'Math.random' : `tf.${operator}`);
  };
  Object.defineProperty(Math, 'random', { ...property, value: refuse });
  try {
    return work();
  } finally {
    Object.defineProperty(Math, 'random', property);
  }
};

/** Takes back variables that were made inside: tfjs registers them before the backend can refuse. */
const withoutVariables = <T>(work: () => T): T => {
  const known = new Set(Object.keys(engine().registeredVariables));
  try {
    return work();
  } finally {
    for (const variable of Object.values(engine().registeredVariables)) {
      if (!known.has(variable.name)) variable.dispose();
    }
  }
};

const explained = <T>(work: () => T): T => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  try {
    return work();
  } catch (error) {
    const kernel = error instanceof Error && !isFokkerError(error) ? missingKernel.exec(error.message)?.[1] : undefined;
    if (kernel !== undefined) refuseOperation(kernel, (error as Error).stack);
    throw error;
  } finally {
    Error.stackTraceLimit = limit;
  }
};

const record = <K extends string>(
  backend: TraceBackend,
  f: (inputs: TracedInputs<K>) => TracedOutputs,
  specs: Readonly<Record<K, InputSpec>>,
  { rewrites = allRewrites, largestConstant = 64 }: TraceOptions,
): Graph => {
  const builder = createBuilder(rewrites);
  const close = backend.open({ builder, largestConstant });
  const values: Record<string, Value> = {};
  try {
    tidy(() => {
      const inputs = {} as Record<K, Tensor>;
      for (const name in specs) {
        const { shape, dtype = 'float32' } = specs[name];
        const dataId = backend.hold(builder.input(name, shape, dtype));
        inputs[name] = engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype }, backend);
      }
      const outputs: unknown = explained(() => withoutVariables(() => withoutRandomness(() => f(inputs))));
      if (outputs instanceof Promise) {
        outputs.catch(() => undefined);
        refuseAsync();
      }
      for (const [name, output] of Object.entries(outputs as TracedOutputs)) values[name] = backend.lookUp(output);
    });
    return finishGraph(builder, values);
  } finally {
    close();
  }
};

export const trace = async <K extends string>(
  f: (inputs: TracedInputs<K>) => TracedOutputs,
  specs: Readonly<Record<K, InputSpec>>,
  options: TraceOptions = {},
): Promise<Graph> => {
  const backend = traceBackend();
  const before = getBackend();
  if (!started) {
    await start(traceBackendName);
    started = true;
  }
  return using(recorder, () => {
    try {
      return record(backend, f, specs, options);
    } finally {
      if (before && before !== traceBackendName) void setBackend(before);
    }
  });
};
