/** The eager device over any tfjs backend: programs and forward functions, closed with it. */
import type { Device } from '@fokker/core';
import type { EagerBackend } from './backends/backend.js';
import { createEagerForward } from './eager-forward.js';
import { createEagerProgram } from './eager-program.js';

export const createEagerDevice = (id: string, backend: EagerBackend): Device => {
  const owned: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(part: T): T => {
    owned.push(part);
    return part;
  };
  return {
    id,
    description: backend.description,
    compile: async (step, initial) => own(createEagerProgram(backend, step, initial)),
    forward: async (apply, params) => own(await createEagerForward(backend, apply, params)),
    dispose() {
      for (const part of owned.splice(0)) part.dispose();
    },
  };
};
