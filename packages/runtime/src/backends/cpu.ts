/** Plain JavaScript kernels: slow, but they run wherever Node runs. */
import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import { type EagerBackend, start } from './backend.js';

export const cpuVersion = version_cpu;

export const openCpu = async (): Promise<EagerBackend> => {
  await start('cpu');
  return { name: 'cpu', description: `TensorFlow.js ${version_cpu}, plain JavaScript, 1 thread`, rows: 1024 };
};
