/**
 * Random directions v in R^r, the basis of the noise range, with E[v vᵀ] = I: Gaussian, Rademacher (signs), or uniform on the sphere of radius √r (MATH §5.5).
 *
 * With S the symmetric part of A, the variance of vᵀAv is 2‖S‖² (Gaussian), 2(‖S‖² − Σ S_ii²) (Rademacher), (2r/(r+2))(‖S‖² − (tr S)²/r) (sphere).
 */
import { fillNormal, fillRademacher, type Key } from '@fokker/core';
import { z } from 'zod';

export const directionLaw = z.enum(['gaussian', 'rademacher', 'sphere']);
export type DirectionLaw = z.infer<typeof directionLaw>;

/** Rows of length √r. */
const toSphere = (v: Float64Array, r: number): void => {
  for (let at = 0; at < v.length; at += r) {
    let square = 0;
    for (let j = 0; j < r; j++) square += v[at + j]! ** 2;
    const scale = Math.sqrt(r / square);
    for (let j = 0; j < r; j++) v[at + j]! *= scale;
  }
};

/** v of samples first …, [count, r]: row i depends on (key, first + i) alone. */
export const drawDirections = (law: DirectionLaw, key: Key, first: number, count: number, r: number): Float64Array => {
  const v = new Float64Array(count * r);
  if (law === 'rademacher') fillRademacher(key, first, count, r, v);
  else fillNormal(key, first, count, r, v);
  if (law === 'sphere') toSphere(v, r);
  return v;
};

/** √w v, so that averages over v of forms in it are weighted by W: rows of v and of the weights w [count, r]. */
export const weightedDirections = (v: Float64Array, weight: Float64Array): Float64Array =>
  v.map((entry, k) => Math.sqrt(weight[k]!) * entry);
