/** The relative Fisher error of the score over time, with its Monte Carlo interval. */
import type { EvaluationFigures } from '../input.js';
import { type Figure, schema } from './figure.js';

export function scoreErrorFigure(evaluation: EvaluationFigures): Figure | undefined {
  const values = (evaluation.score?.times ?? [])
    .flatMap(({ t, errors: { fisherError } }) => (fisherError === undefined ? [] : [{ t, ...fisherError }]))
    .map(({ t, value, low, high }) => ({ t, value, low: Math.max(0, low), high }))
    .filter(({ value, low, high }) => [value, low, high].every(Number.isFinite));
  if (values.length === 0) return undefined;
  const t = {
    field: 't',
    type: 'quantitative',
    title: 'time t',
    scale: { zero: true, nice: true },
    axis: { grid: false, tickCount: 6 },
  } as const;
  const axis = { format: '~%', tickCount: 5 };
  return {
    name: 'score-error',
    title: 'Error of the score',
    caption:
      'Mean squared error of the score in the directions of the noise, relative to the mean square of the true score. Bars: 95 % Monte Carlo interval (a lower end below zero is drawn at zero).',
    spec: {
      $schema: schema,
      width: 560,
      height: 220,
      data: { values },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 2, color: '#0072b2', opacity: 0.45 },
          encoding: {
            x: t,
            y: { field: 'low', type: 'quantitative', title: 'relative Fisher error', axis },
            y2: { field: 'high' },
          },
        },
        {
          mark: { type: 'point', filled: true, size: 70, color: '#0072b2', opacity: 1 },
          encoding: { x: t, y: { field: 'value', type: 'quantitative' } },
        },
      ],
    },
  };
}
