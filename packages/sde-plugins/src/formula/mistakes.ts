/** What can be wrong with a formula, what was expected instead and what to try. */
import { probablyMeant } from '@fokker/core';
import type { StateLayout } from './layout.js';
import type { Reason } from './refusal.js';
import type { Token } from './tokens.js';

export const unexpected = ({ kind, text }: Token, expected: string): Reason => ({
  summary: kind === 'end' ? 'the formula ends too early' : `'${text}' does not belong here`,
  expected,
  tryThis: ['compare the brackets and operators around it'],
});

export const sideBySide: Reason = {
  summary: 'a product without a sign after a division can be read in two ways',
  expected: 'a bracket or a *',
  tryThis: ['a / (b c)', 'a / b * c'],
};

export const tooDeep = (most: number): Reason => ({
  summary: 'brackets, signs and calls inside one another without end',
  expected: `at most ${most} levels`,
  tryThis: ['write the formula with fewer brackets'],
});

export const tooLarge: Reason = {
  summary: 'a number beyond the reach of float64',
  expected: 'numbers below 1.8e308',
  tryThis: ['other units'],
};

export const wrongArguments = (name: string, given: number, arity: number): Reason => ({
  summary: `'${name}' does not take ${given} arguments`,
  expected: arity === 1 ? 'one argument' : `${arity} arguments`,
  tryThis: [`${name}(${arity === 1 ? 'x' : 'x, y'})`],
});

export const takenIndex = (name: string): Reason => ({
  summary: `'${name}' has another meaning here`,
  expected: 'a new name for the index of the sum',
  tryThis: ['sum(j, x[j])'],
});

export const tooManySums = (most: number): Reason => ({
  summary: 'too many sums inside one another',
  expected: `at most ${most}`,
  tryThis: ['a sum of products as a product of sums'],
});

export const unusedIndex = (name: string): Reason => ({
  summary: `'${name}' is the index of no vector`,
  expected: `a vector state with that index in the sum, as in sum(${name}, x[${name}])`,
  tryThis: ['a product with the number of terms'],
});

export const noTermLeftOut = (name: string, size: number): Reason => ({
  summary: `what the sum over '${name}' leaves out is none of its terms`,
  expected: `an index over ${size} entries, or a whole number from 1 to ${size}`,
  tryThis: [`sum(${name} != i, …)`],
});

export const bracketsAfter = ({ name, vector }: StateLayout): Reason =>
  vector
    ? {
        summary: `'${name}' is a vector`,
        expected: 'one of its entries',
        tryThis: [`${name}[i]`, `sum(j, ${name}[j])`],
      }
    : {
        summary: `'${name}' is a scalar`,
        expected: 'no index',
        tryThis: [name, `state: ['${name}[N]'] for a vector`],
      };

export const noEntry = ({ name, size }: StateLayout, index: number): Reason => ({
  summary: `'${name}' has no entry ${index}`,
  expected: `an index from 1 to ${size}`,
  tryThis: [`${name}[1]`],
});

export const otherRange = (
  index: string,
  range: Pick<StateLayout, 'name' | 'size'>,
  { name, size }: StateLayout,
): Reason => ({
  summary: `'${index}' runs over the ${range.size} entries of ${range.name}`,
  expected: `an index that runs over the ${size} entries of ${name}`,
  tryThis: [`sum(k, ${name}[k])`, 'vectors of one size'],
});

export const noIndex = (text: string, indices: readonly string[]): Reason => ({
  summary: `'${text}' is no index`,
  expected: `${indices.join(', ') || 'a whole number'}, with a whole number added or not`,
  tryThis: ['x[i]', 'x[i + 1]', 'x[1]'],
});

export const functionAlone = (name: string): Reason => ({
  summary: `'${name}' is a function`,
  expected: 'its arguments in brackets',
  tryThis: [`${name}(…)`],
});

export const unknownFunction = (text: string, functions: readonly string[], names: readonly string[]): Reason => {
  const near = probablyMeant(text, [...functions, ...names]);
  return {
    summary: `there is no function '${text}'`,
    expected: `one of ${functions.join(', ')}`,
    tryThis: [near === undefined ? 'write it with the functions there are' : `did you mean ${near}?`],
  };
};

export const unknownName = (text: string, names: readonly string[]): Reason => {
  const near = probablyMeant(text, names);
  return {
    summary: `there is no name '${text}'`,
    expected: `one of ${names.join(', ')}, pi, e`,
    tryThis: [...(near === undefined ? [] : [`did you mean ${near}?`]), `declare it: parameters: { ${text}: 1 }`],
  };
};
