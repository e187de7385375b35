/**
 * Refusals that point at the character: E_FORMULA with the text, a caret under the place, and which option of the process it is.
 *
 *     got       -gama * v
 *                ^
 */
import { fail } from '@fokker/core';

/** A formula as its author typed it. */
export interface Source {
  readonly text: string;
  /** 'the drift of x' */
  readonly what: string;
  /** Where it stands among the options: ['drift', 0]. */
  readonly option: readonly (string | number)[];
}
export interface Reason {
  readonly summary: string;
  readonly expected: string;
  readonly tryThis: readonly string[];
}

/** Characters shown on either side of the place. */
const reach = 40;
/** A refusal prints its first line after a label of this width. */
const labelWidth = 12;

/** Throws E_FORMULA, pointing at character `at` of the text. */
export const refuse = ({ text, what, option }: Source, at: number, { summary, expected, tryThis }: Reason): never => {
  const from = Math.max(0, at - reach);
  const before = from > 0 ? '…' : '';
  const line = text.slice(from, at + reach).replace(/\s/gu, ' ');
  const after = at + reach < text.length ? '…' : '';
  const caret = `${' '.repeat(labelWidth + before.length + at - from)}^`;
  return fail('E_FORMULA', {
    summary: `${what}: ${summary}`,
    got: `${before}${line}${after}\n${caret}`,
    expected,
    tryThis,
    option,
  });
};
