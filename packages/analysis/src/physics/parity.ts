/**
 * Reversible and irreversible drift under a parity convention (Risken 1989, §6.4; Spinney & Ford 2012).
 *
 *     ε_j = +1 for variables even under time reversal (positions), −1 for odd ones (velocities)
 *     f^irr = ½ [ f(y) + ε f(εy) ],    f^rev = ½ [ f(y) − ε f(εy) ],    ∇·f^irr = ½ [ ∇·f(y) + ∇·f(εy) ]
 *
 * With every variable even f^irr = f. Q is taken to be the same at y and εy, up to the signs ε_i ε_j; parameters that are themselves odd (a magnetic field) are
 * not turned round. With noise on some coordinates only there is no default: what counts as dissipation along the others is decided by the signs alone, so that an entropy
 * production means nothing without them. Throws E_PARITY.
 */
import { type Batch, fail, type ScalarField, type Sde, zeros } from '@fokker/core';

/** ε, a sign a coordinate. */
export type Parity = readonly ('even' | 'odd')[];

/** The convention to be used; E_PARITY where noise is degenerate and none is given, or where it does not fit. */
export function parityOf(sde: Sde, rank: number, parity: Parity | undefined): Parity {
  if (parity !== undefined && parity.length === sde.dim) return parity;
  if (parity === undefined && rank === sde.dim) return Array.from({ length: sde.dim }, () => 'even');
  return fail('E_PARITY', {
    summary:
      parity === undefined
        ? 'entropy production with degenerate noise needs a parity convention'
        : 'a parity convention has a sign a coordinate',
    got:
      parity === undefined
        ? `noise in ${rank} of ${sde.dim} directions, and no parity`
        : `${parity.length} signs for ${sde.dim} coordinates`,
    expected:
      "'even' or 'odd' for each coordinate: whether it keeps or changes its sign when time is reversed. Where there is no noise, only what reverses with time produces no entropy, so the number " +
      'depends on the convention',
    tryThis: [
      `parity: [${Array.from({ length: sde.dim }, (_, j) => (j < sde.dim / 2 ? 'even' : 'odd')).join(', ')}]  positions even, velocities odd`,
      'entropy-rate, fisher and moments need no convention',
    ],
  });
}

export interface Split {
  /** f^irr, [n, d] */
  irreversible(y: Batch, t: Float64Array, f: Batch): Batch;
  /** ∇·f^irr, [n] */
  divergence(y: Batch, t: Float64Array, divF: Float64Array): Float64Array;
}

export function splitDrift(sde: Sde & { readonly divergence?: ScalarField }, parity: Parity): Split {
  const signs = parity.map((word) => (word === 'odd' ? -1 : 1));
  const allEven = signs.every((sign) => sign === 1);
  const reversed = ({ data, n, d }: Batch): Batch => ({ data: data.map((value, k) => signs[k % d]! * value), n, d });
  return {
    irreversible(y, t, f) {
      if (allEven) return f;
      const out = zeros(y.n, y.d);
      sde.drift(reversed(y), t, out);
      for (let k = 0; k < out.data.length; k++) out.data[k] = 0.5 * (f.data[k]! + signs[k % y.d]! * out.data[k]!);
      return out;
    },
    divergence(y, t, divF) {
      if (allEven) return divF;
      const out = new Float64Array(y.n);
      sde.divergence!(reversed(y), t, out);
      for (let i = 0; i < y.n; i++) out[i] = 0.5 * (divF[i]! + out[i]!);
      return out;
    },
  };
}

/** 'x even, v odd'. */
export const parityText = (parity: Parity, coordinates: readonly string[]): string =>
  parity.every((word) => word === 'even')
    ? 'all coordinates even'
    : parity.map((word, j) => `${coordinates[j]} ${word}`).join(', ');
