import type { Description } from '@fokker/experiment';
import { string } from '@oclif/core/args';
import { pluginFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';
import { spaceText } from '../text.js';

const listOf = (text: string | readonly string[]): readonly string[] => (typeof text === 'string' ? [text] : text);

export default class Describe extends FokkerCommand<typeof Describe> {
  static override summary = 'Describe one part: its equations, parameters, capabilities, and the objectives that fit.';
  static override examples = ['<%= config.bin %> describe active-swimmer', '<%= config.bin %> describe local-dsm'];
  static override args = { id: string({ required: true, description: 'id of a part (fokker list shows them)' }) };
  static override flags = { plugin: pluginFlag() };

  async run(): Promise<Description> {
    const { describe } = await import('@fokker/experiment');
    const part = await describe(this.args.id, { plugins: this.flags.plugin });
    this.log(`${part.id}  (${part.section}, from ${part.plugin} ${part.version})`);
    if (part.summary !== '') this.log(part.summary);
    this.equations(part);
    this.parameters(part);
    this.process(part);
    this.needs(part);
    return part;
  }

  private equations({ equations }: Description): void {
    if (equations === undefined) return;
    this.heading('EQUATIONS   dY = f dt + G dW');
    const rows = [
      ...listOf(equations.drift).map((f) => ['f', f]),
      ...listOf(equations.noise).map((g) => ['G', g]),
      ...listOf(equations.jacobian ?? []).map((j) => ['J', j]),
    ];
    for (const [name, text] of rows) this.log(`  ${name}  ${text}`);
    if (equations.source !== undefined) this.log(`  source: ${equations.source}`);
  }

  private parameters({ parameters, kind }: Description): void {
    this.heading(kind === 'sde' ? 'PARAMETERS' : 'OPTIONS');
    if (parameters.length === 0) this.log('none');
    this.table(
      parameters.map(({ name, type, required, default: value, description }) => ({
        name,
        default: required ? 'required' : value === undefined ? '' : JSON.stringify(value),
        type,
        meaning: description,
      })),
    );
  }

  private process({ process, kind }: Description): void {
    if (process === undefined) {
      if (kind === 'sde') this.log('\nWith its required parameters in an experiment file, capabilities are known.');
      return;
    }
    this.heading('WITH DEFAULT PARAMETERS');
    this.log(`dimension ${process.dim}, t from ${process.span.t0} to ${process.span.T}`);
    if (process.domain !== undefined)
      this.log(`state space: ${spaceText(process.domain)}; steps that cross a wall are reflected`);
    if (process.noise === 'state') this.log('noise depends on the state');
    this.log(`starts from ${process.initial ? 'a law of its own' : 'N(0, I)'} unless data are given`);
    this.heading('CAPABILITIES   own: stated by the process; derived: worked out from drift and noise');
    this.table(
      process.capabilities.map(({ name, derived, meaning }) => ({ name, from: derived ? 'derived' : 'own', meaning })),
    );
    this.heading('OBJECTIVES THAT FIT');
    this.log(process.objectives.length === 0 ? 'none that is installed' : process.objectives.join(', '));
  }

  private needs({ needs }: Description): void {
    if (needs === undefined) return;
    this.heading('NEEDS OF A PROCESS');
    this.log(needs.length === 0 ? 'nothing beyond drift and noise' : needs.join(', '));
  }
}
