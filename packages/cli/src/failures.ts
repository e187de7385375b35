/**
 * Errors as people and programs see them: every failure becomes a coded one, with the exit code of its kind. Wrong words are E_USAGE, what nobody foresaw is
 * E_INTERNAL.
 */
import process from 'node:process';
import { stripVTControlCharacters } from 'node:util';
import type { FokkerError } from '@fokker/core';
import { CLIError, ExitError } from '@oclif/core/errors';

/** What was called, so far as it is known. */
export interface Call {
  readonly json: boolean;
  /** Absent where the words named none. */
  readonly command?: { readonly id: string; readonly flags: readonly string[]; readonly args: readonly string[] };
}

const said = (error: CLIError): string =>
  stripVTControlCharacters(error.message)
    .replace(/\n?See more help with --help$/, '')
    .replace(/\s+/g, ' ')
    .replace(/^Parsing (--\w+) /, '$1: ')
    .trim();

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];

const namesOf = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value.flatMap((entry) => (typeof entry?.name === 'string' ? [entry.name.toUpperCase()] : []))
    : [];

/** The words of the parser: unknown flags, missing and superfluous arguments, values of the wrong kind. */
async function wrongWords(error: CLIError, { id, flags, args }: NonNullable<Call['command']>) {
  const { probablyMeant } = await import('@fokker/core');
  const unknown = 'flags' in error ? strings(error.flags) : [];
  const found = 'args' in error ? strings(error.args) : [];
  const missing = 'args' in error ? namesOf(error.args) : [];
  const help = `fokker ${id} --help`;
  if (unknown.length > 0) {
    const meant = probablyMeant(unknown[0]!, flags);
    return {
      got: unknown.join(' '),
      expected: `one of ${flags.join(', ')}`,
      tryThis: [...(meant === undefined ? [] : [`did you mean ${meant}?`]), help],
    };
  }
  if (found.length > 0) {
    const takes = args.length === 0 ? 'no arguments beside flags' : `${args.join(' ')} and flags, nothing more`;
    return { got: `'${found.join(' ')}' as well`, expected: takes, tryThis: [help] };
  }
  if (missing.length > 0)
    return { got: `no ${missing.join(', ')}`, expected: `fokker ${id} ${args.join(' ')}`, tryThis: [help] };
  return { got: said(error), expected: 'flags with values as its help describes them', tryThis: [help] };
}

/** Words that lead to no command: a misspelt one, or more words than a command takes. */
export async function unknownCommand(words: readonly string[], ids: readonly string[]): Promise<FokkerError> {
  const known = ids.map((id) => id.replaceAll(':', ' '));
  const [{ probablyMeant }, { FokkerError }] = await Promise.all([
    import('@fokker/core'),
    import('@fokker/core/errors'),
  ]);
  const [word = '', ...rest] = words.filter((each) => !each.startsWith('-') && each !== 'help');
  if (known.includes(word)) {
    return new FokkerError('E_USAGE', {
      summary: `fokker ${word} does not understand these words`,
      got: `'${rest.join(' ')}' as well`,
      expected: 'no arguments beside flags',
      tryThis: [`fokker ${word} --help`],
    });
  }
  const meant = probablyMeant(word, known);
  return new FokkerError('E_USAGE', {
    summary: word === '' ? 'fokker does not understand these words' : `there is no command '${word}'`,
    got: `fokker ${words.join(' ')}`,
    expected: `one of ${known.join(', ')}`,
    tryThis: [...(meant === undefined ? [] : [`did you mean fokker ${meant}?`]), 'fokker --help'],
  });
}

const detail = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function coded(error: unknown, { command }: Call): Promise<FokkerError> {
  const { FokkerError, isFokkerError } = await import('@fokker/core/errors');
  if (isFokkerError(error)) return error;
  if (error instanceof CLIError && command !== undefined) {
    const details = await wrongWords(error, command);
    return new FokkerError('E_USAGE', { summary: `fokker ${command.id} does not understand these words`, ...details });
  }
  return new FokkerError('E_INTERNAL', {
    summary: 'something went wrong inside Fokker',
    got: detail(error),
    expected: 'a command that works or says what is wrong',
    tryThis: ['set DEBUG=fokker and run again: the trace helps whoever mends it'],
    cause: error,
  });
}

/** The error as one JSON document. */
const documentOf = ({ code, message, got, expected, tryThis, where }: FokkerError, exit: number): string =>
  JSON.stringify(
    { error: { code, exit, summary: message.slice(code.length).trim(), got, expected, tryThis, where } },
    undefined,
    2,
  );

/** Tells the error and sets the exit code. */
export async function report(error: unknown, call: Call): Promise<void> {
  if (error instanceof ExitError) {
    process.exitCode = error.oclif.exit ?? 0;
    return;
  }
  const { errorCodes } = await import('@fokker/core/errors');
  const failure = await coded(error, call);
  const { exit } = errorCodes[failure.code];
  process.exitCode = exit;
  if (call.json) process.stdout.write(`${documentOf(failure, exit)}\n`);
  else process.stderr.write(`${failure}\n`);
  if (process.env.DEBUG?.includes('fokker')) {
    const cause = error instanceof Error ? error.stack : undefined;
    process.stderr.write(`${cause ?? failure.stack}\n`);
  }
}
