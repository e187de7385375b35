/** The devices that ONNX Runtime makes: the same model bytes on four providers. */
import { createRequire } from 'node:module';
import { type Device, fail, isFokkerError } from '@fokker/core';
import type { OnnxOptions } from './onnx-backend.js';
import { openOnnxDevice } from './onnx-device.js';
import { type Probe, probe } from './probe.js';
import type { Runtime } from './protocol.js';

export interface OnnxKind {
  readonly id: string;
  readonly runtime: Runtime;
  readonly hardware: string;
  readonly description: string;
  /** What makes it available. */
  readonly install: string;
}

const { optionalDependencies } = createRequire(import.meta.url)('../../package.json') as {
  readonly optionalDependencies: Readonly<Record<string, string>>;
};
const native = `onnxruntime-node@${optionalDependencies['onnxruntime-node']}`;

export const onnxKinds = {
  onnx: {
    id: 'onnx',
    runtime: { library: 'onnxruntime-node', provider: 'cpu' },
    hardware: 'native CPU',
    description: 'compiled steps, native CPU kernels',
    install: `npm install --ignore-scripts ${native}`,
  },
  'onnx-wasm': {
    id: 'onnx-wasm',
    runtime: { library: 'onnxruntime-web', provider: 'wasm' },
    hardware: 'WebAssembly',
    description: 'compiled steps, WebAssembly kernels',
    install: 'npm install onnxruntime-web',
  },
  'onnx-webgpu': {
    id: 'onnx-webgpu',
    runtime: { library: 'onnxruntime-node', provider: 'webgpu' },
    hardware: 'WebGPU',
    description: 'compiled steps on a graphics card of any make, through Vulkan, Metal or Direct3D',
    install: `npm install --ignore-scripts ${native}, and the driver of the graphics card (on Linux with its Vulkan loader, libvulkan1)`,
  },
  'onnx-cuda': {
    id: 'onnx-cuda',
    runtime: { library: 'onnxruntime-node', provider: 'cuda' },
    hardware: 'CUDA',
    description: 'compiled steps on an NVIDIA card; not measured by us',
    install: `ONNXRUNTIME_NODE_INSTALL=cuda12 npm install ${native}, with CUDA 12 and cuDNN 9`,
  },
} as const satisfies Record<string, OnnxKind>;

/** A provider's own words, and what they mean where they do not say it. */
const explained = ({ runtime }: OnnxKind, reason: string): string => {
  if (runtime.provider === 'webgpu' && /adapter/i.test(reason))
    return 'there is no graphics driver that WebGPU can use';
  if (runtime.provider === 'cuda' && /shared library/i.test(reason))
    return 'the CUDA library of ONNX Runtime is not installed';
  return reason;
};

export const probeOnnx = async (kind: OnnxKind): Promise<Probe> => {
  const found = await probe(kind.runtime);
  return 'reason' in found ? { reason: explained(kind, found.reason) } : found;
};

/** Throws E_DEVICE with the reason and what would help. */
export const openOnnx = async (kind: OnnxKind, options: OnnxOptions): Promise<Device> => {
  try {
    return await openOnnxDevice(kind.id, kind.runtime, kind.hardware, options);
  } catch (cause) {
    if (!isFokkerError(cause) || cause.code !== 'E_DEVICE') throw cause;
    return fail('E_DEVICE', {
      summary: `the device '${kind.id}' is not available`,
      got: explained(kind, cause.got),
      expected: `${kind.runtime.library} with a working ${kind.runtime.provider} provider`,
      tryThis: [kind.install, 'training.device: auto'],
      cause,
    });
  }
};
