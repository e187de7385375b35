/**
 * Runs a contract outside any test runner: every case to its end, whatever the others did.
 */
import { FokkerError, isFokkerError } from '../errors.js';
import type { ContractCase, Measurement } from './contract.js';

export interface CaseResult {
  readonly name: string;
  /** `told`: measured without a limit to hold it to. */
  readonly outcome: 'passed' | 'failed' | 'told';
  readonly measured: readonly Measurement[];
  /** What was thrown, where it failed. */
  readonly error?: FokkerError;
  readonly seconds: number;
}

/** What is thrown without a code is the defect of the part that was checked. */
const coded = (error: unknown): FokkerError =>
  isFokkerError(error)
    ? error
    : new FokkerError('E_CONTRACT', {
        summary: 'a part threw an error of its own',
        got: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        expected: 'a result, or an error made by fail(code, …)',
        tryThis: ['look at the trace of the error below'],
        cause: error,
      });

const resultOf = async ({ name, measure }: ContractCase): Promise<CaseResult> => {
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  try {
    const measured = await measure();
    const told = measured.length > 0 && measured.every(({ limit }) => limit === undefined);
    return { name, outcome: told ? 'told' : 'passed', measured, seconds: seconds() };
  } catch (error) {
    return { name, outcome: 'failed', measured: [], error: coded(error), seconds: seconds() };
  }
};

/** One result a case, in order. `onCase` hears of each; an aborted signal ends the run before the next. */
export const runContract = async (
  cases: readonly ContractCase[],
  {
    onCase,
    signal,
  }: { readonly onCase?: (result: CaseResult) => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly CaseResult[]> => {
  const results: CaseResult[] = [];
  for (const each of cases) {
    if (signal?.aborted) break;
    const result = await resultOf(each);
    results.push(result);
    onCase?.(result);
  }
  return results;
};
