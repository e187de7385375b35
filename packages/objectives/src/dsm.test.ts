import { parseOptions, rootKey } from '@fokker/core';
import { problemOf } from '@fokker/core/testing';
import { describe, expect, test } from 'vitest';
import { dsm } from './dsm.js';
import { simulated } from './testing/processes.js';

describe('dsm', () => {
  test('needs a transition', () => {
    const objective = dsm.create(dsm.options.parse({}));
    expect(() => objective.prepare(problemOf(simulated), rootKey(1))).toThrow(
      expect.objectContaining({ code: 'E_CAPABILITY' }),
    );
  });

  test('has one form', () => {
    expect(() => parseOptions('objective', dsm, { form: 'lcss' })).toThrow(
      expect.objectContaining({ code: 'E_PARAMETERS' }),
    );
  });
});
