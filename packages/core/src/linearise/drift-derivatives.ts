/**
 * The derivatives of the drift that move the linearised mean at second order, by differences where a process does not state them.
 *
 *     a = f_t  (plain)      a = f_t + ½ Q:∇²f,  ½ Q:∇²f = ½ Σ_k ∂²f/∂ε² (y + ε G_k)  (Itô-corrected, G_k the columns of G)
 *
 * f_t: central, one-sided at the ends of the span, h = 10⁻⁵ (T − t0); exactly zero for a drift that does not read t. ½Q:∇²f: fourth-order second differences, the step
 * 10⁻² of the state's size (at least 1) in units of |G_k|.
 */
import { type Sde, type VectorField, zeros } from '../contracts/index.js';
import { entriesLength, fillDenseG } from '../numerics/noise.js';

/** ∂f/∂t of a drift that does not read t. Declare it as `driftTime` and no difference is taken. */
export const autonomous: VectorField = (y, _t, out) => {
  out.data.fill(0, 0, y.n * y.d);
};

/** ∂f/∂t by second-order differences; three drift evaluations. */
export const driftTimeDifference = ({ dim: d, drift, span }: Pick<Sde, 'dim' | 'drift' | 'span'>): VectorField => {
  const h = 1e-5 * (span.T - span.t0);
  return (y, t, out) => {
    const [f0, f1, f2] = [zeros(y.n, d), zeros(y.n, d), zeros(y.n, d)];
    const [t1, t2] = [new Float64Array(y.n), new Float64Array(y.n)];
    /** 0: central (t1 = t + h, t2 = t − h); ±1: from the side that lies inside the span. */
    const side = (time: number): number => (time - h < span.t0 ? 1 : time + h > span.T ? -1 : 0);
    for (let i = 0; i < y.n; i++) {
      const from = side(t[i]!);
      t1[i] = from === 0 ? t[i]! + h : t[i]! + from * h;
      t2[i] = from === 0 ? t[i]! - h : t[i]! + 2 * from * h;
    }
    drift(y, t, f0);
    drift(y, t1, f1);
    drift(y, t2, f2);
    for (let i = 0, k = 0; i < y.n; i++) {
      const from = side(t[i]!);
      for (let j = 0; j < d; j++, k++) {
        const [a, b, c] = [f0.data[k]!, f1.data[k]!, f2.data[k]!];
        out.data[k] = from === 0 ? (b - c) / (2 * h) : (from * (4 * (b - a) - (c - a))) / (2 * h);
      }
    }
  };
};

/** ½ Q:∇²f by fourth-order second differences along the columns of G; 4m + 1 drift evaluations. */
export const itoDifference = ({ dim: d, drift, diffusion }: Pick<Sde, 'dim' | 'drift' | 'diffusion'>): VectorField => {
  const m = diffusion.noiseDim;
  const entries = new Float64Array(entriesLength(diffusion.structure, d, m));
  const G = new Float64Array(d * m);
  return (y, t, out) => {
    const [centre, f, moved] = [zeros(y.n, d), zeros(y.n, d), zeros(y.n, d)];
    const directions = new Float64Array(y.n * d * m);
    const steps = new Float64Array(y.n * m);
    for (let i = 0; i < y.n; i++) {
      diffusion.entries(t[i]!, entries, y.data, i * d);
      fillDenseG(diffusion, entries, G);
      directions.set(G, i * d * m);
      for (let c = 0; c < m; c++) {
        let length = 0;
        let size = 1;
        for (let j = 0; j < d; j++) {
          length = Math.hypot(length, G[j * m + c]!);
          size = Math.max(size, Math.abs(y.data[i * d + j]!));
        }
        steps[i * m + c] = length === 0 ? 0 : (1e-2 * size) / length;
      }
    }
    drift(y, t, centre);
    out.data.fill(0, 0, y.n * d);
    for (let c = 0; c < m; c++) {
      for (const [shift, weight] of secondDifference) {
        for (let i = 0, k = 0; i < y.n; i++) {
          const step = shift * steps[i * m + c]!;
          for (let j = 0; j < d; j++, k++) moved.data[k] = y.data[k]! + step * directions[k * m + c]!;
        }
        drift(moved, t, f);
        for (let i = 0, k = 0; i < y.n; i++) {
          const step = steps[i * m + c]!;
          const scale = step === 0 ? 0 : weight / (24 * step * step);
          for (let j = 0; j < d; j++, k++) out.data[k]! += scale * (f.data[k]! - centre.data[k]!);
        }
      }
    }
  };
};
/** Shifts in steps and their weights over 12. */
const secondDifference = [
  [1, 16],
  [-1, 16],
  [2, -1],
  [-2, -1],
] as const;
