/**
 * What was chosen once before training travels as plain JSON (run folders, worker messages). It is checked when it comes back: E_FORMAT names the part and the path
 * of the first entry that does not fit.
 */
import type { z } from 'zod';
import type { Json } from '../contracts/batch.js';
import { fail } from '../errors.js';

export const readPrepared = <T>(schema: z.ZodType<T, unknown>, value: Json, what: string): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return fail('E_FORMAT', {
    summary: `the saved ${what} cannot be read back`,
    got: `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'not the expected shape'}`,
    expected: `a ${what} as it was prepared`,
    tryThis: ['prepare the run again, or restore its files unchanged'],
  });
};
