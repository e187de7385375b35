import type { Description } from '@fokker/experiment';
import { Args } from '@oclif/core';
import { pluginFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';

const list = (text: string | readonly string[]): readonly string[] => (typeof text === 'string' ? [text] : text);

export default class Describe extends FokkerCommand<typeof Describe> {
  static override summary = 'Describe one part: its equations, parameters, capabilities, and the objectives that fit.';
  static override examples = ['<%= config.bin %> describe active-swimmer', '<%= config.bin %> describe local-dsm'];
  static override args = { id: Args.string({ required: true, description: 'id of a part (fokker list shows them)' }) };
  static override flags = { plugin: pluginFlag() };

  async run(): Promise<Description> {
    const { describe } = await import('@fokker/experiment');
    const part = await describe(this.args.id, { plugins: this.flags.plugin });
    this.log(`${part.id}  (${part.kind}, from ${part.plugin})`);
    if (part.summary !== '') this.log(part.summary);
    this.equations(part);
    this.parameters(part);
    this.process(part);
    if (part.needs !== undefined) {
      this.heading('needs of a process');
      this.log(part.needs.length === 0 ? 'nothing beyond drift and noise' : part.needs.join(', '));
    }
    return part;
  }

  private heading(text: string): void {
    this.log(`\n${text.toUpperCase()}`);
  }

  private equations({ equations }: Description): void {
    if (equations === undefined) return;
    this.heading('equations   dY = f dt + G dW');
    const rows = [...list(equations.drift).map((f) => ['f', f]), ...list(equations.noise).map((g) => ['G', g])];
    for (const [name, text] of rows) this.log(`  ${name}  ${text}`);
    if (equations.source !== undefined) this.log(`  source: ${equations.source}`);
  }

  private parameters({ parameters }: Description): void {
    this.heading('parameters');
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

  private process({ process }: Description): void {
    if (process === undefined) return;
    this.heading('process, default parameters');
    this.log(`dimension ${process.dim}, t from ${process.span.t0} to ${process.span.T}`);
    this.heading('capabilities');
    this.table(
      process.capabilities.map(({ name, derived, meaning }) => ({ name, from: derived ? 'derived' : 'own', meaning })),
    );
    this.heading('objectives that fit');
    this.log(process.objectives.join(', '));
  }
}
