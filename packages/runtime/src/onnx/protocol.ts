/**
 * What the main thread asks of the worker that holds ONNX Runtime: sessions, and training states that never leave it unless asked for.
 *
 * A training model has inputs and outputs by these names, so that the worker needs to know nothing else of it:
 *
 *     state/NAME  →  next/NAME     what a step carries to the next one
 *     step/NAME                    what it reads: a batch array [n, …] or the step's numbers
 *     each/NAME                    what it says of itself: the loss of each row, the gradient's norm, whether it was finite
 *
 * A repeated model (`Scan`) has the same names, with a leading dimension for the steps on `step/` and `each/`.
 */
export type LibraryName = 'onnxruntime-node' | 'onnxruntime-web';
export type Provider = 'cpu' | 'wasm' | 'webgpu' | 'cuda';

export interface Runtime {
  readonly library: LibraryName;
  readonly provider: Provider;
}

/** Float32 numbers and their shape. */
export interface HostArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}
export type HostArrays = Readonly<Record<string, HostArray>>;

export interface Calls {
  /** Loads the library and runs a small model on the provider. */
  open: { ask: Runtime & { readonly threads: number }; answer: { readonly version: string } };
  load: {
    /** `carried`: outputs that are fed back, and may stay where they are computed. */
    ask: {
      readonly model: Uint8Array;
      readonly threads: number;
      readonly repeated: boolean;
      readonly carried: readonly string[];
    };
    answer: { readonly session: number };
  };
  unload: { ask: { readonly session: number }; answer: undefined };
  /** A training state to keep. */
  keep: { ask: { readonly state: HostArrays }; answer: { readonly state: number } };
  read: { ask: { readonly state: number }; answer: Readonly<Record<string, Float32Array>> };
  drop: { ask: { readonly state: number }; answer: undefined };
  /** `count` steps one after the other; `steps` holds the arrays of each in turn, of the shape of one. Ends with the first that is not finite. */
  train: {
    ask: { readonly session: number; readonly state: number; readonly count: number; readonly steps: HostArrays };
    /** `spent`: the arrays of the steps, given back to be filled again. */
    answer: {
      readonly taken: number;
      readonly each: Readonly<Record<string, Float32Array>>;
      readonly spent: readonly Float32Array[];
    };
  };
  /** The output `out` of a model for `rows` rows, in blocks of at most `block`. `inputs` have the shape of one row. */
  infer: {
    ask: { readonly session: number; readonly inputs: HostArrays; readonly rows: number; readonly block: number };
    answer: { readonly out: Float32Array; readonly spent: readonly Float32Array[] };
  };
}
export type CallName = keyof Calls;
export type Ask<N extends CallName> = Calls[N]['ask'];
export type Answer<N extends CallName> = Calls[N]['answer'];

export interface Question<N extends CallName = CallName> {
  readonly id: number;
  readonly name: N;
  readonly ask: Ask<N>;
}
/** `error`: what ONNX Runtime said. */
export type Reply =
  | { readonly id: number; readonly answer: Answer<CallName> }
  | { readonly id: number; readonly error: string };

/** In place of a question: the worker ends when it has come so far. */
export const leave = 'leave';
