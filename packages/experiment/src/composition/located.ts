/**
 * Errors that know their place: whatever is refused while a key of the configuration is being used says where that key stands.
 */
import { FokkerError, isFokkerError } from '@fokker/core';
import type { ConfigSource, Path } from '../config/source.js';

const withPlace = (error: unknown, source: ConfigSource, path: Path): unknown => {
  if (!isFokkerError(error) || error.where !== undefined) return error;
  const where = source.where([...path, ...(error.option ?? [])]);
  if (where === undefined) return error;
  const { code, got, expected, tryThis, cause } = error;
  return new FokkerError(code, {
    summary: error.message.slice(code.length).trim(),
    got,
    expected,
    tryThis,
    cause,
    where,
  });
};

/** Runs `work`; a coded error without a place gets that of `path`. */
export function located<T>(source: ConfigSource, path: Path, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withPlace(error, source, path);
  }
}

export async function locatedAsync<T>(source: ConfigSource, path: Path, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withPlace(error, source, path);
  }
}
