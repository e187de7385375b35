import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { SampleMetric, Sde } from './contracts/index.js';
import { defineMetric, definePlugin, defineSde } from './define.js';
import { pointwiseSde } from './define-pointwise.js';
import { scalarNoise } from './numerics/noise.js';

const still = (dim: number): Sde => ({
  dim,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-3, sample: 1e-3 },
  drift(_y, _t, out) {
    out.data.fill(0);
  },
  diffusion: scalarNoise(dim, 1),
});

describe('definitions', () => {
  test('the factory is typed by the schema, through defaults and refinements', () => {
    const definition = defineSde({
      id: 'still',
      parameters: z
        .object({ dim: z.int().positive(), rate: z.number().default(1), mode: z.enum(['a', 'b']).default('a') })
        .refine(({ rate }) => rate !== 7),
      create(parameters) {
        expectTypeOf(parameters).toEqualTypeOf<{ dim: number; rate: number; mode: 'a' | 'b' }>();
        return still(parameters.dim);
      },
    });
    expect(definition.create({ dim: 2, rate: 1, mode: 'a' }).dim).toBe(2);
    expect(definePlugin({ name: 'x', apiVersion: 1, parts: { sde: [definition] } }).parts.sde).toHaveLength(1);
  });

  test('a metric keeps what it measures', () => {
    const metric = defineMetric({
      id: 'shift',
      measures: 'samples',
      options: z.object({ directions: z.int().default(4) }),
      create: ({ directions }) => ({ distance: () => directions }),
    });
    expectTypeOf(metric.create({ directions: 3 })).toExtend<SampleMetric>();
    expect(metric.measures).toBe('samples');
  });

  test('pointwise parameters are typed from a schema and from plain defaults', () => {
    pointwiseSde({
      id: 'a',
      dim: 1,
      parameters: { gamma: 0.1 },
      create(parameters) {
        expectTypeOf(parameters).toEqualTypeOf<{ readonly gamma: number }>();
        return { drift: () => {}, noise: 1 };
      },
    });
    pointwiseSde({
      id: 'b',
      dim: 1,
      parameters: z.object({ name: z.string().default('x') }),
      create(parameters) {
        expectTypeOf(parameters).toEqualTypeOf<{ name: string }>();
        return { drift: () => {}, noise: 1 };
      },
    });
    expect(pointwiseSde({ id: 'c', dim: 1, create: () => ({ drift: () => {}, noise: 1 }) }).id).toBe('c');
  });
});
