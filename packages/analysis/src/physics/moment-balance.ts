/**
 * Moment balances: how the moments of p_t change, by the generator and by the current (MATH §7).
 *
 *     d/dt E φ = E[Lφ] = E[f·∇φ + ½ Q:∇²φ]        from samples and process: zero in a steady state
 *     d/dt E φ = E[∇φ·u]                            with the score: equal to the first for the true one
 *
 * for all monomials φ up to a degree. In a steady state E[Lφ] = 0 are identities between moments (swimmer: E v² = D, E x⁴ = E xv, E x⁶ + γ E x⁴ = D): they test
 * the samples. The second against the first tests the score, in the directions of ∇φ. Each with its standard error.
 * Throws E_CAPABILITY, E_NOT_FINITE, E_PARAMETERS (more monomials than 2000), E_SHAPE.
 */
import { completeSde, entriesLength, fail, fillQ, type ScoreField, type Sde, zeros } from '@fokker/core';
import { createFlow } from './flow.js';
import { createMeans } from './means.js';
import { derivative, fillPowers, monomialCount, monomials } from './monomials.js';
import { batchesOf, type States } from './states.js';
import type { Deviation } from './stein.js';

export interface Balance {
  /** x^2 v */
  readonly moment: string;
  readonly powers: readonly number[];
  /** E φ */
  readonly value: Deviation;
  /** E[Lφ] */
  readonly generator: Deviation;
  /** E[∇φ·u] − E[Lφ]; absent without a score. */
  readonly current?: Deviation;
}

const most = 2000;

function checkDegree(d: number, degree: number): void {
  if (Number.isInteger(degree) && degree >= 1 && monomialCount(d, degree) <= most) return;
  fail('E_PARAMETERS', {
    summary: 'the moments cannot be of this degree',
    got: `degree ${degree} in ${d} coordinates: ${monomialCount(d, degree)} monomials`,
    expected: `a positive integer with at most ${most} monomials`,
    tryThis: ['degree: 2'],
  });
}

/** The largest degree up to four with at most a hundred monomials. */
export const defaultDegree = (d: number): number => [4, 3, 2].find((degree) => monomialCount(d, degree) <= 100) ?? 1;

export interface BalanceQuestion {
  readonly sde: Sde;
  readonly score?: ScoreField | undefined;
  readonly states: States;
  readonly t: number;
  readonly degree?: number | undefined;
  /** Names, [d]. */
  readonly coordinates?: readonly string[] | undefined;
}

export async function momentBalances(question: BalanceQuestion): Promise<readonly Balance[]> {
  const { score, states, t } = question;
  const sde = completeSde(question.sde);
  const { dim: d, diffusion } = sde;
  const degree = question.degree ?? defaultDegree(d);
  checkDegree(d, degree);
  const names = question.coordinates ?? Array.from({ length: d }, (_, j) => `y${j + 1}`);
  const list = monomials(names, degree);
  const flow = score === undefined ? undefined : createFlow({ sde, score });
  const entries = new Float64Array(entriesLength(diffusion));
  const [Q, table] = [new Float64Array(d * d), new Float64Array(d * (degree + 1))];
  const means = createMeans(3 * list.length, 'a moment');
  const constant = diffusion.dependsOn !== 'state';
  for await (const y of batchesOf(states, d)) {
    const f = zeros(y.n, d);
    sde.drift(y, new Float64Array(y.n).fill(t), f);
    const u = (await flow?.at(y, t))?.u ?? f;
    if (constant) {
      diffusion.entries(t, entries);
      fillQ(diffusion, entries, Q);
    }
    const values = new Float64Array(y.n * 3 * list.length);
    for (let i = 0, at = 0; i < y.n; i++) {
      if (!constant) {
        diffusion.entries(t, entries, y.data, i * d);
        fillQ(diffusion, entries, Q);
      }
      fillPowers(y.data, i * d, d, degree, table);
      for (const { powers } of list) {
        let [generator, current] = [0, 0];
        for (let j = 0; j < d; j++) {
          if (powers[j] === 0) continue;
          const slope = derivative(powers, [j], table, degree);
          generator += f.data[i * d + j]! * slope;
          current += u.data[i * d + j]! * slope;
          for (let k = 0; k < d; k++) {
            if (Q[j * d + k] !== 0) generator += 0.5 * Q[j * d + k]! * derivative(powers, [j, k], table, degree);
          }
        }
        values[at++] = derivative(powers, [], table, degree);
        values[at++] = generator;
        values[at++] = current - generator;
      }
    }
    means.add(values, y.n);
  }
  const [mean, errors] = [means.mean(), means.standardErrors()];
  const deviation = (k: number): Deviation => ({ value: mean[k]!, standardError: errors[k]! });
  return list.map(({ name, powers }, k) => ({
    moment: name,
    powers,
    value: deviation(3 * k),
    generator: deviation(3 * k + 1),
    ...(flow !== undefined && { current: deviation(3 * k + 2) }),
  }));
}
