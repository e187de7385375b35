/**
 * The table behind `fokker describe`: what a schema accepts, in words, read from its JSON Schema.
 */
import { z } from 'zod';
import type { Schema } from '../contracts/sde.js';

export interface ParameterRow {
  readonly name: string;
  /** `number > 0`, `'heun' | 'euler-maruyama'`, `array of number`, … */
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly description?: string;
}

type JsonSchema = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parameters of an object schema in the order of writing; empty for any other schema. */
export const describeSchema = (schema: Schema<unknown>): readonly ParameterRow[] => {
  const json: JsonSchema = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const properties = isRecord(json.properties) ? json.properties : {};
  const required = Array.isArray(json.required) ? json.required : [];
  return Object.entries(properties).map(([name, value]) => {
    const property = isRecord(value) ? value : {};
    return {
      name,
      type: typeText(property),
      required: required.includes(name),
      ...('default' in property ? { default: property.default } : {}),
      ...(typeof property.description === 'string' ? { description: property.description } : {}),
    };
  });
};

/** The only keys an object schema takes; undefined for a schema that takes others too, or is no object. */
export const closedKeys = (schema: Schema<unknown>): readonly string[] | undefined => {
  const json: JsonSchema = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (json.type !== 'object' || (json.additionalProperties ?? false) !== false) return undefined;
  return Object.keys(isRecord(json.properties) ? json.properties : {});
};

const typeText = (json: JsonSchema): string => {
  const choices = json.anyOf ?? json.oneOf;
  if (Array.isArray(choices))
    return choices.map((choice) => (isRecord(choice) ? typeText(choice) : 'anything')).join(' | ');
  if ('const' in json) return quoted(json.const);
  if (Array.isArray(json.enum)) return json.enum.map(quoted).join(' | ');
  if (json.type === 'array') return `array of ${isRecord(json.items) ? typeText(json.items) : 'anything'}`;
  if (json.type === 'number' || json.type === 'integer') return [json.type, ...bounds(json)].join(' ');
  return typeof json.type === 'string' ? json.type : 'anything';
};

const quoted = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value));

/** Bounds a person set; those of the safe integers say nothing. */
const bounds = (json: JsonSchema): string[] =>
  (
    [
      ['>', json.exclusiveMinimum],
      ['≥', json.minimum],
      ['<', json.exclusiveMaximum],
      ['≤', json.maximum],
    ] as const
  )
    .filter(([, bound]) => typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER)
    .map(([sign, bound]) => `${sign} ${bound}`);
