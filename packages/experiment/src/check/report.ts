/** What a check finds, as plain data. */
import { type CaseResult, type Measurement, worstOf } from '@fokker/core/testing';

export interface CheckedCase {
  readonly name: string;
  /** `told`: measured, without a limit to hold it to. */
  readonly outcome: CaseResult['outcome'];
  readonly measured: readonly Measurement[];
  /** Of those with a limit, the one nearest to it. */
  readonly nearest?: Measurement;
  readonly seconds: number;
  /** Where it failed. */
  readonly error?: {
    readonly code: string;
    readonly summary: string;
    readonly got: string;
    readonly expected: string;
    readonly tryThis: readonly string[];
    readonly where?: string;
  };
}

export interface CheckedSubject {
  /** What was checked, in words: `process active-swimmer`. */
  readonly subject: string;
  readonly plugin?: string;
  readonly cases: readonly CheckedCase[];
}

/** A part that could not be checked, and why. */
export interface Unchecked {
  readonly subject: string;
  readonly why: string;
}

export interface CheckReport {
  readonly target: string;
  readonly subjects: readonly CheckedSubject[];
  readonly unchecked: readonly Unchecked[];
  readonly passed: number;
  readonly told: number;
  readonly failed: number;
  readonly seconds: number;
}

export const checkedCase = ({ name, outcome, measured, seconds, error }: CaseResult): CheckedCase => {
  const limited = measured.filter(({ limit }) => limit !== undefined);
  return {
    name,
    outcome,
    measured,
    ...(limited.length > 0 && { nearest: worstOf(limited) }),
    seconds,
    ...(error !== undefined && {
      error: {
        code: error.code,
        summary: error.message.slice(error.code.length).trim(),
        got: error.got,
        expected: error.expected,
        tryThis: error.tryThis,
        ...(error.where !== undefined && { where: error.where }),
      },
    }),
  };
};
