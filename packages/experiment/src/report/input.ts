/**
 * What a report is made of: plain data, as it stands in a run folder, and samples to draw.
 */
import type { Acceptance, Batch, Estimate, LinearisationError, QuantityFigure } from '@fokker/core';

/** A line of metrics.jsonl. */
export interface MetricsLine {
  readonly step: number;
  readonly loss: number;
  /** Mean loss of the rows whose time fell into [from, to); null where none did. */
  readonly bands?: readonly { readonly from: number; readonly to: number; readonly loss: number | null }[];
  readonly heldOut?: { readonly loss: number; readonly error?: number };
  readonly gradientNorm?: number;
  readonly stepsPerSecond?: number;
}

/** The content of evaluation.json, so far as a report shows it. */
export interface EvaluationFigures {
  readonly samples: readonly {
    readonly method: string;
    readonly lost: { readonly count: number; readonly of: number };
    /** Of samplers that can reject a move. */
    readonly acceptance?: Acceptance;
    readonly times: readonly {
      readonly t: number;
      readonly metrics: Readonly<Record<string, Measured>>;
    }[];
  }[];
  readonly score?: {
    /** Names of the errors that are fractions of the mean square of the true score. */
    readonly relative: readonly string[];
    readonly times: readonly { readonly t: number; readonly errors: Readonly<Record<string, Estimate>> }[];
  };
}

/** A value of a metric beside its floor. */
export interface Measured {
  readonly value: number;
  readonly floor: number;
  /** Of shares of points that fit: larger is closer. */
  readonly closer?: 'larger';
}

/** How many times as far from simulation as two simulations are from each other: distances over their floor, shares the other way round. */
export const timesFloor = ({ value, floor, closer }: Measured): number =>
  closer === 'larger' ? floor / value : value / floor;

/** States y_t, [n, d], of one method. */
export interface Sample {
  readonly t: number;
  readonly y: Batch;
}
export interface MethodSamples {
  readonly method: string;
  readonly frames: readonly Sample[];
}

/** Scores at grid points, [m, k] each with k = 1 or 2: the coordinates that the report draws. */
export interface ScoreGrid {
  readonly t: number;
  readonly points: Batch;
  readonly model: Batch;
  /** The true score, where it is known. */
  readonly reference?: Batch;
}

/** Paths at the same ascending times: simulated from the data, and carried back from the horizon; row i is one path. */
export interface Journey {
  readonly simulated: readonly Sample[];
  readonly reversed: readonly Sample[];
}

export interface ReportInput {
  readonly title: string;
  /** Facts about the run in reading order: process, objective, steps, seed, device … */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** config.yaml as written, shown in full at the end. */
  readonly config?: string;
  readonly metrics: readonly MetricsLine[];
  readonly evaluation?: EvaluationFigures;
  /** Of objectives that linearise, as it was prepared. */
  readonly linearisation?: LinearisationError;
  /** Simulation of the process, the law that methods are compared with. */
  readonly reference: readonly Sample[];
  readonly samples: readonly MethodSamples[];
  readonly scores?: readonly ScoreGrid[];
  readonly journey?: Journey;
  /** Figures of the physical quantities that were estimated. */
  readonly physics?: readonly QuantityFigure[];
  /** Names of the coordinates; by default y₁, y₂ … */
  readonly coordinates?: readonly string[];
  /** The two coordinates that densities show; by default the first two. */
  readonly pair?: readonly [number, number];
}
