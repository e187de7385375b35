import process from 'node:process';
import type { CheckReport } from '@fokker/experiment';
import { string } from '@oclif/core/args';
import { checkEnd, subjectText } from '../check-text.js';
import { pluginFlag, setFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';

export default class Check extends FokkerCommand<typeof Check> {
  static override summary =
    'Hold a plugin, a part or an experiment to its contracts: what it claims against what it does.';
  static override description =
    'Each line is a check with the largest number it measured beside its limit: ✓ kept, ✗ broken, · told without a limit. ' +
    'Exit code 65 where one is broken.';
  static override examples = [
    '<%= config.bin %> check active-swimmer',
    '<%= config.bin %> check vp --set dim=2',
    '<%= config.bin %> check ./my-plugin',
    '<%= config.bin %> check examples/active-swimmer.yaml --json',
  ];
  static override args = {
    target: string({
      required: true,
      description: 'experiment file, plugin (package, folder or file), or id of a part',
    }),
  };
  static override flags = { set: setFlag(), plugin: pluginFlag() };

  async run(): Promise<CheckReport> {
    const signal = this.interruptible();
    const { check } = await import('@fokker/experiment');
    const { set, plugin } = this.flags;
    const report = await check(this.args.target, {
      set,
      plugins: plugin,
      signal,
      progress: this.progress,
      onSubject: (subject) => this.log(subjectText(subject)),
    });
    this.log(checkEnd(report));
    if (report.failed > 0) process.exitCode = 65;
    return report;
  }
}
