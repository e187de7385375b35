/**
 * What all commands share: --json, progress on stderr, Ctrl-C that asks the work to stop at its next safe point, coded errors with their exit codes.
 *
 * A command parses, calls, prints, and returns the value that --json writes. Nothing heavy is imported before `run`.
 */
import process from 'node:process';
import type { Progress } from '@fokker/experiment';
import { Command } from '@oclif/core/command';
import type { InferredArgs, InferredFlags } from '@oclif/core/interfaces';
import { report } from './failures.js';
import { type ProgressLine, progressLine } from './progress.js';
import { type Row, tableText } from './table.js';

export type FlagsOf<T extends typeof Command> = InferredFlags<T['flags']>;
export type ArgsOf<T extends typeof Command> = InferredArgs<T['args']>;

const signals = ['SIGINT', 'SIGTERM'] as const;

export abstract class FokkerCommand<T extends typeof Command> extends Command {
  static override enableJsonFlag = true;

  protected flags!: FlagsOf<T>;
  protected args!: ArgsOf<T>;
  private line: ProgressLine | undefined;
  private readonly stop = new AbortController();
  private readonly onSignal = (): void => {
    if (this.stop.signal.aborted) process.exit(130);
    this.progress({ kind: 'notice', text: 'stopping at the next safe point; once more to stop at once' });
    this.stop.abort();
  };

  override async init(): Promise<void> {
    await super.init();
    this.parsed = true; // or the library warns, beside the error, that words it refused were not parsed
    const { flags, args } = await this.parse({
      flags: this.ctor.flags,
      args: this.ctor.args,
      strict: this.ctor.strict,
      enableJsonFlag: true,
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
    for (const signal of signals) process.on(signal, this.onSignal);
    return this.stop.signal;
  }

  protected heading(text: string): void {
    this.log(`\n${text}`);
  }

  protected table(rows: readonly Row[]): void {
    if (rows.length > 0) this.log(tableText(rows, process.stdout.isTTY ? process.stdout.columns : undefined));
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    this.line?.close();
    for (const signal of signals) process.off(signal, this.onSignal);
    await super.finally(error);
  }

  protected override async catch(error: Error): Promise<void> {
    this.line?.close();
    const flags = Object.keys({ ...this.ctor.flags, json: true }).map((name) => `--${name}`);
    const args = Object.entries(this.ctor.args).map(([name, { required }]) =>
      required ? name.toUpperCase() : `[${name.toUpperCase()}]`,
    );
    const command = { id: this.ctor.id, flags, args };
    await report(error, { json: this.jsonEnabled(), command });
  }
}
