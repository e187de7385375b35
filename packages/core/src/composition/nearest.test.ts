import { describe, expect, test } from 'vitest';
import { byNearness, editDistance, probablyMeant } from './nearest.js';

describe('edit distance', () => {
  test.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['lsit', 'list', 1],
    ['vp', 'vp', 0],
    ['ca', 'abc', 3], // alignment: a swapped pair is not edited again
  ])('%s → %s is %d', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('suggestions', () => {
  const ids = ['active-swimmer', 'benes', 've', 'vp', 'subvp'];
  test('the nearest comes first', () => expect(byNearness('bense', ids)[0]).toBe('benes'));
  test.each([
    ['bense', 'benes'],
    ['Active-Swimer', 'active-swimmer'],
    ['swimmer', 'active-swimmer'],
    ['swimer', 'active-swimmer'],
    ['v', 've'],
    ['nothing-like-it', undefined],
  ])('%s probably means %s', (word, meant) => expect(probablyMeant(word, ids)).toBe(meant));
  test('a word that several hold means none of them', () =>
    expect(probablyMeant('two', ['one-two', 'two-one'])).toBe(undefined));
  test('nothing is suggested where nothing is known', () => expect(probablyMeant('x', [])).toBe(undefined));
});
