/**
 * A contract is a list of named checks that throw. Vitest runs them with `test.each(contract)('$name', ({ run }) => run())`; a program can run them too.
 */
import { fail } from '../errors.js';

export interface ContractCase {
  readonly name: string;
  run(): void | Promise<void>;
}

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
