/**
 * ONNX Runtime in its worker, as programs and forward functions see it: models are loaded, asked, released; refusals have codes.
 */
import { availableParallelism } from 'node:os';
import { fail } from '@fokker/core';
import { encodeModel, type OnnxGraph } from './encode.js';
import { type Engine, RuntimeRefusal, startEngine } from './engine.js';
import { createIdentities, createModelCache, type ModelCache } from './model-cache.js';
import type { Provider, Runtime } from './protocol.js';
import { repeat } from './scan.js';

export interface LoadedModel {
  readonly session: number;
  /** Names of the inputs it wants. */
  readonly inputs: ReadonlySet<string>;
}
export interface OnnxBackend {
  readonly version: string;
  /** Whether several steps go into one run. */
  readonly repeats: boolean;
  /** Rows of a forward run that keep its arrays in the processor's cache. */
  readonly block: number;
  /** Throws E_DEVICE for what ONNX Runtime refuses, E_WORKER when its thread dies. */
  readonly ask: Engine['ask'];
  /** `work`: rows times parameters, by which the number of threads is chosen. */
  load(graph: OnnxGraph, work: number, repeated: boolean): Promise<LoadedModel>;
  /** Frees a model; a refusal to load it is nothing to free. */
  unload(model: Promise<LoadedModel>): void;
  /** Frees a training state. */
  drop(state: number): void;
  /** Models of training steps. */
  readonly models: ModelCache;
  readonly identity: (thing: object) => number;
  close(): void;
}

export interface OnnxOptions {
  /** Threads of a run; by default one for small steps, all for large ones. Results do not depend on it. */
  readonly threads?: number | undefined;
}

/** Products a step below which a second thread costs more than it brings. */
const worthThreads = 1e8;
const onProcessor: readonly Provider[] = ['cpu', 'wasm'];

const coded =
  (engine: Engine, device: string): Engine['ask'] =>
  async (name, ask, transfer) => {
    try {
      return await engine.ask(name, ask, transfer);
    } catch (cause) {
      if (!(cause instanceof RuntimeRefusal)) throw cause;
      return fail('E_DEVICE', {
        summary: `the device '${device}' cannot ${name === 'open' ? 'start' : 'compute this network'}`,
        got: cause.message.trim().split('\n')[0]!,
        expected: name === 'open' ? 'ONNX Runtime with this provider' : 'operations that ONNX Runtime has for it',
        tryThis: ['training.device: auto', 'training.device: wasm or cpu, which need no ONNX Runtime', 'fokker doctor'],
        cause,
      });
    }
  };

/** For what nobody waits for: a device that was closed has freed everything. */
const quietly = (promise: Promise<unknown>): void => void promise.catch(() => undefined);

export const openBackend = async (device: string, runtime: Runtime, { threads }: OnnxOptions): Promise<OnnxBackend> => {
  const engine = startEngine();
  const ask = coded(engine, device);
  const unload = (model: Promise<LoadedModel>): void =>
    quietly(model.then(({ session }) => ask('unload', { session })));
  // WebAssembly's threads are started once; one core is left for those who prepare batches.
  const started = threads ?? Math.max(1, Math.min(4, availableParallelism() - 1));
  try {
    const { version } = await ask('open', { ...runtime, threads: started });
    return {
      version,
      repeats: onProcessor.includes(runtime.provider),
      block: 2048,
      ask,
      async load(graph, work, repeated) {
        const model = encodeModel(repeated ? repeat(graph) : graph);
        const enough = threads ?? (work < worthThreads ? 1 : availableParallelism());
        const outputs = graph.outputs.map(({ name }) => name);
        const carried = outputs.filter((name) => name.startsWith('next/') && name !== 'next/alive');
        const { session } = await ask('load', { model, threads: enough, repeated, carried });
        return { session, inputs: new Set(graph.inputs.map(({ name }) => name)) };
      },
      unload,
      drop: (state) => quietly(ask('drop', { state })),
      models: createModelCache(unload),
      identity: createIdentities(),
      close: () => engine.close(),
    };
  } catch (error) {
    engine.close();
    throw error;
  }
};
