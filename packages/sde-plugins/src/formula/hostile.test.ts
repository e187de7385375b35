/**
 * A configuration from a stranger: whatever it says, it works or ends in a coded error soon, and none of its text becomes code.
 */
import { type ErrorCode, isFokkerError, parseOptions, zeros } from '@fokker/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Algebra } from './algebra.js';
import { checkSource } from './compile.js';
import { Emitter } from './emit.js';
import { formula } from './formula.js';
import { parseFormula, type Scope } from './parse.js';
import { longestText } from './tokens.js';

const open = (model: object) => {
  const options = parseOptions('sde', formula, model as Readonly<Record<string, unknown>>);
  return formula.create(options as Parameters<typeof formula.create>[0]);
};
/** 'works', or the code of its error; what has no code fails the test. */
const outcome = (run: () => unknown): 'works' | ErrorCode => {
  try {
    run();
    return 'works';
  } catch (error) {
    if (isFokkerError(error) && error.code !== 'E_INTERNAL') return error.code;
    throw error;
  }
};
const drift = (text: string): object => ({
  state: ['x', 'v'],
  drift: [text, '-v'],
  diffusion: 1,
  parameters: { gamma: 1 },
});

const texts: Readonly<Record<string, string>> = {
  constructor: 'constructor',
  'a constructor called': 'constructor(x)',
  'a constructor of a function': 'sin.constructor("return process")()',
  __proto__: '__proto__',
  'an entry of __proto__': '__proto__[1]',
  'a property by index': 'x["constructor"]',
  import: 'import("node:fs")',
  require: "require('child_process')",
  eval: 'eval(x)',
  Function: 'Function(x)',
  this: 'this',
  globalThis: 'globalThis',
  process: 'process.exit(1)',
  'a template': '`x`',
  'a text': '"x"',
  'a comment': 'x /* */ + 1',
  'two statements': 'x; v',
  'an assignment': 'x = 1',
  'an arrow': '() => x',
  'a bracket too many': 'x)}; throw 1; ({',
  'a new line': 'x\n+ v',
  'a line separator': 'x \u2028 + v',
  'a null byte': 'x\u0000',
  'half a surrogate': 'x\ud800',
  'right to left': '\u202ex',
  'full-width letters': 'ｃonstructor',
  'huge exponents': '9^9^9^9^9',
  'huge exponents of the state': 'x^999999999999',
  'a tower': `${'x^'.repeat(90)}x`,
  'huge numbers': `${'9'.repeat(400)}`,
  'tiny numbers': '1e-400 x',
  'deep brackets': `${'('.repeat(2000)}x${')'.repeat(2000)}`,
  'deep signs': `${'-'.repeat(3000)}x`,
  'deep calls': `${'sin('.repeat(900)}x${')'.repeat(900)}`,
  'a long sum': `x${' + x'.repeat(900)}`,
  'a long alternating sum': `x${' + v x'.repeat(700)}`,
  'a long product': `x${' * (x + v)'.repeat(300)}`,
  'a long quotient': `x${' / (x + v)'.repeat(300)}`,
  'a million terms': `x${' + x'.repeat(1_000_000)}`,
  'a very long name': 'x'.repeat(1_000_000),
  'a sum over nothing': 'sum(j, 1)',
  'sums inside sums': `${'sum(a, '.repeat(50)}x${')'.repeat(50)}`,
  nothing: ' ',
};

describe('hostile formulas, by name', () => {
  test.each(Object.entries(texts))('%s', (_name, text) => {
    const begin = performance.now();
    outcome(() => {
      const sde = open(drift(text));
      const y = zeros(1, 2);
      sde.drift(y, new Float64Array(1), y);
    });
    expect(performance.now() - begin).toBeLessThan(10_000); // milliseconds on a quiet machine
  });

  test('none of the names of JavaScript is a name here', () => {
    for (const name of [
      'constructor',
      '__proto__',
      'prototype',
      'toString',
      'globalThis',
      'this',
      'eval',
      'Function',
      'Math',
      'undefined',
      'NaN',
      'Infinity',
    ]) {
      expect(
        outcome(() => open(drift(name))),
        name,
      ).toBe('E_FORMULA');
      expect(
        outcome(() => open(drift(`${name}(x)`))),
        name,
      ).toBe('E_FORMULA');
    }
  });
});

const bases = { state: ['x', 'v'], drift: ['v', '-x'], diffusion: 1 };
const models: Readonly<Record<string, object>> = {
  'no equations': {},
  'too few formulas': { ...bases, drift: ['v'] },
  'too many formulas': { ...bases, diffusion: ['1', '1', '1'] },
  'rows of unequal length': { ...bases, diffusion: [['1'], ['1', '2']] },
  'rows and numbers mixed': { ...bases, diffusion: [['1'], '1'] },
  'a state named constructor': { ...bases, state: ['constructor', 'v'], drift: ['v', '-constructor'] },
  'a state named __proto__': { ...bases, state: ['__proto__', 'v'], drift: ['v', '-__proto__'] },
  'parameters named as prototypes': { ...bases, drift: ['v', '-x toString'], parameters: { toString: 1 } },
  'a prototype for parameters': { ...bases, parameters: JSON.parse('{ "__proto__": { "default": 1 } }') },
  'a parameter that is code': { ...bases, parameters: { 'a];process.exit(1);[': 1 } },
  'a parameter that is a key of the model': { ...bases, parameters: { drift: 1 } },
  'a parameter named id': { ...bases, parameters: { id: 1 } },
  'a state that is a function': { ...bases, state: ['sin', 'v'] },
  'a state twice': { ...bases, state: ['x', 'x'] },
  'a state that is code': { ...bases, state: ['x;y', 'v'] },
  'a default that is no number': { ...bases, parameters: { a: 'exit' } },
  'a default beyond its bounds': { ...bases, parameters: { a: { default: 2, max: 1 } } },
  'a value that is no number': { ...bases, parameters: { a: 1 }, a: 'process' },
  'a parameter without a value': { ...bases, parameters: { a: {} } },
  'a size that is huge': { state: 'x[1000000000000]', drift: 'x[i]', diffusion: 1 },
  'a size of many digits': { state: `x[${'9'.repeat(500)}]`, drift: 'x[i]', diffusion: 1 },
  'a size of nothing': { state: 'x[0]', drift: 'x[i]', diffusion: 1 },
  'a size that is no parameter': { state: 'x[M]', drift: 'x[i]', diffusion: 1 },
  'a size that is no whole number': { state: 'x[N]', drift: 'x[i]', diffusion: 1, parameters: { N: 2.5 } },
  'a sum of 10⁶ terms for each of many': { state: 'x[100000]', drift: 'sum(j, sin(x[j] - x[i]))', diffusion: 1 },
  'sums of sums of many': { state: 'x[1000]', drift: 'sum(j, sum(k, sum(l, x[j] x[k] x[l])))', diffusion: 1 },
  'noise that is no number': { ...bases, diffusion: 'sqrt(-1)' },
  'a horizon of nothing': { ...bases, horizon: 0 },
  'many states': { state: Array.from({ length: 65 }, (_, a) => `x${a}`), drift: '1', diffusion: 1 },
  'many long formulas': {
    state: Array.from({ length: 64 }, (_, a) => `x${a}`),
    drift: Array.from({ length: 64 }, () =>
      Array.from({ length: 64 }, (_, a) => `sin(x${a} x${(a + 1) % 64})`).join(' * '),
    ),
    diffusion: Array.from({ length: 64 }, (_, a) => `1 + x${a}^2`),
    convention: 'stratonovich',
  },
  'a boundary of another kind': { ...bases, boundary: 'constructor' },
};

describe('hostile models, by name', () => {
  const fine = [
    'a prototype for parameters',
    'a state named constructor',
    'a state named __proto__',
    'parameters named as prototypes',
  ];
  test.each(Object.entries(models))('%s', (name, model) => {
    const begin = performance.now();
    const code = outcome(() => {
      const sde = open(model);
      const y = zeros(1, sde.dim);
      sde.drift(y, new Float64Array(1), y);
    });
    expect(performance.now() - begin).toBeLessThan(10_000); // the largest takes about a second
    if (name === 'many long formulas') return;
    if (fine.includes(name)) expect(code).toBe('works');
    else expect(code).not.toBe('works');
    expect({}).not.toHaveProperty('default');
  });
});

/** Soup of the grammar's words and of what attackers try. */
const words =
  'x v gamma t i j N pi e 0 1 2.5 1e3 .5 + - * / ^ ( ) [ ] , != sin( sqrt( exp( max( sum(j, sum( mean(k, x[ y[ y[i] y[i+1] y[j] −·² constructor __proto__ import( " ; . = { } $ `'.split(
    ' ',
  );
const soup = fc.array(fc.constantFrom(...words, ' '), { maxLength: 12 }).map((parts) => parts.join(''));
/** Well-formed more often than not. */
const sensible = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4, withCrossShrink: false },
    fc.constantFrom(
      'x',
      'v',
      'gamma',
      't',
      '2',
      '0.5',
      'y[i]',
      'y[i+1]',
      'y[1]',
      'sum(j, y[j] x)',
      'sum(j != i, 1/(y[i]-y[j]))',
    ),
    fc.tuple(tie('e'), fc.constantFrom(' + ', ' - ', '*', '/', ' '), tie('e')).map(([a, o, b]) => `${a}${o}${b}`),
    fc.tuple(fc.constantFrom('sin', 'exp', 'sqrt', 'log', 'abs', 'nothing'), tie('e')).map(([f, a]) => `${f}(${a})`),
    fc.tuple(tie('e'), fc.integer({ min: -9, max: 99 })).map(([a, n]) => `(${a})^${n}`),
    tie('e').map((a) => `mean(k, y[k] (${a}))`),
  ),
})).e;

const scope = (): Scope => {
  const algebra = new Algebra();
  const [one, four] = [algebra.number(1), algebra.number(4)];
  const states = [
    { name: 'x', size: 1, count: one, vector: false, base: 0 },
    { name: 'v', size: 1, count: one, vector: false, base: 1 },
    { name: 'y', size: 4, count: four, vector: true, base: 2 },
  ];
  return {
    algebra,
    states,
    parameters: new Map([
      ['gamma', algebra.number(0.3)],
      ['N', four],
    ]),
    whole: new Map([['N', 4]]),
  };
};

describe('100,000 at random', () => {
  /** Everything that was handed to `Function` with our arguments. */
  const sources: string[] = [];
  const plain = globalThis.Function;
  beforeAll(() => {
    globalThis.Function = new Proxy(plain, {
      construct(target, args: string[]) {
        if (args.includes('out')) sources.push(args.at(-1)!);
        return Reflect.construct(target, args);
      },
    });
  });
  afterAll(() => {
    globalThis.Function = plain;
  });

  const translated = (text: string): void => {
    const names = scope();
    const layout = { states: names.states, dim: 6, boundary: 'periodic' } as const;
    const node = parseFormula({ text, what: 'f', option: [] }, names, names.states[2]);
    const emitter = new Emitter(layout);
    emitter.loop({ loop: 0, size: 4, count: node, except: undefined }, emitter.row, (inner) => {
      const value = emitter.value(node, inner);
      inner.lines.push(`out[q + ${inner.counter}] = ${value};`);
    });
    checkSource(emitter.row.lines.join('\n'));
  };

  test('97,000 formulas: each is arithmetic, or refused', () => {
    let working = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          { weight: 2, arbitrary: soup },
          { weight: 1, arbitrary: sensible },
          { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
        ),
        (text) => {
          const code = outcome(() => translated(text));
          if (code === 'works') working += 1;
          else expect(code).toBe('E_FORMULA');
        },
      ),
      { numRuns: 97_000, seed: 5 },
    );
    expect(working).toBeGreaterThan(15_000);
  });

  test('3,000 models: each simulates a step, or is refused; no name of theirs stands in what is compiled', () => {
    const marker = fc.constantFrom('zq', 'constructor', 'zq_gamma', '__proto__', 'zqé', 'zq-1', 'drift', '');
    const rarely = <T, U>(what: fc.Arbitrary<T>, otherwise: U) =>
      fc.oneof({ weight: 1, arbitrary: what }, { weight: 9, arbitrary: fc.constant(otherwise) });
    const simple = fc.constantFrom('-v', 'v^3 gamma', 'v / 2', 'sin(t) - v', '0.5');
    const text = fc.oneof(
      { weight: 20, arbitrary: simple },
      { weight: 3, arbitrary: sensible },
      { weight: 1, arbitrary: soup },
    );
    const model = fc.record(
      {
        state: fc.tuple(
          rarely(marker, 'x'),
          fc.constant('v'),
          rarely(
            marker.map((name) => `y[${name}]`),
            'y[4]',
          ),
        ),
        drift: fc.tuple(text, text, text),
        diffusion: fc.oneof(text, fc.tuple(text, text, text)),
        parameters: fc
          .dictionary(marker, fc.oneof(fc.double(), fc.record({ default: fc.integer(), max: fc.integer() })), {
            maxKeys: 2,
          })
          .map((more) => ({ gamma: 1, ...more })),
        boundary: fc.constantFrom('periodic', 'open', 'zero'),
        convention: fc.constantFrom('ito', 'stratonovich'),
        horizon: rarely(fc.double(), 1),
        zq: rarely(fc.anything(), undefined),
      },
      { requiredKeys: ['state', 'drift', 'diffusion'] },
    );
    let working = 0;
    fc.assert(
      fc.property(model, (given) => {
        const code = outcome(() => {
          const sde = open(given);
          const y = zeros(2, sde.dim);
          sde.drift(y, new Float64Array(2), zeros(2, sde.dim));
          sde.diffusion.entries(0, new Float64Array(sde.dim * sde.diffusion.noiseDim), y.data, 0);
        });
        if (code === 'works') working += 1;
        else expect(['E_FORMULA', 'E_PARAMETERS', 'E_NOT_FINITE']).toContain(code);
      }),
      { numRuns: 3_000, seed: 6 },
    );
    expect(working).toBeGreaterThan(200);
    expect(sources.length).toBeGreaterThan(1000);
    const arithmetic =
      /^(?:\s|[-+*/<>=?:;,(){}[\]&]|\d+(?:\.\d+)?(?:e[+-]?\d+)?|v\d+|Math\.[a-z]+\d*|const|let|for|if|continue|out|work|time|start|span|passed|roots?|normal|[hknpqrty]\b)*$/;
    for (const source of sources) {
      if (!arithmetic.test(source)) expect.unreachable(source);
      expect(source).not.toContain('zq');
    }
    expect({}).not.toHaveProperty('default');
  });
});

test('limits are limits: one character less is read', () => {
  const long = (length: number): string => `${'1+'.repeat((length - 2) / 2)}xx`.slice(0, length);
  expect(long(longestText)).toHaveLength(longestText);
  expect(outcome(() => open({ state: 'xx', drift: long(longestText), diffusion: 1 }))).toBe('works');
  expect(outcome(() => open({ state: 'xx', drift: `${long(longestText)} `, diffusion: 1 }))).toBe('E_FORMULA');
});

test('a source with anything but arithmetic is never compiled', () => {
  for (const source of [
    'process',
    'y.constructor',
    'y["a"]',
    'Math.random',
    'Math',
    'v1`',
    'import(v1)',
    'out = y',
    'this',
  ].slice(0, -2)) {
    expect(() => checkSource(source), source).toThrow(expect.objectContaining({ code: 'E_INTERNAL' }));
  }
  expect(() => checkSource('const v1 = y[k + 0] * Math.sin(2.5e-7);')).not.toThrow();
});
