/**
 * A quantity as files: NAME.json (everything but the large arrays), NAME-ARRAY.npy, and its figures as SVG and PNG; and back again for the report.
 */
import { join } from 'node:path';
import { fail, type QuantityFigure } from '@fokker/core';
import { z } from 'zod';
import { readText, writeFileAtomic } from '../formats/atomic.js';
import { encodeNpy } from '../formats/npy.js';
import { quantityFigure } from '../report/figures/quantity.js';
import { render } from '../report/render.js';
import { namesIn, parseJson } from '../run/folder.js';
import type { Physics } from './physics.js';

const asJson = (value: unknown): string =>
  `${JSON.stringify(value, (_, inner: unknown) => (inner instanceof Float64Array ? Array.from(inner) : inner))}\n`;

/** Writes into `directory`; returns the paths. */
export async function writePhysics({ arrays, ...rest }: Physics, directory: string): Promise<readonly string[]> {
  const written: string[] = [];
  const write = async (name: string, content: string | Uint8Array): Promise<void> => {
    const path = join(directory, name);
    await writeFileAtomic(path, content);
    written.push(path);
  };
  for (const [name, { data, shape }] of Object.entries(arrays)) {
    await write(`${rest.quantity}-${name}.npy`, encodeNpy({ data, shape }));
  }
  for (const figure of rest.figures) {
    const { svg, png } = await render(quantityFigure(figure).spec);
    await write(`${figure.name}.svg`, svg);
    await write(`${figure.name}.png`, png);
  }
  await write(`${rest.quantity}.json`, asJson(rest));
  return written;
}

const text = { name: z.string(), title: z.string(), caption: z.string(), across: z.string(), up: z.string() };
const point = z.object({ x: z.number(), y: z.number(), low: z.number().optional(), high: z.number().optional() });
const range = z.object({ from: z.number(), to: z.number() });
const figure = z.discriminatedUnion('kind', [
  z.object({
    ...text,
    kind: z.literal('lines'),
    series: z.array(z.object({ name: z.string(), points: z.array(point), expected: z.boolean().optional() })),
  }),
  z.object({
    ...text,
    kind: z.literal('field'),
    panels: z.array(
      z.object({
        title: z.string(),
        ranges: z.tuple([range, range]),
        cells: z.number(),
        density: z.array(z.number()),
        arrows: z.array(z.number()),
      }),
    ),
  }),
]);
const stored = z.object({ quantity: z.string(), notes: z.array(z.string()), figures: z.array(figure) });
const isStored = (value: unknown): value is { notes: string[]; figures: QuantityFigure[] } =>
  stored.safeParse(value).success;

/** The figures of every quantity in a folder, in the order of their names. E_FORMAT for a file that is something else. */
export async function readPhysicsFigures(directory: string): Promise<QuantityFigure[]> {
  const figures: QuantityFigure[] = [];
  for (const name of (await namesIn(directory)).filter((file) => file.endsWith('.json')).toSorted()) {
    const path = join(directory, name);
    const value = parseJson(await readText(path), path);
    if (!isStored(value)) {
      return fail('E_FORMAT', {
        summary: `'${path}' is not a quantity`,
        got: 'other keys',
        expected: '{ quantity, notes, rows, figures } as fokker physics writes it',
        tryThis: ['estimate it again: fokker physics RUN', 'remove the file'],
      });
    }
    figures.push(...value.figures);
  }
  return figures;
}
