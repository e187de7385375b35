/**
 * What cannot be compiled, each with the operation, the line of the user's code that asked for it, and what to write instead.
 */
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, fail } from '@fokker/core';

const own = [fileURLToPath(new URL('../', import.meta.url)), `${sep}@tensorflow${sep}`];
const opsFolder = /[\\/](?:@fokker|packages)[\\/]ops[\\/](?:dist|src)[\\/]/;
const generated = /node:internal|^native$|<anonymous>/;

/** The place of a stack line: `file:line:column`. */
const placeOf = (line: string): string | undefined => /\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/.exec(line.trim())?.[1];

/** Where the user's code called into us: the first frame outside tfjs, the operators and this package. */
export const callerOf = (stack: string | undefined): string | undefined => {
  for (const line of (stack ?? '').split('\n').slice(1)) {
    const place = placeOf(line);
    if (place === undefined || generated.test(place)) continue;
    const path = place.startsWith('file:') ? place.slice('file://'.length) : place;
    const test = path.includes('.test.ts:');
    if (!test && (own.some((folder) => path.includes(folder)) || opsFolder.test(path))) continue;
    return path;
  }
  return undefined;
};

/** The stack here: by default deep enough to reach the user's code through nested gradients. */
export const stackHere = (depth = 200): string => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = depth;
  const { stack } = new Error('here');
  Error.stackTraceLimit = limit;
  return stack ?? '';
};

const at = (stack: string | undefined): string => {
  const place = callerOf(stack);
  return place === undefined ? '' : ` at ${place}`;
};

/** Where the user's code is now, as the end of a sentence. */
export const here = (): string => at(stackHere());

/** tfjs's own name of a random operator in a line of its stack: `randomNormal_` and the like. */
const randomOperator = /\b(random[A-Z][A-Za-z]*|truncatedNormal|multinomial|dropout|rand)_.*@tensorflow/g;

/** The random operator that a stack passes through: the outermost, which the user called. */
export const randomIn = (stack: string): string | undefined => [...stack.matchAll(randomOperator)].at(-1)?.[1];

const refuse = (code: ErrorCode, summary: string, got: string, expected: string, tryThis: readonly string[]): never =>
  fail(code, { summary, got, expected, tryThis });

export const refuseRead = (operation: string): never =>
  refuse(
    'E_TRACE_READ',
    'a compiled step cannot read the numbers of a tensor',
    `${operation}${here()}`,
    'operations on tensors alone: while a step is compiled its tensors have a shape and no numbers',
    [
      'choose between values with where(condition, yes, no)',
      'return what you want to look at, and read it outside the step',
      'decide from shapes (x.shape) or from options, which are known',
    ],
  );

export const refuseRandom = (operator: string): never =>
  refuse(
    'E_TRACE_RANDOM',
    'a compiled step cannot draw random numbers: every run would see the same ones',
    `${operator}${here()}`,
    'noise that comes in as an input of the step',
    ['draw it in the objective’s targets with fillNormal or fillUniform of @fokker/core and a key, as one more array'],
  );

export const refuseCapture = (shape: readonly number[], dtype: string): never =>
  refuse(
    'E_TRACE_CAPTURE',
    'a compiled step can use the tensors of its inputs only',
    `a tensor from outside, ${dtype} [${shape.join(', ')}]${here()}`,
    'tensors that are inputs, or are made inside the step: another one would be frozen at its present numbers',
    [
      'a weight that trains: put it into the parameters that init returns',
      'an array that changes from batch to batch: put it into the targets',
      'a constant: keep it as a plain array and make the tensor inside the step',
    ],
  );

export const refuseVariable = (): never =>
  refuse(
    'E_TRACE_CAPTURE',
    'a compiled step cannot make variables or assign to them',
    `a variable${here()}`,
    'a function of its inputs, whose state comes in and goes out as tensors: a variable would start anew at every step',
    [
      'put weights into the parameters that init returns',
      'take the optimiser of training.optimiser, not one of tf.train',
    ],
  );

export const refuseConstant = (shape: readonly number[], dtype: string, largest: number): never =>
  refuse(
    'E_TRACE_CONSTANT',
    'a compiled step brings an array of its own that is suspiciously large',
    `${dtype} [${shape.join(', ')}]${here()}`,
    `at most ${largest} numbers that are not all equal: larger arrays are data or noise, which a constant would freeze`,
    [
      'make it an input: one more array of the targets, or a parameter',
      'compute it inside the step from a smaller array',
    ],
  );

export const refuseOperation = (kernel: string, stack: string | undefined): never =>
  refuse(
    'E_TRACE_OPERATION',
    `the operation '${kernel}' cannot be compiled`,
    `${kernel}${at(stack)}`,
    'an operation of @fokker/ops',
    [
      'training.device: cpu (or wasm, tensorflow), which run it as it is',
      'write it with other operations of @fokker/ops',
    ],
  );

export const refuseAsync = (): never =>
  refuse(
    'E_TRACE_READ',
    'a compiled step is an ordinary function',
    'an async function, or one that returns a promise',
    'a function that returns tensors',
    ['await what you need before the step and hand it in as an input'],
  );
