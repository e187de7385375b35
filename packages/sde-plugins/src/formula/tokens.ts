/**
 * The words of a formula with their places.
 *
 *     number   12   .5   1e-3          name   gamma   x_1   γ          symbol   + - * / ^ ( ) [ ] , !=
 *
 * What people paste from papers is read as meant: − for -, · and × for *, ** for ^, ² and ³ for ^2 and ^3. E_FORMULA for any other character.
 */
import { refuse, type Source } from './refusal.js';

export interface Token {
  readonly kind: 'number' | 'name' | 'symbol' | 'end';
  /** As the grammar has it: '-' for −. */
  readonly text: string;
  /** First character in the source. */
  readonly at: number;
}

/** Longer formulas are better said with a sum. */
export const longestText = 4000;

const pattern =
  /(?<space>\s+)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{Nd}_]*)|(?<symbol>\*\*|!=|[-+*/^()[\],−·×≠²³])/uy;
const meant: Readonly<Record<string, string>> = { '−': '-', '·': '*', '×': '*', '**': '^', '≠': '!=' };
const powers: Readonly<Record<string, string>> = { '²': '2', '³': '3' };

/** Closed by a token of kind 'end'. */
export const tokensOf = (source: Source): readonly Token[] => {
  const { text } = source;
  if (text.length > longestText) {
    refuse(source, longestText, {
      summary: 'the formula is too long',
      expected: `at most ${longestText} characters, not ${text.length}`,
      tryThis: ['sum(j, …) for terms that repeat', 'a vector state, such as x[N], for equations that repeat'],
    });
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.groups;
    if (found === undefined) return refuseCharacter(source, at);
    const { space, number, name, symbol } = found;
    if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, at });
    else if (symbol !== undefined && Object.hasOwn(powers, symbol)) {
      tokens.push({ kind: 'symbol', text: '^', at }, { kind: 'number', text: powers[symbol]!, at });
    } else if (symbol !== undefined) {
      tokens.push({ kind: 'symbol', text: Object.hasOwn(meant, symbol) ? meant[symbol]! : symbol, at });
    }
    at += (space ?? number ?? name ?? symbol ?? '').length;
  }
  return [...tokens, { kind: 'end', text: 'the end of the formula', at: text.length }];
};

const refuseCharacter = (source: Source, at: number): never =>
  refuse(source, at, {
    summary: `'${String.fromCodePoint(source.text.codePointAt(at) ?? 32)}' has no meaning in a formula`,
    expected: 'numbers, names, + - * / ^, brackets and commas',
    tryThis: ['write it with the functions that docs/formulas.md lists'],
  });
