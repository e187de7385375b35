/**
 * The process `formula`: an experiment file types its equations, and needs no code.
 *
 *     process:
 *       state: [x, v]
 *       drift: [-x^3 + v, -gamma * v]
 *       diffusion: [0, sqrt(2 * gamma * D)]
 *       parameters: { gamma: 0.1, D: 1 }
 *
 * Values of parameters may stand beside, `gamma: 0.2`, which is what `--set process.gamma=0.2` writes. docs/formulas.md has the grammar. Every value is checked for itself:
 * no name that a file has chosen becomes part of compiled code. E_PARAMETERS for a value that does not fit, E_FORMULA for what cannot be read.
 */
import { describeSchema, fail, probablyMeant, type SdeDefinition } from '@fokker/core';
import { z } from 'zod';
import { type Model, modelShape, type Values, valuesSchema } from './model.js';
import { processOf } from './process.js';
import { textOf } from './text.js';

/** Values stand among the keys of the model. */
export type FormulaOptions = Model & { readonly [parameter: string]: unknown };
type Schemas = ReturnType<typeof valuesSchema>;

const options = z.looseObject(modelShape).transform((given): FormulaOptions => {
  const schemas = valuesSchema(given);
  const isKnown = (name: string): boolean => Object.hasOwn(modelShape, name) || Object.hasOwn(schemas, name);
  const unknown = Object.keys(given).find((name) => given[name] !== undefined && !isKnown(name));
  if (unknown !== undefined) return refuseUnknown(unknown, given[unknown], schemas);
  const values = Object.entries(schemas).map(([name, schema]) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const { success, data } = schema.safeParse(value);
    return [name, success ? data : refuseValue(name, value, schemas)] as const;
  });
  return { ...given, ...Object.fromEntries(values) };
});

/** 'gamma: number ≥ 0, default 0.1 (relaxation rate)' */
const accepted = (schemas: Schemas): readonly string[] =>
  describeSchema(z.object(schemas)).map(({ name, type, default: value, description }) => {
    const given = value === undefined ? ', required' : `, default ${JSON.stringify(value)}`;
    return `${name}: ${type}${given}${description === undefined ? '' : ` (${description})`}`;
  });
const shown = (name: string, value: unknown): string =>
  value === undefined ? `no ${name}` : `${name}: ${JSON.stringify(value)}`;

const refuseUnknown = (name: string, value: unknown, schemas: Schemas): never => {
  const names = Object.keys(schemas);
  const meant = probablyMeant(name, [...names, ...Object.keys(modelShape)]);
  return fail('E_PARAMETERS', {
    summary: `process 'formula' has no parameter '${name}'`,
    got: shown(name, value),
    expected: names.length === 0 ? 'no values: no parameters are declared' : `one of ${names.join(', ')}`,
    tryThis: meant === undefined ? [`declare it: parameters: { ${name}: 1 }`] : [`did you mean ${meant}?`],
    option: [name],
  });
};

const refuseValue = (name: string, value: unknown, schemas: Schemas): never =>
  fail('E_PARAMETERS', {
    summary: `parameter '${name}' of process 'formula' does not fit`,
    got: shown(name, value),
    expected: accepted(schemas).find((line) => line.startsWith(`${name}:`)) ?? 'another value',
    tryThis: accepted(schemas),
    option: [name],
  });

const valuesOf = (given: FormulaOptions): Values =>
  Object.fromEntries(Object.keys(given.parameters).map((name) => [name, Number(given[name])]));

export const formula: SdeDefinition<FormulaOptions> = {
  id: 'formula',
  summary: 'Any process, typed as formulas: drift and noise as in a paper, derivatives by symbols',
  parameters: options,
  describe: (given) => textOf(given, valuesOf(given)),
  create: (given) => processOf(given, { ...valuesOf(given), horizon: given.horizon }),
};
