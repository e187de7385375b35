/** Errors on their way from a worker thread: coded ones travel as data and come out as they were; anything else is a death of the worker. */
import { type ErrorCode, errorCodes, FokkerError, isFokkerError } from '@fokker/core';

export interface CodedError {
  readonly code: ErrorCode;
  readonly summary: string;
  readonly got: string;
  readonly expected: string;
  readonly tryThis: readonly string[];
  readonly where?: string | undefined;
  readonly option?: readonly (string | number)[] | undefined;
}
/** A coded error, or the words of another. */
export type SentError = CodedError | string;

export const sendable = (error: unknown): SentError => {
  if (!isFokkerError(error)) return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const { code, got, expected, tryThis, where, option } = error;
  return { code, summary: error.message.slice(code.length).trim(), got, expected, tryThis, where, option };
};

/** `died` makes the error of a worker that failed without a code. */
export const received = (error: SentError, died: (got: string) => FokkerError): FokkerError =>
  typeof error === 'string' || !(error.code in errorCodes)
    ? died(typeof error === 'string' ? error : error.summary)
    : new FokkerError(error.code, error);
