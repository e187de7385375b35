/**
 * A contract is a list of named checks that throw, and tell what they measured. Vitest runs them with `test.each(contract)('$name', ({ run }) => run())`; `runContract`
 * runs them anywhere, and keeps the numbers.
 */
import { fail } from '../errors.js';

/** A number that a check found. It is held against `limit`; without one it is told, not judged. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly limit?: number;
  /** `most` (default): value ≤ limit; `least`: value ≥ limit. */
  readonly side?: 'most' | 'least';
}
export type Measured = Measurement | readonly Measurement[];

/** A check as its author writes it: returns what it measured, if anything, and throws where it fails. */
export interface Check {
  readonly name: string;
  run(): Measured | void | Promise<Measured> | Promise<void>;
}

/** A check as a runner takes it. */
export interface ContractCase {
  readonly name: string;
  /** For test runners, which expect nothing back. */
  run(): Promise<void>;
  measure(): Promise<readonly Measurement[]>;
}

const measurementsOf = (measured: Awaited<ReturnType<Check['run']>>): readonly Measurement[] => {
  if (typeof measured !== 'object') return [];
  return 'what' in measured ? [measured] : measured;
};

export const contractOf = (checks: readonly Check[]): readonly ContractCase[] =>
  checks.map((check) => {
    const measure = async (): Promise<readonly Measurement[]> => measurementsOf(await check.run());
    return {
      name: check.name,
      measure,
      async run() {
        await measure();
      },
    };
  });

/** Throws E_CONTRACT unless `condition` holds. */
export function assertContract(condition: boolean, got: string, expected: string): asserts condition {
  if (condition) return;
  fail('E_CONTRACT', {
    summary: 'a part does not keep its contract',
    got,
    expected,
    tryThis: ['docs: the contract stands beside its type in @fokker/core'],
  });
}

/** The measurement, or E_CONTRACT where it is beyond its limit (or no number at all). */
export const assertWithin = (measurement: Measurement): Measurement => {
  const { what, value, limit, side = 'most' } = measurement;
  if (limit === undefined || (side === 'most' ? value <= limit : value >= limit)) return measurement;
  return fail('E_CONTRACT', {
    summary: `${what} is out of bounds`,
    got: `${value}`,
    expected: `${side === 'most' ? 'at most' : 'at least'} ${limit}`,
    tryThis: ['docs/plugins.md says what each suite measures'],
  });
};

/** How much of its limit a measurement takes: above 1 it is beyond. */
const share = ({ value, limit = Number.POSITIVE_INFINITY, side = 'most' }: Measurement): number => {
  if (side === 'least') return limit / value;
  return value === 0 ? 0 : value / limit;
};

/** The one nearest its limit: what a check that looks in many places reports. */
export const worstOf = (measurements: readonly Measurement[]): Measurement =>
  measurements.reduce((worst, each) => (share(each) > share(worst) ? each : worst));

const codeIn = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'an error without a code';

/** The code of what `run` throws, or undefined if it returns. */
export const codeOf = (run: () => void): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return codeIn(error);
  }
};

/** The code of what `run` throws or its promise is rejected with, or undefined if it is fulfilled. */
export const rejectionOf = async (run: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    await run();
    return undefined;
  } catch (error) {
    return codeIn(error);
  }
};
