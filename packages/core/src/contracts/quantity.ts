/**
 * A physical quantity of a driven system, estimated from its process, a score and states: a part like any other, found by its id.
 *
 * Its result is for reading (rows), for numpy (arrays) and for looking at (figures, as data: whoever prints a report draws them).
 */
import type { Batch } from './batch.js';
import type { Estimate } from './metric.js';
import type { ScoreField } from './model.js';
import type { Dataset } from './problem.js';
import type { Key } from './random.js';
import type { Schema, Sde } from './sde.js';

export interface QuantityContext {
  /** Completed. */
  readonly sde: Sde;
  /** Provides nothing where there is none; asked only by quantities that read it. */
  readonly score: ScoreField;
  /** The law at the start of the span. */
  readonly data: Dataset;
  /** Names, [d]. */
  readonly coordinates: readonly string[];
  readonly times: readonly number[];
  /** States at each time, or paths. */
  readonly n: number;
  /** Smallest time at which the score may be asked. */
  readonly cutoff: number;
  /** Largest step of a simulation. */
  readonly step: number;
  readonly key: Key;
  /**
   * n simulated states at time t, batch after batch: the same paths at every time. Streams of several times that are read side by side share one
   * simulation; `extra` are times beyond `times`.
   */
  streams(extra?: readonly number[]): (t: number) => AsyncIterable<Batch>;
  readonly onStep?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type QuantityCell = string | number | Estimate;

/** An array as numpy knows it, row-major. */
export interface ShapedArray {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

export interface FigurePoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}
/** Curves with their intervals. */
export interface LinesFigure {
  readonly kind: 'lines';
  readonly across: string;
  readonly up: string;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly FigurePoint[];
    /** Drawn quietly, dashed: what it should be. */
    readonly expected?: boolean;
  }[];
}
/** Arrows over a density, one panel a time. */
export interface FieldFigure {
  readonly kind: 'field';
  readonly across: string;
  readonly up: string;
  readonly panels: readonly {
    readonly title: string;
    readonly ranges: readonly [{ from: number; to: number }, { from: number; to: number }];
    readonly cells: number;
    /** [cells²], element k · cells + i at the i-th cell across and the k-th up. */
    readonly density: ArrayLike<number>;
    /** [cells², 2] */
    readonly arrows: ArrayLike<number>;
  }[];
}
export type QuantityFigure = (LinesFigure | FieldFigure) & {
  /** Of its file, without the extension. */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
};

export interface QuantityResult {
  /** Conventions and warnings that belong to the numbers. */
  readonly notes: readonly string[];
  readonly rows: readonly Readonly<Record<string, QuantityCell>>[];
  readonly arrays: Readonly<Record<string, ShapedArray>>;
  readonly figures: readonly QuantityFigure[];
}

export interface Quantity {
  estimate(context: QuantityContext): Promise<QuantityResult>;
}
export interface QuantityDefinition<O = unknown> {
  readonly id: string;
  readonly summary?: string;
  readonly options: Schema<O>;
  /** 'process': needs no score. */
  readonly reads: 'score' | 'process';
  create(options: O): Quantity;
}
