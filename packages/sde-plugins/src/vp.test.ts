import { parseOptions } from '@fokker/core';
import { processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { subvp } from './subvp.js';
import { vp } from './vp.js';

describe.each([vp, subvp])('$id', (definition) => {
  test.each(processContract(definition, { dim: 2 }))('$name', ({ run }) => run());
  test.each(processContract(definition, { dim: 3, beta0: 1, beta1: 1, horizon: 4 }))('constant β: $name', ({ run }) =>
    run(),
  );

  test('β must not decrease', () => {
    expect(() => parseOptions('sde', definition, { beta0: 3, beta1: 2 })).toThrow(
      expect.objectContaining({ code: 'E_PARAMETERS' }),
    );
  });
});

test('subVP is quieter than VP and forgets the data alike', () => {
  const at = (definition: typeof vp | typeof subvp, t: number): readonly [number, number] => {
    const { transition } = definition.create(definition.parameters.parse({ dim: 1 }));
    const [mean, root] = [{ data: new Float64Array(1), n: 1, d: 1 }, new Float64Array(1)];
    transition!.mean({ data: Float64Array.of(1), n: 1, d: 1 }, Float64Array.of(0), Float64Array.of(t), mean);
    transition!.root(Float64Array.of(0), Float64Array.of(t), root);
    return [mean.data[0]!, root[0]!];
  };
  for (const t of [1e-4, 0.1, 0.7]) {
    const [[alpha, std], [subAlpha, subStd]] = [at(vp, t), at(subvp, t)];
    expect(subAlpha).toBe(alpha);
    expect(subStd).toBeCloseTo(std ** 2, 14);
  }
});
