import process from 'node:process';
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
    const [{ list }, { installedPlugins }] = await Promise.all([import('@fokker/experiment'), import('@fokker/core')]);
    const parts = await list(this.args.kind, { plugins: this.flags.plugin });
    this.table(parts.map(({ section, id, summary }) => ({ kind: section, id, summary })));
    const more = installedPlugins(process.cwd()).filter(({ name }) => parts.every(({ plugin }) => plugin !== name));
    for (const { name } of more) this.log(`\nalso installed: ${name}  (fokker list --plugin ${name})`);
    return parts;
  }
}
