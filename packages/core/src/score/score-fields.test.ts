/** The suite of score fields on formulas: with and without their derivatives, under full and degenerate noise; and one fault at a time caught by the check that names it. */
import { describe, expect, test } from 'vitest';
import type { ScoreField } from '../contracts/index.js';
import { scoreFieldContract } from '../testing/score-field-contract.js';
import { toyOu, toySwimmer } from '../testing/toy-processes.js';
import { analyticField } from './analytic-field.js';

/** s = −y + sin t · y³ e^{−y²} coordinate by coordinate. */
const wavy = (withPotential: boolean): ScoreField =>
  analyticField({
    score(y, t, out) {
      for (let k = 0; k < y.n * y.d; k++) {
        const x = y.data[k]!;
        out.data[k] = -x + Math.sin(t[Math.floor(k / y.d)]!) * x ** 3 * Math.exp(-x * x);
      }
    },
    ...(withPotential && {
      potential(y, t, out) {
        out.fill(0, 0, y.n);
        for (let k = 0; k < y.n * y.d; k++) {
          const x = y.data[k]!;
          const i = Math.floor(k / y.d);
          out[i]! -= 0.5 * x * x + 0.5 * Math.sin(t[i]!) * (1 + x * x) * Math.exp(-x * x);
        }
      },
    }),
  });

describe.each([
  ['noise everywhere', toyOu(3)],
  ['noise on one coordinate', toySwimmer()],
])('%s', (_, sde) => {
  test.each(scoreFieldContract(() => wavy(true), { sde }))('with a potential: $name', ({ run }) => run());
  test.each(scoreFieldContract(() => wavy(false), { sde }))('without: $name', ({ run }) => run());
});

describe('faults', () => {
  const good = wavy(true);
  const faulty: readonly (readonly [string, ScoreField, string])[] = [
    [
      'a NaN',
      { ...good, evaluate: async (_y, _t, { score }) => void score?.data.fill(Number.NaN) },
      'writes every entry, finite, and leaves states and times alone',
    ],
    [
      'one time for all rows',
      { ...good, evaluate: (y, t, out) => good.evaluate(y, t.slice().fill(t[0]!), out) },
      'rows know nothing of each other, each has its own time',
    ],
    [
      'a derivative of the wrong sign',
      {
        ...good,
        async evaluate(y, t, out) {
          await good.evaluate(y, t, out);
          if (out.directional !== undefined) for (let i = 0; i < y.n; i++) out.directional.out[i]! *= -1;
        },
      },
      'directional: the derivative of its own score, summed over directions, quadratic in each',
    ],
    [
      'an energy of the wrong sign',
      {
        ...good,
        async evaluate(y, t, out) {
          await good.evaluate(y, t, out);
          if (out.potential !== undefined) for (let i = 0; i < y.n; i++) out.potential[i]! *= -1;
        },
      },
      'potential: its gradient in the noise range is the score',
    ],
    [
      'silence where it has nothing to say',
      {
        provides: new Set(['score'] as const),
        evaluate: (y, t, { score }) => good.evaluate(y, t, score ? { score } : {}),
      },
      'refuses what it does not provide',
    ],
  ];
  test.each(faulty)('%s is caught', async (_, field, name) => {
    const failed: string[] = [];
    for (const each of scoreFieldContract(() => field, { sde: toyOu(2) })) {
      try {
        await each.run();
      } catch {
        failed.push(each.name);
      }
    }
    expect(failed).toContain(name);
  });
});
