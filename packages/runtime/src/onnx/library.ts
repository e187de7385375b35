/**
 * ONNX Runtime as the worker sees it. The native library and the WebAssembly one have the same interface and take the same model bytes.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Env, InferenceSession, InferenceSessionFactory, Tensor, TensorConstructor } from 'onnxruntime-common';
import { discard } from '../discard.js';
import { encodeModel } from './encode.js';
import type { LibraryName, Provider, Runtime } from './protocol.js';

interface Exports {
  readonly env: Env;
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}
export type TensorMap = Readonly<Record<string, Tensor>>;
/** The way into native code; see `gate.ts`. */
export type Enter = <T>(work: () => Promise<T>) => Promise<T>;
export interface Library extends Exports {
  readonly version: string;
  /** Whether a run can write into tensors that it is given. */
  readonly fills: boolean;
  readonly enter: Enter;
}
export interface Session {
  readonly outputNames: readonly string[];
  /** `places`: by output, the tensor to write into or null. */
  run(feeds: TensorMap, places?: Record<string, Tensor | null>): Promise<TensorMap>;
  release(): Promise<void>;
}

/** Where a package is: beside this one, else in the project one works in. */
const locate = (name: LibraryName): string => {
  for (const origin of [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json'))]) {
    try {
      createRequire(origin).resolve(name);
      return origin === import.meta.url ? name : pathToFileURL(createRequire(origin).resolve(name)).href;
    } catch {
      // Not there: look in the next place.
    }
  }
  throw new Error(`${name} is not installed`);
};

/** Throws where the library is not installed or has no binary for this machine. */
export const loadLibrary = async (
  { library: name, provider }: Runtime,
  enter: Enter = (work) => work(),
): Promise<Library> => {
  const path = locate(name);
  const module: Exports & { readonly default?: Exports } = await enter(() => import(path));
  const { env, InferenceSession, Tensor } = module.default ?? module;
  // Failures come as errors; the library's own log would repeat them on the terminal.
  env.logLevel = 'fatal';
  const { node, web, common } = env.versions;
  return { version: node ?? web ?? common, fills: provider === 'cpu', enter, env, InferenceSession, Tensor };
};

const providerOptions: Record<Provider, InferenceSession.ExecutionProviderConfig[]> = {
  cpu: ['cpu'],
  wasm: ['wasm'],
  // Operations that the graphics processor lacks run on the processor.
  webgpu: ['webgpu', 'cpu'],
  cuda: ['cuda', 'cpu'],
};

const inMemory = 'gpu-buffer' as const;

/** `kept`: outputs that stay on the device, where it has a memory of its own that tensors can stay in. */
export const createSession = async (
  { env, InferenceSession, enter }: Library,
  { provider }: Pick<Runtime, 'provider'>,
  model: Uint8Array,
  threads: number,
  kept: readonly string[] = [],
): Promise<Session> => {
  // WebAssembly's threads are started once, with its first session.
  if (provider === 'wasm') env.wasm.numThreads = threads;
  const options: InferenceSession.SessionOptions = {
    executionProviders: providerOptions[provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    ...(provider === 'webgpu' && { preferredOutputLocation: Object.fromEntries(kept.map((name) => [name, inMemory])) }),
    logSeverityLevel: 4,
  };
  const session = await enter(() => InferenceSession.create(model, options));
  return {
    outputNames: session.outputNames,
    run: (feeds, places) => enter(() => (places === undefined ? session.run(feeds) : session.run(feeds, places))),
    release: () => enter(() => session.release()),
  };
};

/** y = −x: shows that a provider starts and computes. */
const smallest = (): Uint8Array =>
  encodeModel({
    name: 'smallest',
    inputs: [{ name: 'x', dtype: 'float32', shape: [2] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: [2] }],
    initialisers: [],
    nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'], attributes: {} }],
  });

export const tryProvider = async (library: Library, runtime: Runtime, threads: number): Promise<void> => {
  const session = await createSession(library, runtime, smallest(), threads);
  const { y } = await session.run({ x: new library.Tensor('float32', Float32Array.of(1, -2), [2]) });
  await session.release();
  if (y?.data[0] !== -1 || y.data[1] !== 2)
    throw new Error(`the provider '${runtime.provider}' computes wrong numbers`);
};

/** Frees at once what JavaScript's garbage collector does not know of, or only in part. Where runs fill tensors, all of a state are made here. */
export const freeTensors = ({ fills }: Pick<Library, 'fills'>, tensors: TensorMap): void => {
  for (const tensor of Object.values(tensors)) {
    if (tensor.location === inMemory) tensor.dispose();
    else if (fills) discard([tensor.data as Float32Array]);
  }
};

/** y = x: brings a vector to the host. */
const copying = (): Uint8Array =>
  encodeModel({
    name: 'copy',
    inputs: [{ name: 'x', dtype: 'float32', shape: ['n'] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: ['n'] }],
    initialisers: [],
    nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'], attributes: {} }],
  });

/** Copies of the numbers of vectors, wherever they are. */
export const readTensors = async (
  library: Library,
  runtime: Runtime,
  tensors: TensorMap,
): Promise<Record<string, Float32Array>> => {
  const away = Object.values(tensors).some(({ location }) => location === inMemory);
  const copy = away ? await createSession(library, runtime, copying(), 1) : undefined;
  const numbers: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    const here = tensor.location === inMemory ? (await copy!.run({ x: tensor })).y! : tensor;
    numbers[name] = Float32Array.from(here.data as Float32Array);
  }
  await copy?.release();
  return numbers;
};
