/**
 * Forward integrators of dY = f dt + G dW over [t0, t1], one interval a row: any one-step scheme of `schemes/`.
 *
 * Row i makes ⌈(t1 − t0)/step⌉ equal steps of its own, and its k-th step draws columns k·c … k·c + c − 1 of row first + i (c normals a step), so that a path is the same whatever
 * batch it travels in. Rows that are done leave the batch that the drift sees: a drift must treat rows independently.
 * A process with walls is reflected at them, proposed states too, and has to start inside (domain.ts).
 */
import type { Batch, EulerPass, Key, Sde } from '../contracts/index.js';
import { fail } from '../errors.js';
import { checkInside, reflectInside } from './domain.js';
import { checkFinite, enter, fewestSteps, retire, stageOf, timesAfter, workspace } from './integrator-rows.js';
import { fillNormalRows } from './random.js';
import { createStepNoise, eulerMaruyama, heun, localLinear, milstein, type Scheme, sra1 } from './schemes/index.js';

/** The schemes of simulation, by the names that configurations use. */
export const integratorSchemes = ['heun', 'euler-maruyama', 'sra1', 'milstein', 'local-linear'] as const;
export type IntegratorScheme = (typeof integratorSchemes)[number];

const schemes: Readonly<Record<Exclude<IntegratorScheme, 'local-linear'>, Scheme>> = {
  heun,
  'euler-maruyama': eulerMaruyama,
  sra1,
  milstein,
};

export interface IntegratorOptions {
  readonly scheme: IntegratorScheme;
  /** Largest step; a row's interval is cut into equal steps no longer than this. */
  readonly step: number;
}
export interface Integrator {
  /** Moves row i of `y` from t0[i] to t1[i] ≥ t0[i], in place. E_TIME for intervals that run backwards, E_DATA for rows that start outside the walls, E_DIVERGED where a path leaves the finite numbers. */
  advance(y: Batch, t0: Float64Array, t1: Float64Array, key: Key, first: number): void;
}

/** What simulation reads of a process; `local-linear` uses its Jacobian and clock where it has them. */
export type Simulated = Pick<Sde, 'dim' | 'drift' | 'diffusion' | 'span'> & Partial<Sde>;

/** E_CAPABILITY where the scheme does not take this noise. */
export const checkSchemeNoise = (
  { noise }: Pick<Scheme, 'noise'>,
  { diffusion, noiseDivergence }: Partial<Sde>,
): void => {
  const ofState = diffusion?.dependsOn === 'state';
  const elementwise = diffusion?.structure === 'scalar' || diffusion?.structure === 'diagonal';
  const diagonal = elementwise && noiseDivergence !== undefined;
  if (!ofState || noise === 'any' || (noise === 'diagonal' && diagonal)) return;
  fail('E_CAPABILITY', {
    summary: 'this scheme does not take this noise',
    got: `G(y, t), ${diffusion?.structure}${noiseDivergence === undefined ? ', without noiseDivergence' : ''}`,
    expected:
      noise === 'diagonal'
        ? "diagonal G with 'noiseDivergence', its ∇·Q"
        : 'G constant or a function of t: the order rests on additive noise',
    tryThis: ['euler-maruyama', 'a Lamperti change of variable, where one exists'],
  });
};

export const createIntegrator = (sde: Simulated, { scheme: name, step }: IntegratorOptions): Integrator => {
  if (!(step > 0)) {
    fail('E_PARAMETERS', {
      summary: 'an integrator needs a positive step',
      got: `step = ${step}`,
      expected: 'a number above 0, in units of time',
      tryThis: ['step: 0.01'],
    });
  }
  const { dim: d, diffusion, domain } = sde;
  const scheme = name === 'local-linear' ? localLinear(sde, 1) : schemes[name];
  checkSchemeNoise(scheme, sde);
  const columns = scheme.columns(d, diffusion.noiseDim);
  const move = scheme.create(d);
  const noiseOf = createStepNoise(diffusion, columns, ofState(sde));
  let work = workspace(0, d, columns);
  let stage = stageOf(work, 0, d, columns);
  const pass = name === 'euler-maruyama' ? ownPass(sde) : undefined;

  const moveAll = (k: number): void => {
    timesAfter(k, work, stage.t);
    timesAfter(k + 1, work, stage.tNext);
    for (const ask of move(stage, noiseOf(stage, stage.xi))) {
      if (domain !== undefined && ask.y !== stage.y) reflectInside(domain, ask.y);
      sde.drift(ask.y, ask.t, ask.out);
    }
  };

  return {
    advance(y, t0, t1, key, first) {
      if (work.capacity < y.n) {
        work = workspace(y.n, d, columns);
        stage = stageOf(work, 0, d, columns);
      }
      if (domain !== undefined) checkInside(domain, y);
      let active = enter(work, y, t0, t1, step);
      const soonest = fewestSteps(work, active);
      for (let k = 0; active > 0; k++) {
        if (stage.n !== active) stage = stageOf(work, active, d, columns);
        fillNormalRows(key, first, work.row, active, k * columns, columns, stage.xi);
        if (pass === undefined) moveAll(k);
        else pass.take(stage, k);
        stage.y.data.set(stage.out.data);
        checkFinite(work, stage, k + 1, step);
        if (domain !== undefined) reflectInside(domain, stage.y);
        if (k + 1 >= soonest) active = retire(work, y, active, k + 1);
      }
    },
  };
};

/** The pass of this drift and this noise. */
const ownPass = ({ eulerPass, drift, diffusion }: Simulated): EulerPass | undefined =>
  eulerPass?.drift === drift && eulerPass.diffusion === diffusion ? eulerPass : undefined;

/** ∇·Q, where it is not zero. */
export const ofState = ({ diffusion, noiseDivergence }: Partial<Sde>) =>
  diffusion?.dependsOn === 'state' ? noiseDivergence?.divergence : undefined;
