/** What every likelihood asks of its job. Throws E_SHAPE, E_NOT_FINITE, E_DATA (outside the walls), E_TIME, E_CAPABILITY. */
import { checkInside, fail, type LikelihoodJob } from '@fokker/core';

export function checkJob({ sde, score, data, from, to }: LikelihoodJob, derivatives: boolean): void {
  if (data.d !== sde.dim || data.n < 1 || data.data.length !== data.n * data.d) {
    fail('E_SHAPE', {
      summary: 'the data do not fit the process',
      got: `[${data.n}, ${data.d}] in ${data.data.length} numbers`,
      expected: `[n, ${sde.dim}] with n ≥ 1`,
      tryThis: ['one row a sample, a column a coordinate of the process'],
    });
  }
  const wrong = data.data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    fail('E_NOT_FINITE', {
      summary: 'a row of data is not finite',
      got: `row ${Math.floor(wrong / data.d)}, coordinate ${wrong % data.d}: ${data.data[wrong]}`,
      expected: 'finite numbers',
      tryThis: ['look at where the data come from'],
    });
  }
  if (sde.domain !== undefined) checkInside(sde.domain, data);
  const { t0, T } = sde.span;
  if (!(from >= t0 && from < to && to <= T)) {
    fail('E_TIME', {
      summary: 'a likelihood is carried forward in time',
      got: `from = ${from}, to = ${to}`,
      expected: `${t0} ≤ from < to ≤ ${T}`,
      tryThis: [`from: ${sde.cutoff.sample}`, `to: ${T}`],
    });
  }
  const needed = derivatives ? (['score', 'directional'] as const) : (['score'] as const);
  const missing = needed.filter((name) => !score.provides.has(name));
  if (missing.length > 0) {
    fail('E_CAPABILITY', {
      summary: 'this likelihood needs derivatives of the score',
      got: `a field that provides ${[...score.provides].join(', ') || 'nothing'}`,
      expected: needed.map((name) => `'${name}'`).join(' and '),
      tryThis: [
        'a trained run, whose network has them',
        'analyticField(score), which takes them by differences',
        'method: elbo with form: local, which needs the score alone',
      ],
    });
  }
  if (sde.diffusion.dependsOn === 'state' && sde.noiseDivergence === undefined) {
    fail('E_CAPABILITY', {
      summary: 'the likelihood of a process whose noise depends on the state needs its derivatives',
      got: 'G(y, t) without noiseDivergence',
      expected: "'noiseDivergence': ∇·Q and ½ ∂∂:Q",
      tryThis: ['state noiseDivergence with the process'],
    });
  }
}

export const interrupted = (done: string): never =>
  fail('E_INTERRUPTED', {
    summary: 'a likelihood was stopped on request',
    got: done,
    expected: 'a signal that is not aborted',
    tryThis: ['run it again: the same key gives the same numbers'],
  });
