import { parseOptions } from '@fokker/core';
import { processContract } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { activeSwimmer } from './active-swimmer.js';

describe('active swimmer', () => {
  test.each(processContract(activeSwimmer))('$name', ({ run }) => run());
  test.each(processContract(activeSwimmer, { gamma: 2, D: 0.3, horizon: 3 }))('other parameters: $name', ({ run }) =>
    run(),
  );

  test('noise on v alone, of strength √(2γD)', () => {
    const G = new Float64Array(2);
    activeSwimmer.create({ gamma: 0.5, D: 3, horizon: 1 }).diffusion.entries(0, G);
    expect([...G]).toEqual([0, Math.sqrt(3)]);
  });

  test.each(['gamma', 'D', 'horizon'])('%s must be positive', (name) => {
    expect(() => parseOptions('sde', activeSwimmer, { [name]: 0 })).toThrow(
      expect.objectContaining({ code: 'E_PARAMETERS' }),
    );
  });
});
