/** Samplers around a network on one thread, against loops in PyTorch and a scan in JAX where these are installed: see ../runtime-sampling.ts. */
import { tsImport } from 'tsx/esm/api';

export async function sampling() {
  const { runtimeRatios } = await tsImport('../runtime.ts', import.meta.url);
  return runtimeRatios({
    words: ['sampling'],
    peers: ['pytorch', 'compile', 'jax'],
    show: ({ workload, peer }) => console.error(`  ${workload}: ${peer}`),
  });
}
