/**
 * What the MoG-prior process needs of a mixture π: log density, score, Hessian in the structure it has, samples.
 *
 *     v_k = C_k⁻¹ (μ_k − y),   ∇log π = Σ_k r_k v_k = v̄,   ∇²log π = Σ_k r_k (v_k v_kᵀ − C_k⁻¹) − v̄ v̄ᵀ
 */
import type { Distribution, JacobianField } from '@fokker/core';

export interface MixtureLaw extends Distribution {
  logDensity: NonNullable<Distribution['logDensity']>;
  score: NonNullable<Distribution['score']>;
  /** ∇²log π; its time is not read. */
  readonly hessian: JacobianField;
  /** ∇Δ log π, where it has a closed form. */
  laplacianGradient?: NonNullable<Distribution['score']>;
}
