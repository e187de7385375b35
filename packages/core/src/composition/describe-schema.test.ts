import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeSchema } from './describe-schema.js';
import { byNearness, editDistance, probablyMeant } from './nearest.js';

test('describeSchema reads names, types, bounds, defaults and descriptions', () => {
  const schema = z
    .object({
      dim: z.int().positive().describe('dimension d'),
      rate: z.number().min(0).lt(3).default(0.5),
      scheme: z.enum(['heun', 'euler-maruyama']).default('heun'),
      sigma: z.union([z.number().positive(), z.literal('auto')]).default('auto'),
      mean: z.array(z.number()).optional(),
      pairs: z.boolean().default(true),
    })
    .refine(({ rate }) => rate !== 1);
  expect(describeSchema(schema)).toEqual([
    { name: 'dim', type: 'integer > 0', required: true, description: 'dimension d' },
    { name: 'rate', type: 'number ≥ 0 < 3', required: false, default: 0.5 },
    { name: 'scheme', type: "'heun' | 'euler-maruyama'", required: false, default: 'heun' },
    { name: 'sigma', type: "number > 0 | 'auto'", required: false, default: 'auto' },
    { name: 'mean', type: 'array of number', required: false },
    { name: 'pairs', type: 'boolean', required: false, default: true },
  ]);
  expect(describeSchema(z.any())).toEqual([]);
  expect(describeSchema(z.object({ f: z.custom<() => void>() }))).toEqual([
    { name: 'f', type: 'anything', required: true },
  ]);
});

test('names near a misspelt one', () => {
  expect([editDistance('kitten', 'sitting'), editDistance('', 'ab'), editDistance('vp', 'vp')]).toEqual([3, 2, 0]);
  expect(byNearness('subvq', ['vp', 've', 'subvp'])[0]).toBe('subvp');
  expect(probablyMeant('gama', ['gamma', 'D'])).toBe('gamma');
  expect(probablyMeant('horizon', ['gamma', 'D'])).toBeUndefined();
  expect(probablyMeant('x', [])).toBeUndefined();
});
