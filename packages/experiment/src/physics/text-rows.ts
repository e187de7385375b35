/** The rows of a quantity for people, as `console.table` and terminals show them: four digits, an estimate with its interval. */
import type { QuantityCell, QuantityResult } from '@fokker/core';
import { rounded } from '../numbers.js';

/** Four digits are what Monte Carlo figures carry. */
const digits = (x: number): number => rounded(x, 4);

const text = (cell: QuantityCell): string | number => {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return digits(cell);
  return `${digits(cell.value)} (${digits(cell.low)} … ${digits(cell.high)})`;
};

/** 8.01234 with its interval becomes '8.012 (7.93 … 8.09)'. */
export const textRows = (rows: QuantityResult['rows']): Record<string, string | number>[] =>
  rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, text(cell)])));
