/**
 * Samples from a file, one a row, drawn with replacement: row i of a draw is row ⌊u_i · size⌋ of the file, u_i keyed.
 *
 * The law is that of the file, a sum of atoms: an exact score of it is that of the atoms, so smooth it by the process before trusting small times.
 * Throws E_FILE, E_FORMAT, E_NOT_FINITE, E_SHAPE (another number of columns than the process has coordinates).
 */
import { isAbsolute, join } from 'node:path';
import { type Batch, type Dataset, defineDataset, fail, fillUniform } from '@fokker/core';
import { z } from 'zod';
import { readCsv } from '../formats/csv.js';
import { readNpy } from '../formats/npy.js';

const path = z.string().min(1).describe('file, relative to the configuration');
const locate = (directory: string, file: string): string => (isAbsolute(file) ? file : join(directory, file));

/** Keyed resampling of the rows of a table. */
export function resampled(table: Batch, dim: number, file: string): Dataset {
  if (table.d !== dim) {
    return fail('E_SHAPE', {
      summary: `'${file}' does not fit the process`,
      got: `${table.d} columns`,
      expected: `${dim}, the dimension of the process`,
      tryThis: ['choose the columns to read (csv: columns: [x, v])', 'choose another process'],
    });
  }
  return {
    dim,
    size: table.n,
    draw(key, first, out) {
      const u = new Float64Array(out.n);
      fillUniform(key.at('row'), first, out.n, 1, u);
      for (let i = 0; i < out.n; i++) {
        const from = Math.floor(u[i]! * table.n) * dim;
        for (let j = 0; j < dim; j++) out.data[i * dim + j] = table.data[from + j]!;
      }
    },
  };
}

export const npyFile = defineDataset({
  id: 'npy',
  summary: 'samples from a .npy file, [n, d]',
  options: z.object({ path }),
  create: async (options, { directory, dim }) => {
    const file = locate(directory, options.path);
    return resampled(await readNpy(file), dim, file);
  },
});

export const csvFile = defineDataset({
  id: 'csv',
  summary: 'samples from a .csv file, one a line',
  options: z.object({
    path,
    columns: z
      .array(z.union([z.string(), z.int().nonnegative()]))
      .min(1)
      .optional()
      .describe('columns to read, by name or number'),
  }),
  create: async ({ path: file, columns }, { directory, dim }) => {
    const found = locate(directory, file);
    return resampled(await readCsv(found, { columns }), dim, found);
  },
});
