/**
 * The Brownian gyrator: two coupled coordinates, each with a heat bath of its own.
 *
 *     dx = −(k₁ x + u y) dt + √(2T₁) dW₁,     dy = −(k₂ y + u x) dt + √(2T₂) dW₂,     k₁k₂ > u²
 *
 * Overdamped motion in U = ½(k₁x² + k₂y²) + uxy. Stationary law N(0, Σ), from AΣ + ΣAᵀ + Q = 0:
 *
 *     Σ_xy = −u (k₂T₁ + k₁T₂) / [(k₁ + k₂)(k₁k₂ − u²)],     Σ_xx = (T₁ − u Σ_xy)/k₁,     Σ_yy = (T₂ − u Σ_xy)/k₂
 *
 * Heat flows from the hot to the cold bath at the rate u²(T₁ − T₂)/(k₁ + k₂), so entropy is produced at u²(T₁ − T₂)²/[(k₁ + k₂) T₁T₂], and the probability current
 * exerts a torque. Equilibrium where T₁ = T₂.
 *
 * Units: energies in those of T, mobility one.
 */
import { defineSde, gaussianDistribution } from '@fokker/core';
import { z } from 'zod';
import { ornsteinUhlenbeck } from './ornstein-uhlenbeck.js';

const parameters = z
  .object({
    k1: z.number().positive().default(1).describe('k₁, stiffness along x'),
    k2: z.number().positive().default(1).describe('k₂, stiffness along y'),
    u: z.number().default(0.5).describe('u, coupling; u² < k₁k₂'),
    T1: z.number().positive().default(1).describe('T₁, temperature of the bath of x'),
    T2: z.number().positive().default(0.2).describe('T₂, temperature of the bath of y'),
    horizon: z.number().positive().default(5).describe('T'),
  })
  .refine(({ k1, k2, u }) => u * u < k1 * k2, { path: ['u'], error: 'the trap must hold: u² < k₁k₂' });

type Gyrator = Omit<z.infer<typeof parameters>, 'horizon'>;

/** Entropy production in the stationary state, nats per unit time. */
export const gyratorEntropyProduction = ({ k1, k2, u, T1, T2 }: Gyrator): number =>
  (u ** 2 * (T1 - T2) ** 2) / ((k1 + k2) * T1 * T2);

/** Σ of the stationary law. */
export const gyratorCovariance = ({ k1, k2, u, T1, T2 }: Gyrator): readonly (readonly number[])[] => {
  const xy = (-u * (k2 * T1 + k1 * T2)) / ((k1 + k2) * (k1 * k2 - u * u));
  return [
    [(T1 - u * xy) / k1, xy],
    [xy, (T2 - u * xy) / k2],
  ];
};

export const brownianGyrator = defineSde({
  id: 'brownian-gyrator',
  summary: 'Two coupled coordinates with baths of different temperatures: a linear heat engine',
  parameters,
  coordinates: ['x', 'y'],
  equations: {
    drift: ['-k1 x - u y', '-k2 y - u x'],
    noise: ['√(2 T1)', '√(2 T2)'],
    source: 'Filliger & Reimann 2007, Brownian gyrator: a minimal heat engine on the nanoscale, Phys. Rev. Lett. 99',
  },
  create(gyrator) {
    const { k1, k2, u, T1, T2, horizon } = gyrator;
    const A = [
      [-k1, -u],
      [-u, -k2],
    ];
    const G = [
      [Math.sqrt(2 * T1), 0],
      [0, Math.sqrt(2 * T2)],
    ];
    return {
      ...ornsteinUhlenbeck.create({ A, G, horizon }),
      stationary: gaussianDistribution([0, 0], gyratorCovariance(gyrator)),
    };
  },
});
