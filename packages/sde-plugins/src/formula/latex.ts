/** Expressions as LaTeX: x_{i+1} for an entry, \sum_{j=1}^{N} for a sum, a dot where two numbers would touch. */
import type { StateLayout } from './layout.js';
import type { Node, Place, Range } from './node.js';
import { type Operation, ruleOf } from './operations.js';

const greek = new Set(
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega'.split(
    ' ',
  ),
);

/** x → x, gamma → \gamma, x1 or x_1 → x_{1}, rate → \mathrm{rate}. */
export const latexName = (name: string): string => {
  const [, stem = name, index = ''] = /^(.*?[^\d_])_?(\d+|(?<=_)[\p{L}\p{Nd}]+)?$/u.exec(name) ?? [];
  const base = greek.has(stem)
    ? `\\${stem}`
    : [...stem].length === 1
      ? stem
      : `\\mathrm{${stem.replaceAll('_', '\\_')}}`;
  return index === '' ? base : `${base}_{${index}}`;
};

/** i for the row, j, k, l … for sums. */
const indexName = (loop: number): string => String.fromCharCode('i'.charCodeAt(0) + loop);

const placeText = ({ loop, shift }: Place): string => {
  if (loop < 0) return `${shift + 1}`;
  return shift === 0 ? indexName(loop) : `${indexName(loop)}${shift > 0 ? '+' : '-'}${Math.abs(shift)}`;
};

/** x, or x_{i+1} of a vector; x_1 of a vector named with an index becomes x_{1,i}. */
export const entryText = ({ name, vector }: StateLayout, place: Place): string => {
  const text = latexName(name);
  if (!vector) return text;
  return text.endsWith('}') && text.includes('_{')
    ? `${text.slice(0, -1)},${placeText(place)}}`
    : `${text}_{${placeText(place)}}`;
};

const rangeText = (range: Range, states: readonly StateLayout[]): string =>
  range.except === undefined
    ? `\\sum_{${indexName(range.loop)}=1}^{${latexOf(range.count, states)}}`
    : `\\sum_{${exceptText(range, range.except)}}`;
const exceptText = ({ loop }: Range, except: Place): string => `${indexName(loop)} \\ne ${placeText(except)}`;

/** For which values of an index something holds. */
export const indexText = (range: Range, states: readonly StateLayout[]): string =>
  range.except === undefined
    ? `${indexName(range.loop)} = 1, \\dots, ${latexOf(range.count, states)}`
    : exceptText(range, range.except);

const level: Partial<Record<Operation, number>> = { add: 1, sub: 1, neg: 2, mul: 3, div: 5, pow: 5 };
const levelOf = (node: Node): number => {
  if (node.kind === 'number') return node.value < 0 ? 2 : 6;
  if (node.kind === 'sum') return 2;
  return node.kind === 'call' ? (level[node.operation] ?? 6) : 6;
};

export const latexOf = (node: Node, states: readonly StateLayout[]): string => {
  const text = (inner: Node, least = 0): string => {
    const printed = latexOf(inner, states);
    return levelOf(inner) < least ? `\\left(${printed}\\right)` : printed;
  };
  switch (node.kind) {
    case 'number':
      return numberText(node.value);
    case 'symbol':
      return latexName(node.name);
    case 'time':
      return 't';
    case 'counter':
      return indexName(node.loop);
    case 'entry':
      return entryText(states[node.state]!, node.place);
    case 'sum':
      return `${rangeText(node.range, states)} ${text(node.body, 3)}`;
    default: {
      const { operation, args } = node;
      const [x, y] = args;
      if (operation === 'add') return `${text(x!, 1)} + ${text(y!, 2)}`;
      if (operation === 'sub') return `${text(x!, 1)} - ${text(y!, 3)}`;
      if (operation === 'neg') return `-${text(x!, 3)}`;
      if (operation === 'mul') return product(text(x!, x!.kind === 'number' ? 0 : 3), text(y!, 3));
      if (operation === 'div') return `\\frac{${text(x!)}}{${text(y!)}}`;
      if (operation === 'pow') return `${base(text, x!)}^{${text(y!)}}`;
      return ruleOf(operation).latex!(...args.map((arg) => text(arg)));
    }
  }
};

/** Fractions, functions and powers need a bracket below an exponent. */
const base = (text: (node: Node, least?: number) => string, node: Node): string =>
  node.kind === 'call' && node.operation !== 'abs' ? `\\left(${text(node)}\\right)` : text(node, 6);

const product = (a: string, b: string): string => `${a}${/^[\d.]/.test(b) ? ' \\cdot ' : ' '}${b}`;

const numberText = (value: number): string => {
  if (value === Math.PI) return '\\pi';
  if (value === Math.E) return '\\mathrm{e}';
  const [mantissa, exponent] = `${value}`.split('e');
  return exponent === undefined ? `${value}` : `${mantissa} \\cdot 10^{${Number(exponent)}}`;
};
