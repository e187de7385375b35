/**
 * The devices by id, fastest first, and what `fokker doctor` says of each. `auto` is the first one available here.
 */
import { type Device, fail, isFokkerError } from '@fokker/core';
import '@fokker/ops';
import type { EagerBackend } from './backends/backend.js';
import { cpuVersion, openCpu } from './backends/cpu.js';
import { installCommand, type NativeLibrary, openNative, probeNative } from './backends/tensorflow.js';
import { openWasm, wasmVersion } from './backends/wasm.js';
import { createEagerDevice } from './eager-device.js';

const gpu: NativeLibrary = { package: '@tensorflow/tfjs-node-gpu', hardware: 'CUDA' };
const native: NativeLibrary = { package: '@tensorflow/tfjs-node', hardware: 'native CPU' };

interface DeviceEntry {
  /** Whether it lives in the thread that opens it: native libraries and graphics cards belong to the whole process. */
  readonly perThread: boolean;
  readonly open: () => Promise<EagerBackend>;
  readonly describe: () => Promise<Omit<DeviceStatus, 'id'>>;
}

const builtIn = (version: string, description: string) => async () => ({ available: true, version, description });
const optional = (library: NativeLibrary, description: string) => async () => {
  const probe = await probeNative(library);
  if ('version' in probe) return { available: true, version: probe.version, description };
  return { available: false, description, reason: probe.reason, install: installCommand(library) };
};

const entries = {
  'tensorflow-gpu': { perThread: false, open: () => openNative(gpu), describe: optional(gpu, 'TensorFlow on CUDA') },
  tensorflow: {
    perThread: false,
    open: () => openNative(native),
    describe: optional(native, 'TensorFlow’s native CPU kernels'),
  },
  wasm: { perThread: true, open: openWasm, describe: builtIn(wasmVersion, 'WebAssembly kernels, one thread') },
  cpu: { perThread: true, open: openCpu, describe: builtIn(cpuVersion, 'plain JavaScript kernels, one thread') },
} as const satisfies Record<string, DeviceEntry>;

type EntryId = keyof typeof entries;
const entryIds = Object.keys(entries) as EntryId[];

/** Every id `openDevice` takes. */
export const deviceIds: readonly string[] = ['auto', ...entryIds];

/** Whether several threads may each open the device for themselves. */
export const opensInEveryThread = (id: string): boolean =>
  entryIds.some((entry) => entry === id && entries[entry].perThread);

/** What a person wants to know of a device on this machine. */
export interface DeviceStatus {
  readonly id: string;
  readonly available: boolean;
  readonly description: string;
  readonly version?: string;
  /** Why it is not available. */
  readonly reason?: string;
  /** The command that would make it so. */
  readonly install?: string;
}

/** The status of every device, fastest first. */
export const deviceReport = (): Promise<readonly DeviceStatus[]> =>
  Promise.all(entryIds.map(async (id) => ({ id, ...(await entries[id].describe()) })));

const openFastest = async (): Promise<Device> => {
  const refused: string[] = [];
  for (const id of entryIds) {
    try {
      const backend = await entries[id].open();
      const note = refused.length === 0 ? 'the fastest there is' : `the fastest here; ${refused.join('; ')}`;
      return createEagerDevice(id, backend, note);
    } catch (error) {
      if (!isFokkerError(error)) throw error;
      refused.push(`${id}: ${error.got}`);
    }
  }
  return fail('E_DEVICE', {
    summary: 'no device starts on this machine',
    got: refused.join('; '),
    expected: 'at least the plain JavaScript one',
    tryThis: ['reinstall the packages: npm ci'],
  });
};

/** Opens a device by id; throws E_DEVICE where it is unknown or not available. */
export const openDevice = async (id: string): Promise<Device> => {
  if (id === 'auto') return openFastest();
  const known = entryIds.find((entry) => entry === id);
  if (known === undefined) {
    return fail('E_DEVICE', {
      summary: `there is no device '${id}'`,
      got: id,
      expected: deviceIds.join(', '),
      tryThis: ['training.device: auto'],
    });
  }
  return createEagerDevice(known, await entries[known].open());
};
