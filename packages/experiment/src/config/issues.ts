/**
 * What a schema found wrong with a configuration, as one coded error: the path, what stands there, what may stand there, the nearest known key, the place in the file.
 */
import { type ErrorCode, fail, probablyMeant } from '@fokker/core';
import { z } from 'zod';
import { type ConfigSource, type Path, pathText } from './source.js';

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value,
  );

/** The keys a schema knows at a path; empty where it takes any. */
export function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return keysAt(schema.unwrap(), path);
  }
  if (schema instanceof z.ZodArray) return keysAt(schema.element, path.slice(1));
  if (!(schema instanceof z.ZodObject)) return [];
  const [key] = path;
  if (key === undefined) return Object.keys(schema.shape);
  const child: z.core.$ZodType | undefined = schema.shape[key];
  return child === undefined ? [] : keysAt(child, path.slice(1));
}

const show = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  const text =
    typeof value === 'string' ? `'${value}'` : typeof value === 'object' ? JSON.stringify(value) : `${value}`;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
};

export interface IssueContext {
  readonly schema: z.core.$ZodType;
  readonly source: ConfigSource;
  /** Where the checked value stands in the whole configuration. */
  readonly prefix: Path;
  /** The checked value itself. */
  readonly value: unknown;
  readonly code: ErrorCode;
  /** What is being configured: 'the configuration', "process 'vp'". */
  readonly what: string;
}

/** Throws for the first issue; says how many more there are. */
export function refuseIssues(error: z.core.$ZodError, context: IssueContext): never {
  const [issue] = error.issues;
  const local = (issue?.path ?? []).map((key) => (typeof key === 'symbol' ? String(key) : key));
  const path = [...context.prefix, ...local];
  const more =
    error.issues.length > 1 ? [`${error.issues.length - 1} more values do not fit; they are reported next`] : [];
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const known = keysAt(context.schema, local).filter((name) => name !== 'versions');
    const meant = probablyMeant(key, known);
    return fail(context.code, {
      summary: `${context.what} has no key '${pathText([...path, key])}'`,
      got: `${pathText([...path, key])}: ${show(valueAt(context.value, [...local, key]))}`,
      expected: known.length === 0 ? 'no further keys here' : `one of ${known.join(', ')}`,
      tryThis: [
        ...(meant === undefined ? [] : [`did you mean ${pathText([...path, meant])}?`]),
        'remove the key',
        ...more,
      ],
      where: context.source.where([...path, key], 'key'),
    });
  }
  const found = valueAt(context.value, local);
  const named = pathText(path);
  return fail(context.code, {
    summary: named === '' ? `${context.what} is not a table of keys` : `${context.what} does not fit at '${named}'`,
    got: named === '' ? show(found) : `${named}: ${show(found)}`,
    expected: issue?.message.replace(/^Invalid input: /, '') ?? 'another value',
    tryThis: [
      named === ''
        ? 'compare with examples/active-swimmer.yaml'
        : `${found === undefined ? 'add' : 'correct'} ${named}`,
      ...more,
    ],
    where: context.source.where(path),
  });
}
