/** A device over ONNX Runtime: programs and forward functions, closed with it. */
import type { Device } from '@fokker/core';
import { type OnnxOptions, openBackend } from './onnx-backend.js';
import { createOnnxForward } from './onnx-forward.js';
import { createOnnxProgram } from './onnx-program.js';
import type { Runtime } from './protocol.js';

/** `hardware`: for people. Throws E_DEVICE where it does not start. */
export const openOnnxDevice = async (
  id: string,
  runtime: Runtime,
  hardware: string,
  options: OnnxOptions = {},
): Promise<Device> => {
  const backend = await openBackend(id, runtime, options);
  const owned: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(part: T): T => {
    owned.push(part);
    return part;
  };
  return {
    id,
    description: `ONNX Runtime ${backend.version}, ${hardware}`,
    compile: async (step, initial) => own(await createOnnxProgram(backend, step, initial)),
    forward: async (apply, params) => own(createOnnxForward(backend, apply, params)),
    dispose() {
      for (const part of owned.splice(0)) part.dispose();
      backend.close();
    },
  };
};
