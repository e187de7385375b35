/**
 * The devices by id, in the order `auto` tries them, then those one must ask for by name; and what `fokker doctor` says of each.
 */
import { type Device, fail, isFokkerError } from '@fokker/core';
import '@fokker/ops';
import type { EagerBackend } from './backends/backend.js';
import { cpuVersion, openCpu } from './backends/cpu.js';
import { installCommand, type NativeLibrary, openNative, probeNative } from './backends/tensorflow.js';
import { openWasm, wasmVersion } from './backends/wasm.js';
import { createEagerDevice } from './eager-device.js';
import { type OnnxKind, onnxKinds, openOnnx, probeOnnx } from './onnx/kinds.js';

export interface DeviceOptions {
  /** Threads that compute, on devices that have more than one; by default one for small steps, all for large ones. */
  readonly threads?: number | undefined;
  /** Hears once of every faster device that `auto` had to pass over. By default a warning of the process. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** What a person wants to know of a device on this machine. */
export interface DeviceStatus {
  readonly id: string;
  readonly available: boolean;
  readonly description: string;
  readonly version?: string;
  /** Why it is not available. */
  readonly reason?: string;
  /** What would make it so: a command where one does. */
  readonly install?: string;
}

interface DeviceEntry {
  readonly open: (options: DeviceOptions) => Promise<Device>;
  readonly describe: () => Promise<Omit<DeviceStatus, 'id'>>;
  /** What `auto` does: takes it, takes it and warns where it is missing, or leaves it to those who ask for it. */
  readonly auto: 'silent' | 'warn' | 'never';
  /** Whether it lives in the thread that opens it: native TensorFlow and graphics cards belong to the whole process. */
  readonly perThread: boolean;
}

const statusOf = (
  found: { readonly version: string } | { readonly reason: string },
  description: string,
  install: string,
): Omit<DeviceStatus, 'id'> =>
  'version' in found
    ? { available: true, version: found.version, description }
    : { available: false, description, reason: found.reason, install };

const compiled = (kind: OnnxKind, auto: DeviceEntry['auto'], perThread: boolean): DeviceEntry => ({
  open: (options) => openOnnx(kind, options),
  describe: async () => statusOf(await probeOnnx(kind), kind.description, kind.install),
  auto,
  perThread,
});
const eager = (
  id: string,
  open: () => Promise<EagerBackend>,
  describe: DeviceEntry['describe'],
  perThread: boolean,
): DeviceEntry => ({
  open: async () => createEagerDevice(id, await open()),
  describe,
  auto: 'silent',
  perThread,
});
const native = (id: string, library: NativeLibrary, description: string): DeviceEntry =>
  eager(
    id,
    () => openNative(library),
    async () => statusOf(await probeNative(library), description, installCommand(library)),
    false,
  );
const builtIn = (id: string, open: () => Promise<EagerBackend>, version: string, description: string): DeviceEntry =>
  eager(id, open, async () => ({ available: true, version, description }), true);

const entries: Readonly<Record<string, DeviceEntry>> = {
  onnx: compiled(onnxKinds.onnx, 'warn', true),
  'onnx-wasm': compiled(onnxKinds['onnx-wasm'], 'warn', true),
  'tensorflow-gpu': native(
    'tensorflow-gpu',
    { package: '@tensorflow/tfjs-node-gpu', hardware: 'CUDA' },
    'TensorFlow on CUDA',
  ),
  tensorflow: native(
    'tensorflow',
    { package: '@tensorflow/tfjs-node', hardware: 'native CPU' },
    'TensorFlow’s native CPU kernels',
  ),
  wasm: builtIn('wasm', openWasm, wasmVersion, 'WebAssembly kernels, one thread'),
  cpu: builtIn('cpu', openCpu, cpuVersion, 'plain JavaScript kernels, one thread'),
  'onnx-webgpu': compiled(onnxKinds['onnx-webgpu'], 'never', false),
  'onnx-cuda': compiled(onnxKinds['onnx-cuda'], 'never', false),
};
const entryIds = Object.keys(entries);

/** Every id `openDevice` takes. */
export const deviceIds: readonly string[] = ['auto', ...entryIds];

/** Whether several threads may each open the device for themselves. */
export const opensInEveryThread = (id: string): boolean => entries[id]?.perThread ?? false;

/** The status of every device. */
export const deviceReport = (): Promise<readonly DeviceStatus[]> =>
  Promise.all(entryIds.map(async (id) => ({ id, ...(await entries[id]!.describe()) })));

const announced = new Set<string>();
const processWarning = (message: string): void =>
  process.emitWarning(message, { type: 'FokkerWarning', code: 'DEVICE' });

const announce = (missing: readonly string[], id: string, warn = processWarning): void => {
  if (missing.length === 0) return;
  const message = `computing on '${id}', which is slower: ${missing.join('; ')}`;
  if (announced.has(message)) return;
  announced.add(message);
  warn(message);
};

const openFastest = async (options: DeviceOptions): Promise<Device> => {
  const refused: string[] = [];
  const missing: string[] = [];
  for (const [id, { open, auto }] of Object.entries(entries)) {
    if (auto === 'never') continue;
    try {
      const device = await open(options);
      announce(missing, id, options.warn);
      const note = refused.length === 0 ? 'the fastest there is' : `the fastest here; ${refused.join('; ')}`;
      return { ...device, description: `${device.description} (${note})` };
    } catch (error) {
      if (!isFokkerError(error)) throw error;
      refused.push(`${id}: ${error.got}`);
      if (auto === 'warn') missing.push(`'${id}' is not available (${error.got}); to have it: ${error.tryThis[0]}`);
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
export const openDevice = async (id: string, options: DeviceOptions = {}): Promise<Device> => {
  if (id === 'auto') return openFastest(options);
  const entry = entryIds.includes(id) ? entries[id] : undefined;
  if (entry === undefined) {
    return fail('E_DEVICE', {
      summary: `there is no device '${id}'`,
      got: id,
      expected: deviceIds.join(', '),
      tryThis: ['training.device: auto'],
    });
  }
  return entry.open(options);
};
