import { type Dataset, type MarginalLaw, type Sde, scalarNoise, zeroField } from '@fokker/core';
import { expect, test } from 'vitest';
import { trueScore } from './score-error.js';

const data: Dataset = { dim: 1, draw: () => undefined };
const sde = (marginal?: MarginalLaw): Sde => ({
  dim: 1,
  span: { t0: 0, T: 1 },
  cutoff: { train: 1e-5, sample: 1e-3 },
  drift: zeroField,
  diffusion: scalarNoise(1, 1),
  ...(marginal !== undefined && { marginal }),
});
const law = (error?: number): MarginalLaw => {
  const fields = { logDensity: () => undefined, score: zeroField };
  return () => (error === undefined ? fields : { ...fields, error: () => error });
};

test.each([
  ['exact', law(), true],
  ['solved well', law(1e-6), true],
  ['solved, but not well enough', law(0.01), false],
  ['solved where the density vanished', law(Number.NaN), false],
  ['not to be had for these data', () => undefined, false],
  ['not to be had', undefined, false],
])('a law that is %s', (_, marginal, known) => {
  expect(trueScore({ sde: sde(marginal), data }, 0.5) !== undefined).toBe(known);
});
