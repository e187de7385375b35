/** out[i] += scale · aᵢ·Q(yᵢ, tᵢ) bᵢ, row by row: products in the norm of the noise. a and b [n, d], out [n]. */
import { applyQ, type Batch, entriesLength, type Sde } from '@fokker/core';

export function addNoiseProduct(
  { diffusion, dim: d }: Sde,
  y: Batch,
  t: Float64Array,
  a: Batch,
  b: Batch,
  scale: number,
  out: Float64Array,
): void {
  const entries = new Float64Array(entriesLength(diffusion));
  const product = new Float64Array(d);
  for (let i = 0; i < y.n; i++) {
    diffusion.entries(t[i]!, entries, y.data, i * d);
    product.fill(0);
    applyQ(diffusion, entries, b.data, i * d, scale, product, 0);
    for (let j = 0; j < d; j++) out[i]! += a.data[i * d + j]! * product[j]!;
  }
}
