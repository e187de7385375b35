/**
 * General Ornstein–Uhlenbeck process, the oracle for everything linear.
 *
 *     dY = A (Y − c) dt + G dW,     E = e^{Aτ},     q(y_t | y_s) = N(c + E (y_s − c), ∫₀^τ e^{Au} G Gᵀ e^{Aᵀu} du),     τ = t − s
 *
 * A [d, d], c [d], G [d, m] are any matrices; G may be rank-deficient. When every eigenvalue of A has negative real part, the law tends to N(c, Σ) with
 * AΣ + ΣAᵀ + GGᵀ = 0.
 *
 * Units: A per unit time; c and y alike; G in units of y per √time.
 */
import { constantJacobian, constantNoise, defineSde, linearTransition, zeroField } from '@fokker/core';
import { z } from 'zod';
import { isotropic } from './isotropic.js';
import { stationaryLaw } from './stationary-law.js';

const matrix = z.array(z.array(z.number()).min(1)).min(1);

const parameters = z
  .object({
    A: matrix.default([[-1]]).describe('A, [d, d], per unit time'),
    c: z.array(z.number()).optional().describe('c, [d], centre; the origin when absent'),
    G: matrix.default([[1]]).describe('G, [d, m]'),
    horizon: z.number().positive().default(1).describe('T'),
  })
  .superRefine(({ A, c, G }, context) => {
    const d = A.length;
    const refuse = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    A.forEach((row, i) => {
      if (row.length !== d) refuse(['A', i], `A is square: ${d} rows, but this row has ${row.length} entries`);
    });
    G.forEach((row, i) => {
      if (row.length !== G[0]!.length)
        refuse(['G', i], `rows of G are equally long: ${G[0]!.length} entries, not ${row.length}`);
    });
    if (G.length !== d) refuse(['G'], `G has a row a coordinate: ${d}, not ${G.length}`);
    if (c !== undefined && c.length !== d) refuse(['c'], `c has an entry a coordinate: ${d}, not ${c.length}`);
  });

const definition = defineSde({
  id: 'ornstein-uhlenbeck',
  summary: 'Ornstein–Uhlenbeck process with any matrices: linear, everything known in closed form',
  parameters,
  equations: {
    drift: 'A (y - c)',
    noise: 'G',
    source: 'Uhlenbeck & Ornstein 1930, On the theory of the Brownian motion, Phys. Rev. 36',
  },
  create({ A, c: centre, G, horizon }) {
    const dim = A.length;
    const c = centre ?? Array.from({ length: dim }, () => 0);
    const trace = A.reduce((sum, row, i) => sum + row[i]!, 0);
    const stationary = stationaryLaw(A, c, G);
    return {
      dim,
      span: { t0: 0, T: horizon },
      cutoff: { train: 1e-3, sample: 1e-3 },
      affine: true,
      drift(y, _t, out) {
        for (let at = 0; at < y.n * dim; at += dim) {
          for (let i = 0; i < dim; i++) {
            const row = A[i]!;
            let sum = 0;
            for (let j = 0; j < dim; j++) sum += row[j]! * (y.data[at + j]! - c[j]!);
            out.data[at + i] = sum;
          }
        }
      },
      diffusion: constantNoise(G),
      jacobian: constantJacobian(A),
      divergence(y, _t, out) {
        out.fill(trace, 0, y.n);
      },
      driftTime: zeroField,
      itoTerm: zeroField,
      transition: linearTransition(A, c, G),
      ...(stationary === undefined ? {} : { stationary }),
    };
  },
});

/** The process of any matrices, and `isotropic(dim, { rate, noise })`, its scalar case. */
export const ornsteinUhlenbeck = { ...definition, isotropic };
