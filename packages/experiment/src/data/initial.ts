/**
 * The law a process says it starts from (`Sde.initial`): what a configuration means that names no data. E_INCOMPATIBLE where the process says nothing.
 */
import { defineDataset, fail } from '@fokker/core';
import { z } from 'zod';

export const initial = defineDataset({
  id: 'initial',
  summary: 'where the process itself says it starts; the default for processes that do',
  options: z.object({}),
  create: (_options, context) =>
    context.initial ??
    fail('E_INCOMPATIBLE', {
      summary: 'the process does not say where it starts',
      got: "data 'initial' for a process without an initial law",
      expected: 'a process that declares `initial`',
      tryThis: ['data.id: gaussian'],
    }),
});
