/** The compiled runtime on one thread against PyTorch, JAX, eager tfjs and ONNX Runtime's own product, where they are installed: see ../runtime.ts. */
import { tsImport } from 'tsx/esm/api';

export async function runtime() {
  const { runtimeRatios } = await tsImport('../runtime.ts', import.meta.url);
  return runtimeRatios({ show: ({ workload, peer }) => console.error(`  ${workload}: ${peer}`) });
}
