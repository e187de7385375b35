/**
 * Forward integrators of dY = f dt + G dW over [t0, t1], one interval a row (Kloeden & Platen 1992; MATH §6.1).
 *
 *     Euler–Maruyama   y⁺ = y + h f(y, t) + G ΔW
 *     Heun             ỹ = y + h f(y, t) + G ΔW,   y⁺ = y + ½h [f(y, t) + f(ỹ, t + h)] + G ΔW
 *
 * G is taken at the start of the step (Itô); both have strong order one for noise that does not depend on the state. Row i makes ⌈(t1 − t0)/step⌉ equal steps of its own,
 * and its k-th step draws columns k·m … k·m + m − 1 of row first + i, so that a path is the same whatever batch it travels in. Rows that are done leave the batch
 * that the drift sees: a drift must treat rows independently. A process with walls is reflected at them, ỹ too, and has to start inside (domain.ts).
 */
import type { Batch, Key, Sde } from '../contracts/index.js';
import { fail } from '../errors.js';
import { checkInside, reflectInside } from './domain.js';
import { checkFinite, enter, retire, stageOf, workspace } from './integrator-rows.js';
import { applyNoise, entriesLength } from './noise.js';
import { fillNormalRow } from './random.js';

export interface IntegratorOptions {
  readonly scheme: 'heun' | 'euler-maruyama';
  /** Largest step; a row's interval is cut into equal steps no longer than this. */
  readonly step: number;
}
export interface Integrator {
  /** Moves row i of `y` from t0[i] to t1[i] ≥ t0[i], in place. E_TIME for intervals that run backwards, E_DATA for rows that start outside the walls, E_DIVERGED where a path leaves the finite numbers. */
  advance(y: Batch, t0: Float64Array, t1: Float64Array, key: Key, first: number): void;
}

export const createIntegrator = (
  sde: Pick<Sde, 'dim' | 'drift' | 'diffusion' | 'domain'>,
  { scheme, step }: IntegratorOptions,
): Integrator => {
  if (!(step > 0)) {
    fail('E_PARAMETERS', {
      summary: 'an integrator needs a positive step',
      got: `step = ${step}`,
      expected: 'a number above 0, in units of time',
      tryThis: ['step: 0.01'],
    });
  }
  const { dim: d, diffusion, domain } = sde;
  const m = diffusion.noiseDim;
  const entries = new Float64Array(entriesLength(diffusion));
  const xi = new Float64Array(m);
  let work = workspace(0, d);
  let stage = stageOf(work, 0, d);

  /** noise = √h G ξ, ξ of each row's own step k. */
  const drawNoise = (key: Key, first: number, k: number): void => {
    const { row, h } = work;
    const { n, t, state, noise } = stage;
    noise.data.fill(0);
    for (let a = 0; a < n; a++) {
      fillNormalRow(key, first + row[a]!, k * m, m, xi, 0);
      if (diffusion.dependsOn !== 'none') diffusion.entries(t[a]!, entries, state.data, a * d);
      applyNoise(diffusion, entries, xi, 0, Math.sqrt(h[a]!), noise.data, a * d);
    }
  };

  const eulerMaruyama = (): void => {
    const { n, state, f, noise } = stage;
    for (let a = 0, c = 0; a < n; a++) {
      const h = work.h[a]!;
      for (let j = 0; j < d; j++, c++) state.data[c]! += h * f.data[c]! + noise.data[c]!;
    }
  };

  const heun = (): void => {
    const { n, tNext, state, f, noise, predicted, slope } = stage;
    for (let a = 0, c = 0; a < n; a++) {
      const h = work.h[a]!;
      for (let j = 0; j < d; j++, c++) predicted.data[c] = state.data[c]! + h * f.data[c]! + noise.data[c]!;
    }
    if (domain !== undefined) reflectInside(domain, predicted);
    sde.drift(predicted, tNext, slope);
    for (let a = 0, c = 0; a < n; a++) {
      const h = work.h[a]!;
      for (let j = 0; j < d; j++, c++) state.data[c]! += 0.5 * h * (f.data[c]! + slope.data[c]!) + noise.data[c]!;
    }
  };
  const move = scheme === 'heun' ? heun : eulerMaruyama;

  return {
    advance(y, t0, t1, key, first) {
      if (work.capacity < y.n) {
        work = workspace(y.n, d);
        stage = stageOf(work, 0, d);
      }
      if (domain !== undefined) checkInside(domain, y);
      let active = enter(work, y, t0, t1, step);
      if (diffusion.dependsOn === 'none' && active > 0) diffusion.entries(t0[0]!, entries);
      for (let k = 0; active > 0; k++) {
        if (stage.n !== active) stage = stageOf(work, active, d);
        const { t, tNext, state, f } = stage;
        for (let a = 0; a < active; a++) {
          t[a] = work.start[a]! + k * work.h[a]!;
          tNext[a] = work.start[a]! + (k + 1) * work.h[a]!;
        }
        sde.drift(state, t, f);
        drawNoise(key, first, k);
        move();
        checkFinite(work, stage, step);
        if (domain !== undefined) reflectInside(domain, state);
        active = retire(work, y, active, k + 1);
      }
    },
  };
};
