/**
 * What a comparison holds: a cell for each process × objective, either its figures with intervals over seeds or the reason why there are none.
 */
import { type ErrorCode, isFokkerError } from '@fokker/core';

/** Mean over seeds with its 95 % interval (Student's t); the interval is absent for one seed. */
export interface Summary {
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
  readonly values: readonly number[];
}

/** 97.5 % points of Student's t with 1 … 10 degrees of freedom; beyond, the normal one is 2 % off. */
const studentPoints = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

export function summarise(values: readonly number[]): Summary {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { mean, values };
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
  const half = (studentPoints[n - 2] ?? 2) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half, values };
}

/** Why a cell has no figures. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly summary: string;
  readonly expected: string;
  readonly tryThis: readonly string[];
}

/** A configuration that does not fit is a finding; anything else is a defect and goes on. */
export function refusalOf(error: unknown): Refusal {
  const expected = ['E_CAPABILITY', 'E_ACTIVATION', 'E_INCOMPATIBLE', 'E_WEIGHT', 'E_PARAMETERS', 'E_CONFIG'];
  if (!isFokkerError(error) || !expected.includes(error.code)) throw error;
  return { code: error.code, summary: error.message, expected: error.expected, tryThis: error.tryThis };
}

export interface Divergence {
  readonly seed: number;
  /** Step, sample and time band, as training said. */
  readonly text: string;
}

export interface Band {
  readonly from: number;
  readonly to: number;
}

/** Figures of one process × objective over all seeds that arrived. */
export interface Figures {
  /** Those that arrived, in the order of all values. */
  readonly seeds: readonly number[];
  readonly scoreError: readonly {
    readonly t: number;
    readonly metric: string;
    /** A fraction of the mean square of the true score. */
    readonly relative: boolean;
    readonly error: Summary;
  }[];
  readonly distances: readonly {
    readonly t: number;
    readonly metric: string;
    readonly value: Summary;
    readonly floor: number;
  }[];
  /** Trace of the covariance of one row's gradient at the trained parameters, by time band. */
  readonly gradientVariance: readonly (Band & { readonly variance: Summary })[];
  readonly lost: number;
  readonly msPerStep: Summary;
  /** Of the first objective that was trained on the process. */
  readonly stepRatio: Summary;
  readonly divergences: readonly Divergence[];
}

/** A figure less that of the first objective under the same seed: paired, so that its interval is free of what seeds share. */
export interface Difference {
  readonly t: number;
  readonly metric: string;
  readonly relative: boolean;
  readonly difference: Summary;
}

export interface Cell {
  readonly process: string;
  readonly objective: string;
  readonly refusal?: Refusal;
  /** Steps of training; at equal time those that fit the time of the first objective. */
  readonly steps?: number;
  /** The best of the rates that were tried, where any were. */
  readonly learningRate?: number | undefined;
  readonly figures?: Figures;
  /** From the first objective that was trained on the process; absent for itself. */
  readonly differences?: readonly Difference[];
  /** All rates, each with its figures. */
  readonly rates?: readonly { readonly learningRate: number; readonly figures: Figures }[];
}

/** What objectives have in common: the number of steps, or their time. */
export const budgets = ['steps', 'time'] as const;
export type Budget = (typeof budgets)[number];

export interface Measured {
  readonly seeds: readonly number[];
  readonly steps: number;
  readonly equal: Budget;
  readonly device: string;
  readonly cells: readonly Cell[];
}

export interface Comparison extends Measured {
  /** Where it was written. */
  readonly files: readonly string[];
}
