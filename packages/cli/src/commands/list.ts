import type { ListedPart } from '@fokker/experiment';
import { string } from '@oclif/core/args';
import { pluginFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';

export default class List extends FokkerCommand<typeof List> {
  static override summary =
    'List what exists: processes, objectives, samplers, models, data sets, schedules, metrics, quantities.';
  static override examples = [
    '<%= config.bin %> list',
    '<%= config.bin %> list process',
    '<%= config.bin %> list objective --json',
  ];
  static override args = {
    kind: string({ description: 'one kind, as the sections of an experiment file are called' }),
  };
  static override flags = { plugin: pluginFlag() };

  async run(): Promise<readonly ListedPart[]> {
    const { list } = await import('@fokker/experiment');
    const parts = await list(this.args.kind, { plugins: this.flags.plugin });
    this.table(parts.map(({ section, id, summary }) => ({ kind: section, id, summary })));
    return parts;
  }
}
