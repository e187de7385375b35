/**
 * The one place where source becomes code. What may stand in it is a closed list, checked before it is compiled: numbered variables, reprinted numbers, operators,
 * loops over numbers, and functions of Math. No text, no property, no other name can pass; so nothing that a configuration says can reach anything but arithmetic.
 */
import { fail } from '@fokker/core';
import { functions } from './operations.js';

const mathNames = ['pow', ...Object.keys(functions).filter((name) => name !== 'step')].join('|');
const word = new RegExp(
  [
    String.raw`\s+`,
    String.raw`(?:const|let|for|if|continue)\b`,
    String.raw`Math\.(?:${mathNames})\b`,
    String.raw`(?:v\d+|y|t|h|k|r|n|p|q|time|start|span|passed|root|roots|normal|out|work)\b`,
    String.raw`(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?)`,
    String.raw`(?:\+\+|\+=|===|<=|>=|&&|[-+*/<>=?:;,(){}[\]])`,
  ].join('|'),
  'y',
);

/** Throws E_INTERNAL for source with anything that is not on the list. */
export const checkSource = (source: string): void => {
  word.lastIndex = 0;
  while (word.lastIndex < source.length) {
    const at = word.lastIndex;
    if (word.test(source)) continue;
    fail('E_INTERNAL', {
      summary: 'a formula was translated into something that is not arithmetic; it was not run',
      got: source.slice(at, at + 20),
      expected: 'numbered variables, numbers, operators and functions of Math',
      tryThis: ['report it with the formula'],
    });
  }
};

/** Values of a field for rows 0 … n − 1 of y [n, d] at times `time` [n]; `work` is scratch. */
export type RowsKernel = (
  n: number,
  y: Float64Array,
  time: Float64Array,
  out: Float64Array,
  work: Float64Array,
) => void;
/** Values at one state, y[k …], and time t. */
export type PointKernel = (y: Float64Array, k: number, t: number, out: Float64Array) => void;

/** An Euler–Maruyama step of rows 0 … n − 1, the one after `passed` others: `span` their h, `roots` the roots of these, `normal` [n, m] (contracts/sde.ts: EulerPass). */
export type StepKernel = (
  n: number,
  y: Float64Array,
  start: Float64Array,
  span: Float64Array,
  passed: number,
  roots: Float64Array,
  normal: Float64Array,
  out: Float64Array,
) => void;

/** A function of these arguments: `setUp`, then `body`, once a row. */
const compileLoop = (names: readonly string[], setUp: readonly string[], body: readonly string[]) => {
  const source = ['for (let r = 0; r < n; r++) {', ...setUp, ...body, '}'].join('\n');
  checkSource(source);
  return new Function(...names, source);
};

/** `body` once a row, with t its time, k the position of its state and q of its output. */
export const compileRows = (body: readonly string[], d: number, width: number): RowsKernel => {
  const setUp = [`const t = time[r];`, `const k = r * ${d};`, `const q = r * ${width};`];
  const run = compileLoop(['n', 'y', 'time', 'out', 'work'], setUp, body);
  return (n, y, time, out, work) => {
    run(n, y, time, out, work);
  };
};

/** `body` once a row, with h its step, root √h, t its time, k the position of its state, old and new, and p of its normals. */
export const compileSteps = (body: readonly string[], d: number, m: number): StepKernel => {
  const setUp = [
    'const h = span[r];',
    'const root = roots[r];',
    'const t = start[r] + passed * h;',
    `const k = r * ${d};`,
    `const p = r * ${m};`,
  ];
  const run = compileLoop(['n', 'y', 'start', 'span', 'passed', 'roots', 'normal', 'out'], setUp, body);
  return (n, y, start, span, passed, roots, normal, out) => {
    run(n, y, start, span, passed, roots, normal, out);
  };
};

export const compilePoint = (body: readonly string[]): PointKernel => {
  const source = body.join('\n');
  checkSource(source);
  const run = new Function('y', 'k', 't', 'out', source);
  return (y, k, t, out) => {
    run(y, k, t, out);
  };
};
