import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isFokkerError } from '../errors.js';
import { checkPlugin } from './check-plugin.js';

const sde = { id: 'still', parameters: z.object({}), create: () => {} };
const objective = { id: 'o', options: z.object({}), needs: [], weights: 'time', derivatives: 1, create: () => {} };
const plugin = { name: 'p', apiVersion: 1, parts: { sde: [sde] } };

const refusal = (value: unknown): { code: string; text: string } => {
  try {
    checkPlugin(value, "plugin './p.js'");
  } catch (error) {
    if (isFokkerError(error)) return { code: error.code, text: error.toString() };
    throw error;
  }
  throw new Error('accepted');
};

describe('checkPlugin', () => {
  test('returns the very object', () => {
    expect(checkPlugin(plugin, 'p')).toBe(plugin);
    expect(checkPlugin({ ...plugin, parts: { objective: [objective] } }, 'p')).toBeDefined();
  });

  test.each([
    ['nothing', undefined, /got {7}nothing/],
    ['an array', [plugin], /got {7}an array of 1/],
    ['a bare definition', sde, /name/],
    ['no parts', { name: 'p', apiVersion: 1 }, /parts: nothing/],
    ['an unknown kind', { ...plugin, parts: { sdes: [sde] } }, /expected only sde, objective/],
    ['a definition outside a list', { ...plugin, parts: { sde } }, /parts.sde: expected a list of definitions/],
    [
      'no factory',
      { ...plugin, parts: { sde: [{ ...sde, create: undefined }] } },
      /parts.sde\[0\].create: expected a function/,
    ],
    [
      'no schema',
      { ...plugin, parts: { sde: [sde, { ...sde, parameters: { a: 1 } }] } },
      /parts.sde\[1\].parameters: expected a zod/,
    ],
    [
      'a bad id',
      { ...plugin, parts: { sde: [{ ...sde, id: 'two words' }] } },
      /parts.sde\[0\].id: the string 'two words'/,
    ],
    [
      'an unknown capability',
      { ...plugin, parts: { objective: [{ ...objective, needs: ['jacobi'] }] } },
      /names of capabilities/,
    ],
    ['third derivatives', { ...plugin, parts: { objective: [{ ...objective, derivatives: 3 }] } }, /expected 1 or 2/],
    [
      'a weighting of unknown reach',
      { ...plugin, parts: { weighting: [{ ...objective, dependsOn: 'y' }] } },
      /'time', 'state' or 'start'/,
    ],
  ])('refuses %s', (_name, value, text) => {
    const { code, text: message } = refusal(value);
    expect(code).toBe('E_PLUGIN');
    expect(message).toMatch(text);
    expect(message).toMatch(/plugin '.\/p.js'/);
  });

  test('names what it refuses by its own name where it has one', () => {
    expect(() => checkPlugin({ name: 'p', apiVersion: 1 })).toThrow(/plugin 'p' is not a plugin/);
    expect(() => checkPlugin(undefined)).toThrow(/what was given as a plugin is not a plugin/);
  });

  test.each([0, 2, 1.5])('refuses API version %d', (apiVersion) => {
    const { code, text } = refusal({ ...plugin, apiVersion, parts: 'whatever that version had' });
    expect(code).toBe('E_PLUGIN_VERSION');
    expect(text).toMatch(`apiVersion: ${apiVersion}`);
  });
});
