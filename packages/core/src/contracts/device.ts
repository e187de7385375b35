/**
 * A device owns parameters and optimiser state between calls, so that nothing large crosses the bridge twice.
 */
import type { Tensor1D, Tensor2D } from '@fokker/ops';
import type { ParameterLayout, Params, TensorMap } from './model.js';
import type { NamedArray, Tensors } from './objective.js';

/** Learning rate over steps: linear warm-up, then constant or cosine decay to `floor` × rate at `steps`. */
export interface OptimiserSpec {
  readonly id: 'adam' | 'sgd';
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly momentum: number;
  /** Largest gradient norm; longer gradients are shortened to it. Infinity: off. */
  readonly clip: number;
  readonly warmup: number;
  readonly decay: 'none' | 'cosine';
  readonly floor: number;
  readonly steps: number;
  /** Decay of the exponential moving average of the parameters; its first steps use min(ema, (1 + k)/(10 + k)). */
  readonly ema: number;
}

export interface TrainingStep {
  readonly layout: readonly ParameterLayout[];
  /** Consecutive rows that a sample owns, 1 by default: the loss of a row may read the others of its sample, and no more. */
  readonly rowsPerSample?: number;
  /** Loss of each row, [n]; the device takes the mean. */
  loss(params: TensorMap, batch: Tensors): Tensor1D;
  readonly optimiser: OptimiserSpec;
}

/** Everything a checkpoint needs, on the host. `slots`: Adam's m and v, SGD's velocity; each as long as `params`. */
export interface TrainingState {
  readonly step: number;
  readonly params: Float32Array;
  readonly ema: Float32Array;
  readonly slots: Readonly<Record<string, Float32Array>>;
}

export interface StepReport {
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** False: loss or gradient was not finite and the state is the one before this step. */
  readonly finite: boolean;
  /** Loss of each row, [n]. */
  readonly perSample: Float32Array;
}

/** Float64 arrays by name, cast to float32 at the bridge. */
export interface DeviceBatch {
  readonly n: number;
  readonly arrays: Readonly<Record<string, NamedArray>>;
}

export interface Program {
  run(batches: readonly DeviceBatch[]): Promise<readonly StepReport[]>;
  state(): Promise<TrainingState>;
  dispose(): void;
}

/** A compiled forward function: named arrays in, [n, width] out. */
export interface Forward {
  run(batch: DeviceBatch, out: Float64Array): Promise<void>;
  dispose(): void;
}

export interface Device {
  readonly id: string;
  /** A line for people: library, version, threads. */
  readonly description: string;
  compile(step: TrainingStep, initial: TrainingState): Promise<Program>;
  forward(apply: (params: TensorMap, batch: Tensors) => Tensor2D, params: Params): Promise<Forward>;
  dispose(): void;
}
