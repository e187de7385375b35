/**
 * TensorFlow's native kernels, when the user has installed @tensorflow/tfjs-node or @tensorflow/tfjs-node-gpu: optional, never among our own dependencies.
 *
 * The package is looked for from the working directory, then beside this one. It calls two functions that Node 23 removed from `util`; they are put back first.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail } from '@fokker/core';
import { installGradients } from '@fokker/ops';
import { type EagerBackend, start } from './backend.js';

export interface NativeLibrary {
  readonly package: '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';
  readonly hardware: string;
}

/** The npm command that makes it available: the library fetches its binary in an install script. */
export const installCommand = (library: NativeLibrary): string =>
  `npm install ${library.package}@4 --ignore-scripts=false`;

const resolveFrom = (name: string): string | undefined => {
  for (const origin of [pathToFileURL(join(process.cwd(), 'package.json')), import.meta.url]) {
    try {
      return createRequire(origin).resolve(name);
    } catch {
      // Not there: look in the next place.
    }
  }
  return undefined;
};

const restoreRemovedUtilities = (): void => {
  const util: Record<string, unknown> = createRequire(import.meta.url)('node:util');
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
};

/** Why the library cannot be used here, or its version. */
export type NativeProbe = { readonly version: string } | { readonly reason: string; readonly cause?: unknown };

const firstLine = (cause: unknown): string => String(cause instanceof Error ? cause.message : cause).split('\n')[0]!;

export const probeNative = async (library: NativeLibrary): Promise<NativeProbe> => {
  const path = resolveFrom(library.package);
  if (path === undefined) return { reason: `${library.package} is not installed` };
  restoreRemovedUtilities();
  try {
    const module: { default?: { version?: Record<string, string> }; version?: Record<string, string> } = await import(
      pathToFileURL(path).href
    );
    const version = module.version ?? module.default?.version;
    return { version: version?.['tfjs-node'] ?? version?.['tfjs-core'] ?? 'of unknown version' };
  } catch (cause) {
    return { reason: `${library.package} is installed but does not load: ${firstLine(cause)}`, cause };
  }
};

export const openNative = async (library: NativeLibrary): Promise<EagerBackend> => {
  const probe = await probeNative(library);
  if ('reason' in probe) {
    return fail('E_DEVICE', {
      summary: `TensorFlow for ${library.hardware} is not available`,
      got: probe.reason,
      expected: `${library.package} with its native binary`,
      tryThis: [installCommand(library), 'training.device: auto'],
      cause: probe.cause,
    });
  }
  // The package brings tfjs's own gradients; ours take their places back.
  installGradients();
  await start('tensorflow');
  return {
    name: 'tensorflow',
    description: `${library.package} ${probe.version}, ${library.hardware}`,
    rows: Number.POSITIVE_INFINITY,
  };
};
