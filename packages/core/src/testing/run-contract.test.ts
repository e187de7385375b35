import { expect, test } from 'vitest';
import { assertContract, assertWithin, contractOf, worstOf } from './contract.js';
import { assertMeans, meanOf } from './moments.js';
import { runContract } from './run-contract.js';

test('every case runs, whatever the others did', async () => {
  const results = await runContract(
    contractOf([
      { name: 'nothing to say', run: () => undefined },
      { name: 'a number', run: async () => assertWithin({ what: 'x', value: 1, limit: 2 }) },
      { name: 'a number without a limit', run: () => [{ what: 'x', value: 1 }] },
      { name: 'broken', run: () => assertContract(false, 'this', 'that') },
      {
        name: 'throws',
        run() {
          throw new RangeError('mine');
        },
      },
    ]),
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'told', 'failed', 'failed']);
  expect(results[3]?.error).toMatchObject({ code: 'E_CONTRACT', got: 'this' });
  expect(results[4]?.error).toMatchObject({ code: 'E_CONTRACT', got: 'RangeError: mine' });
});

test('an aborted run ends before its next case', async () => {
  const stop = new AbortController();
  const cases = contractOf([1, 2, 3].map((k) => ({ name: `${k}`, run: () => void (k === 2 && stop.abort()) })));
  expect(await runContract(cases, { signal: stop.signal })).toHaveLength(2);
});

test('limits on either side; NaN passes neither', () => {
  expect(() => assertWithin({ what: 'x', value: 3, limit: 2 })).toThrow(
    expect.objectContaining({ code: 'E_CONTRACT' }),
  );
  expect(() => assertWithin({ what: 'x', value: 1, limit: 2, side: 'least' })).toThrow();
  expect(() => assertWithin({ what: 'x', value: Number.NaN, limit: 2 })).toThrow();
  const near = { what: 'order', value: 1, limit: 0.9, side: 'least' } as const;
  expect(worstOf([{ what: 'x', value: 1, limit: 2 }, near, { what: 'told', value: 9 }])).toBe(near);
});

test('means: beyond four standard errors or with NaN they fail, within a slack they do not', () => {
  const found = meanOf([1, 2, 3, 4]);
  expect(found).toEqual({ mean: 2.5, error: Math.sqrt(5 / 3 / 4) });
  expect(assertMeans('m', [{ ...found, expected: 2.5 + 3.9 * found.error }]).value).toBeCloseTo(3.9, 10);
  expect(() => assertMeans('m', [{ ...found, expected: 2.5 + 4.1 * found.error }])).toThrow();
  expect(assertMeans('m', [{ ...found, expected: 9, slack: 7 }]).value).toBe(0);
  expect(() => assertMeans('m', [{ ...found, expected: Number.NaN }])).toThrow();
});
