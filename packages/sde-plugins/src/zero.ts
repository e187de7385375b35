/** The zero field: the drift of VE, ½ Q:∇²f of a drift without curvature along the noise. */
import type { VectorField } from '@fokker/core';

export const zeroField: VectorField = (_y, _t, out) => {
  out.data.fill(0, 0, out.n * out.d);
};
