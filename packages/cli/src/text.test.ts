import { describe, expect, test } from 'vitest';
import { distanceRows, lostText, momentRows, scoreErrorRows, spaceText } from './text.js';

const lost = { count: 0, of: 100, paths: [] };
const at = (t: number, value: number, floor: number) => ({ t, metrics: { slicedW2: { value, floor } } });
const share = (value: number) => ({ t: 1, metrics: { coverage: { value, floor: 0.9, closer: 'larger' } } }) as const;
const evaluation = {
  step: 10,
  samples: [
    { method: 'reverse', lost, times: [at(1, 0.05, 0.02), at(3, 0.03, 0.02)] },
    { method: 'control-gaussian', lost, times: [at(1, 0.2, 0.02), at(3, 0, 0)] },
  ],
  score: {
    relative: ['fisherError'],
    times: [
      {
        t: 1,
        fisherError: { value: 0.0123, low: -0.004, high: 0.03 },
        fisherDivergence: { value: 2, low: 1, high: 3 },
      },
    ],
  },
} as const;

test('distances are multiples of their floor, which stands last', () => {
  expect(distanceRows(evaluation)).toEqual([
    { metric: 'slicedW2', method: 'reverse', 't = 1': '2.5 ×', 't = 3': '1.5 ×' },
    { metric: 'slicedW2', method: 'control-gaussian', 't = 1': '10 ×', 't = 3': 'NaN' },
    { metric: 'slicedW2', method: '(floor)', 't = 1': '0.02', 't = 3': '0.02' },
  ]);
  expect(distanceRows({ ...evaluation, samples: [] })).toEqual([]);
  const shares = { ...evaluation, samples: [{ method: 'reverse', lost, times: [share(0.3)] }] } as const;
  expect(distanceRows(shares)[0]).toEqual({ metric: 'coverage', method: 'reverse', 't = 1': '3 ×' });
});

test('score errors with their interval, relative ones in per cent', () => {
  expect(scoreErrorRows(evaluation)).toEqual([
    { t: 1, metric: 'fisherError', error: '1.2 %', '95 % interval': '-0.4 % … 3.0 %' },
    { t: 1, metric: 'fisherDivergence', error: '2', '95 % interval': '1 … 3' },
  ]);
});

test('moments: a row a coordinate', () => {
  expect(momentRows([{ t: 1, mean: [0, 2], deviation: [1, 3] }])).toEqual([
    { t: 1, coordinate: 'y1', mean: 0, 'standard deviation': 1 },
    { t: 1, coordinate: 'y2', mean: 2, 'standard deviation': 3 },
  ]);
});

describe('lost paths', () => {
  const paths = Array.from({ length: 7 }, (_, i) => ({ path: 10 * i, t: 0.5 }));
  test('none', () => expect(lostText(lost)).toBe('none of 100 paths lost'));
  test('the first five by name, the others counted', () => {
    expect(lostText({ count: 7, of: 100, paths })).toBe(
      '7 of 100 paths lost: path 0 at t = 0.5, path 10 at t = 0.5, path 20 at t = 0.5, path 30 at t = 0.5, path 40 at t = 0.5, and 2 more',
    );
  });
});

test('coordinates have names where the process gives them', () => {
  expect(momentRows([{ t: 1, mean: [0, 2], deviation: [1, 3] }], ['x']).map(({ coordinate }) => coordinate)).toEqual([
    'x',
    'y2',
  ]);
});

test('the walls of a state space', () => {
  expect(spaceText({ lower: [0, 0], upper: [Infinity, Infinity] })).toBe('every coordinate ≥ 0');
  expect(spaceText({ lower: [0, -Infinity, -Infinity, 2], upper: [1, 5, Infinity, Infinity] })).toBe(
    '0 ≤ y1 ≤ 1, y2 ≤ 5, y3 any, y4 ≥ 2',
  );
});
