/**
 * From words to an exit code. Whatever goes wrong, before a command is found or inside it, ends as one coded error: its text on stderr, or with --json as the one
 * document on stdout.
 */
import process from 'node:process';
import { CLIError, ExitError } from '@oclif/core/errors';
import { run } from '@oclif/core/run';
import { report, unknownCommand } from './failures.js';

/** `fokker help train` is `fokker train --help`; `fokker help` is `fokker --help`. */
const normal = (words: readonly string[]): string[] =>
  words[0] === 'help' ? [...words.slice(1), '--help'] : [...words];

/** A reader of our output that has left, such as `head`, is no failure. */
const outliveReader = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
};

const asksForJson = (words: readonly string[]): boolean => {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).includes('--json');
};

/** `root`: a file of the package, from which oclif finds the commands. */
export async function main(words: readonly string[], root: string): Promise<void> {
  if (!process.stdout.listeners('error').includes(outliveReader)) process.stdout.on('error', outliveReader);
  try {
    await run(normal(words), root);
  } catch (error) {
    const { commands } = await import('./commands.js');
    const misled = error instanceof CLIError && !(error instanceof ExitError);
    const failure = misled ? await unknownCommand(words, Object.keys(commands)) : error;
    await report(failure, { json: asksForJson(words) });
  }
}
