/** Options of physical quantities from the command line. */
import { CLIError } from '@oclif/core/errors';

/** A number, a word, or a list of these in brackets. */
const optionValue = (text: string): unknown => {
  const trimmed = text.trim();
  if (trimmed.startsWith('[') && trimmed.endsWith(']')) {
    const inside = trimmed.slice(1, -1).trim();
    return inside === '' ? [] : inside.split(',').map(optionValue);
  }
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  const number = Number(trimmed);
  return trimmed !== '' && Number.isFinite(number) ? number : trimmed;
};

/** `parity=[even,odd]` → { parity: ['even', 'odd'] } */
export const quantityOptions = (texts: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new CLIError(`--option takes name=value, as in --option cells=30, not '${text}'`);
      return [text.slice(0, at).trim(), optionValue(text.slice(at + 1))];
    }),
  );
