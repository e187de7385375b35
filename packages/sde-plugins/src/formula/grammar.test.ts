/** The grammar: values and derivatives against mathjs and differences, refusals that point at the character. */
import { isFokkerError } from '@fokker/core';
import fc from 'fast-check';
import { all, create, type MathNode } from 'mathjs';
import { describe, expect, test } from 'vitest';
import { Algebra } from './algebra.js';
import { compileRows } from './compile.js';
import { Calculus } from './derivative.js';
import { Emitter } from './emit.js';
import type { Layout } from './layout.js';
import { isReserved, parseFormula, type Scope } from './parse.js';

const math = create(all!, { predictable: true });

/** Scalars x and y, a vector z of three, parameters a and N = 3. */
const scene = () => {
  const algebra = new Algebra();
  const one = algebra.number(1);
  const three = algebra.number(3);
  const states = [
    { name: 'x', size: 1, count: one, vector: false, base: 0 },
    { name: 'y', size: 1, count: one, vector: false, base: 1 },
    { name: 'z', size: 3, count: three, vector: true, base: 2 },
  ];
  const layout: Layout = { states, dim: 5, boundary: 'periodic' };
  const parameters = new Map([
    ['a', algebra.number(0.75)],
    ['N', three],
  ]);
  const scope: Scope = { algebra, states, parameters, whole: new Map([['N', 3]]) };
  const read = (text: string) => parseFormula({ text, what: 'f', option: ['drift', 0] }, scope);
  return { algebra, layout, read, calculus: new Calculus(algebra) };
};
/** Value and ∂/∂x of a text at (x, y). */
const compiled = (text: string) => {
  const { algebra, layout, read, calculus } = scene();
  const node = read(text);
  const emitter = new Emitter(layout);
  const nodes = [node, calculus.derivative(node, algebra.entry(0, { loop: -1, shift: 0 }))];
  nodes.forEach((each, k) => {
    const value = emitter.value(each, emitter.row);
    emitter.row.lines.push(`out[q + ${k}] = ${value};`);
  });
  const kernel = compileRows(emitter.row.lines, 5, 2);
  const out = new Float64Array(2);
  return (x: number, y: number, t = 0.5) => {
    kernel(1, Float64Array.of(x, y, 0.1, 0.2, 0.4), Float64Array.of(t), out, out);
    return { value: out[0]!, slope: out[1]! };
  };
};
const valueAt = (text: string, x = 2, y = 3): number => compiled(text)(x, y).value;

describe('grammar', () => {
  test.each([
    ['-x^2', -4],
    ['2^3^2', 512],
    ['2^-x', 0.25],
    ['x - y - 1', -2],
    ['x / y / 2', 1 / 3],
    ['2 x y', 12],
    ['2x^2 (y - 1)', 16],
    ['x(1 - x)', -2],
    ['−x·y × 2', -12],
    ['x² + y³', 31],
    ['x ** y', 8],
    ['.5e1 + 1.', 6],
    ['pi + π - 2 * pi', 0],
    ['ln(e)', 1],
    ['max(x, y, 7) + min(x, y)', 9],
    ['step(0) + heaviside(x) + sign(-y)', 0.5],
    ['sum(j, z[j])', 0.7],
    ['sum(j, j)'.replace('j)', 'j z[j])'), 0.1 + 0.4 + 1.2],
    ['sum(j != 2, z[j])', 0.5],
    ['mean(j, z[j + 1] z[j])', (0.1 * 0.2 + 0.2 * 0.4 + 0.4 * 0.1) / 3],
    ['z[1] + z[N] - z[N - 1]', 0.3],
    ['sum(j, sum(k != j, z[j] z[k]))', 2 * (0.02 + 0.08 + 0.04)],
    ['a t', 0.375],
  ])('%s', (text, value) => {
    expect(valueAt(text)).toBeCloseTo(value, 14);
  });

  /** Text, character, and what its message says. */
  const wrong: readonly (readonly [string, number, RegExp])[] = [
    ['', 0, /ends too early/],
    ['x +', 3, /ends too early/],
    ['x + * y', 4, /'\*' does not belong/],
    ['(x', 2, /ends too early/],
    ['x)', 1, /'\)' does not belong/],
    ['x y / x y', 8, /two ways/],
    ['gamma', 0, /no name 'gamma'/],
    ['x + sine(y)', 4, /no function 'sine'/],
    ['sin', 0, /'sin' is a function/],
    ['sin()', 4, /does not belong/],
    ['sin(x, y)', 0, /2 arguments/],
    ['z', 0, /'z' is a vector/],
    ['x[1]', 0, /'x' is a scalar/],
    ['z[0]', 2, /no entry 0/],
    ['z[4]', 2, /no entry 4/],
    ['z[x]', 2, /'x' is no index/],
    ['z[i]', 2, /'i' is no index/],
    ['sum(x, z[x])', 4, /another meaning/],
    ['sum(j, x)', 4, /index of no vector/],
    ['sum(j != 4, z[j])', 4, /none of its terms/],
    ['x $ y', 2, /'\$' has no meaning/],
    ['1e999', 0, /beyond the reach/],
    ['x = y', 2, /'=' has no meaning/],
    ['x.y', 1, /'\.' has no meaning/],
    ['x"', 1, /'"' has no meaning/],
    ['x; y', 1, /';' has no meaning/],
  ];
  test.each(wrong)('%j is refused at character %i', (text, at, words) => {
    try {
      scene().read(text);
      expect.unreachable();
    } catch (error) {
      if (!isFokkerError(error)) throw error;
      expect(error.code).toBe('E_FORMULA');
      expect(error.message).toMatch(words);
      const [line, caret] = error.got.split('\n');
      expect(line).toBe(text);
      expect(caret!.indexOf('^')).toBe(12 + at);
      expect(error.option).toEqual(['drift', 0]);
    }
  });

  test('a caret far into a long line stays under its character', () => {
    const text = `${'x + '.repeat(60)}oops + ${'y + '.repeat(60)}y`;
    try {
      scene().read(text);
      expect.unreachable();
    } catch (error) {
      if (!isFokkerError(error)) throw error;
      const [line, caret] = error.got.split('\n');
      expect(line!.slice(caret!.indexOf('^') - 12)).toMatch(/^oops/);
    }
  });

  test('words of the grammar are no names', () => {
    for (const name of ['t', 'pi', 'e', 'sin', 'sum', 'mean', 'pow', 'ln']) expect(isReserved(name)).toBe(true);
    for (const name of ['x', 'gamma', 'constructor', 'toString']) expect(isReserved(name)).toBe(false);
  });
});

/** Random expressions that both grammars read alike. */
const expression = (depth: number): fc.Arbitrary<string> => {
  const leaf = fc.oneof(
    fc.constantFrom('x', 'y', 'a', 't', 'pi'),
    fc.integer({ min: 1, max: 9 }).map(String),
    fc.double({ min: 0.01, max: 5, noNaN: true }).map((value) => value.toFixed(3)),
  );
  if (depth === 0) return leaf;
  const inner = expression(depth - 1);
  const unary = fc.constantFrom(
    'sin',
    'cos',
    'exp',
    'log',
    'sqrt',
    'tanh',
    'atan',
    'abs',
    'cbrt',
    'sinh',
    'cosh',
    'expm1',
    'log1p',
    'asinh',
    'tan',
    'asin',
    'acos',
    'acosh',
    'atanh',
    'sign',
  );
  return fc.oneof(
    leaf,
    fc.tuple(inner, fc.constantFrom('+', '-', '*', '/'), inner).map(([a, sign, b]) => `${a} ${sign} ${b}`),
    inner.map((a) => `(${a})`),
    inner.map((a) => `-(${a})`),
    fc.tuple(inner, fc.integer({ min: -3, max: 5 })).map(([a, n]) => `(${a})^${n}`),
    fc.tuple(inner, inner).map(([a, b]) => `(0.1 + abs(${a}))^(${b})`),
    fc.tuple(unary, inner).map(([name, a]) => `${name}(${a})`),
    fc.tuple(fc.constantFrom('max', 'min', 'atan2'), inner, inner).map(([name, a, b]) => `${name}(${a}, ${b})`),
  );
};
/** Between −2 and 2, off the round numbers where abs and sign have their kinks. */
const coordinate = fc.integer({ min: -128, max: 127 }).map((k) => (k + 0.37) / 64);
const point = fc.tuple(coordinate, coordinate);

/** Value by mathjs, and the largest number on the way: rounding is relative to that. */
const oracle = (node: MathNode, scope: object): { value: unknown; scale: number } => {
  let scale = 1;
  node.traverse((inner) => {
    const value: unknown = ['ParenthesisNode', 'SymbolNode'].includes(inner.type) ? 1 : inner.evaluate(scope);
    scale = typeof value === 'number' ? Math.max(scale, Math.abs(value)) : Number.NaN;
  });
  return { value: node.evaluate(scope), scale };
};

describe('random expressions', () => {
  test('values are those of mathjs', () => {
    let compared = 0;
    fc.assert(
      fc.property(expression(4), point, (text, [x, y]) => {
        const { value, scale } = oracle(math.parse(text), { x, y, a: 0.75, t: 0.5, pi: Math.PI });
        if (!(scale < 1e6) || typeof value !== 'number' || !Number.isFinite(value)) return;
        compared += 1;
        // A pole of height 1e6 magnifies rounding by its square; divided by the scale that leaves 1e-10.
        expect(Math.abs(valueAt(text, x, y) - value)).toBeLessThanOrEqual(1e-9 * scale);
      }),
      { numRuns: 1500, seed: 1 },
    );
    expect(compared).toBeGreaterThan(600);
  });

  test('∂/∂x is the central difference, wherever two steps agree on one', () => {
    let compared = 0;
    fc.assert(
      fc.property(expression(3), point, (text, [x, y]) => {
        const at = compiled(text);
        const difference = (h: number): number =>
          (8 * (at(x + h, y).value - at(x - h, y).value) - at(x + 2 * h, y).value + at(x - 2 * h, y).value) / (12 * h);
        const [coarse, fine] = [difference(2 ** -9), difference(2 ** -10)];
        const size = Math.max(1, Math.abs(fine), Math.abs(at(x, y).value));
        if (!(Math.abs(coarse - fine) < 1e-9 * size)) return;
        compared += 1;
        expect(Math.abs(at(x, y).slope - fine)).toBeLessThanOrEqual(1e-8 * size); // steps that agree to 1e-9 err by as much
      }),
      { numRuns: 1500, seed: 2 },
    );
    expect(compared).toBeGreaterThan(600);
  });
});
