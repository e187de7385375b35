import { relative } from 'node:path';
import process from 'node:process';
import type { Scaffolded } from '@fokker/experiment';
import { string } from '@oclif/core/args';
import { directory, option } from '@oclif/core/flags';
import { FokkerCommand } from '../../fokker-command.js';

export default class NewPlugin extends FokkerCommand<typeof NewPlugin> {
  static override summary =
    'Start a plugin of your own: a package with source, tests and an example, that passes its own tests.';
  static override examples = [
    '<%= config.bin %> new plugin swimmers',
    '<%= config.bin %> new plugin @me/swimmers --kind sde --kind model --out plugins/swimmers',
  ];
  static override args = {
    name: string({ required: true, description: 'name of the package, with or without a scope' }),
  };
  static override flags = {
    kind: option({
      options: ['sde', 'objective', 'sampler', 'model'] as const,
      multiple: true,
      multipleNonGreedy: true,
      default: ['sde'],
      description: 'what it contains; repeatable',
    })(),
    out: directory({ helpValue: 'DIR', description: 'folder to write; by default the name without its scope' }),
  };

  async run(): Promise<Scaffolded> {
    const { newPlugin } = await import('@fokker/experiment');
    const plugin = await newPlugin(this.args.name, { kinds: this.flags.kind, directory: this.flags.out });
    const folder = relative(process.cwd(), plugin.directory) || '.';
    this.log(`written: ${folder}, ${plugin.files.length} files`);
    this.heading('NEXT');
    this.log(folder === '.' ? '  npm install' : `  cd ${folder}\n  npm install`);
    this.log('  npm test');
    this.log('  npx fokker check ./src/index.ts');
    for (const { id } of plugin.parts) this.log(`  npx fokker train examples/${id}.yaml`);
    return plugin;
  }
}
