/**
 * What one types of a process: its states, equations and parameters, as plain data.
 *
 *     state        x   or   x[N], a vector of N entries (N a whole number, or a parameter)
 *     parameters   gamma: 0.1   or   gamma: { default: 0.1, min: 0, max: 1, unit: '1/s', describe: 'relaxation rate' }
 *
 * Values of parameters stand beside the model, `gamma: 0.2`, as those of any process do. E_FORMULA for names that cannot be used.
 */
import { z } from 'zod';
import { isReserved } from './parse.js';
import { refuse, type Source } from './refusal.js';

const formula = z.union([z.string().min(1), z.number()]);
const list = z.array(formula).min(1);
const declaration = z.union([
  z.number(),
  z.strictObject({
    default: z.number().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    unit: z.string().optional(),
    describe: z.string().optional(),
  }),
]);
const mostStates = 64;
/** Entries of all states together. */
export const mostEntries = 100_000;

export const modelShape = {
  state: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(mostStates)])
    .describe('names of the coordinates; x[N] for a vector'),
  drift: z.union([formula, list]).describe('f, a formula a state'),
  diffusion: z
    .union([formula, list, z.array(list).min(1)])
    .describe('G: one formula (g I), one a state (diagonal), or a row a state'),
  parameters: z
    .record(z.string(), declaration)
    .default({})
    .describe('numbers by name: a default, or default, min, max, unit and describe; values are set beside them'),
  horizon: z.number().positive().default(1).describe('T − t0'),
  start: z.number().default(0).describe('t0'),
  cutoff: z
    .strictObject({ train: z.number(), sample: z.number() })
    .optional()
    .describe('smallest times of training and sampling; by default a ten-thousandth and a thousandth of the span'),
  convention: z.enum(['ito', 'stratonovich']).default('ito').describe('how the noise is read'),
  boundary: z
    .enum(['periodic', 'open', 'zero'])
    .default('periodic')
    .describe('an index beyond the ends of a vector: the other end, the end itself, or the value 0'),
};
const modelSchema = z.object(modelShape);
export type ModelInput = z.input<typeof modelSchema>;
export type Model = z.output<typeof modelSchema>;
export type Values = Readonly<Record<string, number>>;

/** A state as it is declared: its name, and what its size is called. */
export interface Declared {
  readonly name: string;
  readonly size: string | undefined;
}
const statePattern = /^\s*(?<name>[\p{L}_][\p{L}\p{Nd}_]*)\s*(?:\[\s*(?<size>\d+|[\p{L}_][\p{L}\p{Nd}_]*)\s*\]\s*)?$/u;

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

export const declaredStates = (model: Model): readonly Declared[] => {
  const texts = listOf<string>(model.state);
  const names = new Set<string>();
  return texts.map((text, a) => {
    const source: Source = {
      text,
      what: `state ${a + 1}`,
      option: Array.isArray(model.state) ? ['state', a] : ['state'],
    };
    const { name, size } = statePattern.exec(text)?.groups ?? {};
    if (name === undefined) {
      return refuse(source, 0, {
        summary: 'this is no name of a state',
        expected: 'letters, digits and _, with a size in brackets for a vector',
        tryThis: ['state: [x, v]', "state: ['x[100]']"],
      });
    }
    checkName(name, source, Object.hasOwn(model.parameters, name) || names.has(name));
    names.add(name);
    return { name, size };
  });
};

const checkName = (name: string, source: Source, taken: boolean): void => {
  if (!taken && !isReserved(name)) return;
  refuse(source, Math.max(0, source.text.indexOf(name)), {
    summary: taken ? `'${name}' is declared twice` : `'${name}' has a meaning of its own in formulas`,
    expected: 'another name',
    tryThis: [`${name}_0`],
  });
};

/** A formula a state; the diffusion in any of its forms, as text. */
export const formulaTexts = (model: Model) => {
  const { drift, diffusion } = model;
  return {
    drift: listOf<string | number>(drift).map(String),
    diffusion: Array.isArray(diffusion)
      ? diffusion.map((row) => (Array.isArray(row) ? row.map(String) : String(row)))
      : String(diffusion),
    convention: model.convention,
  };
};

/** Keys of a model, which no parameter may take, and names that formulas give a meaning. */
const isTaken = (name: string): boolean => Object.hasOwn(modelShape, name) || name === 'id' || isReserved(name);
const parameterPattern = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;

/** The schema of the values: bounds, defaults and units as declared; whole and positive where a parameter is a size. E_FORMULA for a name that cannot be one. */
export const valuesSchema = (model: Model): Readonly<Record<string, z.ZodType<number, unknown>>> => {
  const sizes = new Set(declaredStates(model).map(({ size }) => size));
  return Object.fromEntries(
    Object.entries(model.parameters).map(([name, declared]) => {
      const option = ['parameters', name];
      const source = { text: name, what: 'a parameter', option };
      if (!parameterPattern.test(name) || isTaken(name)) {
        return refuse(source, 0, {
          summary: `'${name}' cannot be the name of a parameter`,
          expected: 'letters, digits and _; none of the words that formulas and processes use themselves',
          tryThis: [`${name.replaceAll(/[^\p{L}\p{Nd}_]/gu, '') || 'k'}_0`],
        });
      }
      return [name, valueSchema(typeof declared === 'number' ? { default: declared } : declared, sizes.has(name))];
    }),
  );
};

const valueSchema = (
  { min, max, unit, describe, default: fallback }: Exclude<z.output<typeof declaration>, number>,
  isSize: boolean,
): z.ZodType<number, unknown> => {
  let schema: z.ZodNumber = isSize ? z.int().positive().max(mostEntries) : z.number();
  if (min !== undefined) schema = schema.min(min);
  if (max !== undefined) schema = schema.max(max);
  const text = [describe, unit].filter((part) => part !== undefined).join(', in ');
  const named = text === '' ? schema : schema.describe(text);
  return fallback === undefined ? named : named.prefault(fallback);
};

/** Throws E_FORMULA unless there is one formula a state, and rows of equal length. */
export const checkCounts = (model: Model, states: readonly Declared[]): void => {
  const { drift, diffusion } = formulaTexts(model);
  const names = states.map(({ name }) => name).join(', ');
  const demand = (key: string, count: number): void => {
    if (count === states.length) return;
    refuse({ text: `${key}: ${count} formulas`, what: `the ${key}`, option: [key] }, 0, {
      summary: 'one formula a state',
      expected: `${states.length}, for ${names}`,
      tryThis: [`${key}: [${states.map(() => "'…'").join(', ')}]`],
    });
  };
  demand('drift', drift.length);
  if (typeof diffusion === 'string') return;
  demand('diffusion', diffusion.length);
  const columns = new Set(diffusion.map((row) => (typeof row === 'string' ? 'text' : row.length)));
  if (columns.size === 1) return;
  refuse({ text: JSON.stringify(diffusion), what: 'the diffusion', option: ['diffusion'] }, 0, {
    summary: 'rows of G are equally long',
    expected: 'a column a noise in every row',
    tryThis: ["'0' where a noise does not reach"],
  });
};
