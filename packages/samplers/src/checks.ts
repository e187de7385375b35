/**
 * What a sampler asks of its job before the first step. Throws E_SHAPE and E_NOT_FINITE (start), E_TIME (direction), E_CAPABILITY (noise, score, potential, transition).
 */
import {
  checkSchemeNoise,
  fail,
  noiseRangeOf,
  type SamplerDefinition,
  type SamplingJob,
  type Scheme,
} from '@fokker/core';

export interface Needs {
  /** What the noise may be. */
  readonly noise: Scheme['noise'];
  /** The whole score is used, not only Q s: noise in every direction. */
  readonly fullScore?: boolean;
  /** log p_t up to a constant of t. */
  readonly potential?: boolean;
  readonly transition?: boolean;
}

export function checkStart({ start, sde }: SamplingJob, bound: number): void {
  if (start.d !== sde.dim || start.n < 1 || start.data.length !== start.n * start.d) {
    fail('E_SHAPE', {
      summary: 'the start states do not fit the process',
      got: `[${start.n}, ${start.d}] in ${start.data.length} numbers`,
      expected: `[n, ${sde.dim}] with n ≥ 1`,
      tryThis: ['start: states of the same process'],
    });
  }
  const outside = start.data.findIndex((value) => !(Math.abs(value) <= bound));
  if (outside >= 0) {
    fail('E_NOT_FINITE', {
      summary: 'a start state is lost before the first step',
      got: `row ${Math.floor(outside / start.d)}, coordinate ${outside % start.d}: ${start.data[outside]}`,
      expected: `finite numbers within ±${bound}`,
      tryThis: ['start: check where the states come from', 'bound: a larger number'],
    });
  }
}

const lacks = (id: string, what: string, got: string, expected: string, tryThis: readonly string[]): never =>
  fail('E_CAPABILITY', { summary: `sampler '${id}' needs ${what}`, got, expected, tryThis });

/** Needs met by the process and the field. */
export function checkNeeds({ sde, score }: SamplingJob, needs: Needs, id: string): void {
  checkSchemeNoise(needs, sde);
  if (sde.diffusion.dependsOn === 'state' && sde.noiseDivergence === undefined) {
    lacks(
      id,
      'the divergence of noise that depends on the state',
      'G(y, t) without noiseDivergence',
      "'noiseDivergence': ∇·Q belongs to the reverse drift",
      ['state noiseDivergence with the process', 'a Lamperti change of variable, where one exists'],
    );
  }
  const provided = `a field that provides ${[...score.provides].join(', ') || 'nothing'}`;
  if (!score.provides.has('score')) {
    lacks(id, 'a score', provided, "'score'", ['score: a trained or analytic score field']);
  }
  if (needs.potential && !score.provides.has('potential')) {
    lacks(id, 'a log-density', provided, "'potential': log p_t up to a constant of t", [
      'model.id: energy (a network that is a potential)',
      'sampler.id: langevin (the same chain without the accept step)',
    ]);
  }
  const rank = needs.fullScore ? noiseRangeOf(sde).rank : sde.dim;
  if (rank < sde.dim) {
    lacks(
      id,
      'the whole score',
      `degenerate noise: the score is known along ${rank} of ${sde.dim} directions`,
      'noise in every direction',
      ['sampler.id: reverse-heun (reads Q s alone)', 'sampler.id: reverse-local-linear'],
    );
  }
  if (needs.transition && sde.transition === undefined) {
    lacks(id, 'an exact transition', 'a process without one', "'transition', which affine processes have", [
      'sampler.id: reverse-euler-maruyama',
      'sampler.id: reverse-local-linear',
    ]);
  }
}

/** Refuses a reverse sampler that is asked to run forward. */
export function checkDirection({ from, to }: SamplingJob, direction: SamplerDefinition['direction'], id: string): void {
  if (direction === 'both' || !(from <= to)) return;
  fail('E_TIME', {
    summary: `'${id}' runs backwards in time only`,
    got: `from = ${from}, to = ${to}`,
    expected: 'from > to',
    tryThis: ['sampler.id: probability-flow (runs either way)', 'simulate: the forward process needs no score'],
  });
}

export const interrupted = (done: string): never =>
  fail('E_INTERRUPTED', {
    summary: 'sampling stopped on request',
    got: done,
    expected: 'a signal that is not aborted',
    tryThis: ['run it again: the same key gives the same samples'],
  });
