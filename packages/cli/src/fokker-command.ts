/**
 * What all commands share: --json, progress on stderr, Ctrl-C that asks the work to stop at its next safe point, coded errors with their exit codes.
 *
 * A command parses, calls, prints, and returns the value that --json writes. Nothing heavy is imported before `run`.
 */
import process from 'node:process';
import type { Progress } from '@fokker/experiment';
import { Command, Errors, type Interfaces } from '@oclif/core';
import { type ProgressLine, progressLine } from './progress.js';
import { type Row, tableText } from './table.js';

export type FlagsOf<T extends typeof Command> = Interfaces.InferredFlags<T['flags']>;
export type ArgsOf<T extends typeof Command> = Interfaces.InferredArgs<T['args']>;

export abstract class FokkerCommand<T extends typeof Command> extends Command {
  static override enableJsonFlag = true;

  protected flags!: FlagsOf<T>;
  protected args!: ArgsOf<T>;
  private line: ProgressLine | undefined;
  private readonly stop = new AbortController();

  override async init(): Promise<void> {
    await super.init();
    const { flags, args } = await this.parse({
      flags: this.ctor.flags,
      args: this.ctor.args,
      strict: this.ctor.strict,
    });
    this.flags = flags as FlagsOf<T>;
    this.args = args as ArgsOf<T>;
  }

  protected readonly progress: Progress = (event) => {
    this.line ??= progressLine();
    this.line.report(event);
  };

  /** Aborted by Ctrl-C or SIGTERM; a second one ends the process at once. */
  protected interruptible(): AbortSignal {
    const stop = (): void => {
      if (this.stop.signal.aborted) process.exit(130);
      this.progress({ kind: 'notice', text: 'stopping at the next safe point; once more to stop at once' });
      this.stop.abort();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    return this.stop.signal;
  }

  protected table(rows: readonly Row[]): void {
    if (rows.length > 0) this.log(tableText(rows));
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    this.line?.close();
    await super.finally(error);
  }

  protected override async catch(error: Interfaces.CommandError): Promise<void> {
    this.line?.close();
    if (error instanceof Errors.CLIError) return super.catch(error);
    const { errorCodes, FokkerError, isFokkerError } = await import('@fokker/core/errors');
    const coded = isFokkerError(error)
      ? error
      : new FokkerError('E_INTERNAL', {
          summary: 'something went wrong inside Fokker',
          got: error.message,
          expected: 'a command that works or says what is wrong',
          tryThis: ['set DEBUG=fokker and run again: the trace helps whoever mends it'],
          cause: error,
        });
    process.exitCode = errorCodes[coded.code].exit;
    if (this.jsonEnabled()) this.logJson({ error: { ...coded, summary: coded.message } });
    else process.stderr.write(`${coded}\n`);
    if (process.env.DEBUG?.includes('fokker')) process.stderr.write(`${error.stack}\n`);
  }
}
