/**
 * Processes typed as formulas in a script or a plugin: drift and noise as in a paper; Jacobian, divergence, time derivative and Itô term by symbolic differentiation, all
 * compiled to float64 loops.
 *
 *     formulaSde({ id: 'swimmer', state: ['x', 'v'], parameters: { gamma: 0.1, D: 1 },
 *                  drift: ['-x^3 + v', '-gamma * v'], diffusion: [['0'], ['sqrt(2 * gamma * D)']], horizon: 10 })
 *
 * Its parameters, and the horizon, are those of the definition: `--set gamma=0.2`. docs/formulas.md has the grammar. Throws when the definition is made: E_FORMULA, pointing at
 * the character; E_PARAMETERS for what is no model.
 */
import { parseOptions, type SdeDefinition } from '@fokker/core';
import { z } from 'zod';
import { formula } from './formula.js';
import { type Model, type ModelInput, modelShape, type Values, valuesSchema } from './model.js';
import { processOf } from './process.js';
import { textOf } from './text.js';

export interface FormulaDefinition extends ModelInput {
  readonly id: string;
  readonly summary?: string;
  /** Where the equations come from. */
  readonly source?: string;
}
export type FormulaValues = Values & { readonly horizon: number };

/** Sizes of vectors before their parameter has a value. */
const someSize = 1000;

const checkedModel = (input: ModelInput): Model => {
  const nominal = Object.fromEntries(
    Object.entries(input.parameters ?? {}).map(([name, declared]) => [
      name,
      typeof declared === 'number' ? declared : (declared.default ?? declared.min ?? someSize),
    ]),
  );
  const model = z.object(modelShape).parse(parseOptions('sde', formula, { ...input, ...nominal }));
  textOf(model, nominal);
  return model;
};

export const formulaSde = ({ id, summary, source, ...input }: FormulaDefinition): SdeDefinition<FormulaValues> => {
  const model = checkedModel(input);
  const horizon = z.number().positive().default(model.horizon).describe('T − t0');
  return {
    id,
    ...(summary !== undefined && { summary }),
    parameters: z.object({ ...valuesSchema(model), horizon }),
    describe(values) {
      const { equations, coordinates } = textOf(model, values);
      return {
        ...(coordinates && { coordinates }),
        ...(equations && { equations: { ...equations, ...(source && { source }) } }),
      };
    },
    create: (values) => processOf(model, values),
  };
};
