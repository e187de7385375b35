import type { SdeText } from '@fokker/core';
import type { ComposedPart, Description, ExperimentDescription, ProcessText } from '@fokker/experiment';
import { string } from '@oclif/core/args';
import { pluginFlag, setFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';
import { linearisationCharts, spaceText } from '../text.js';

/** Entries of a vector by the names of their coordinates, f_x and f_v, where each has one of its own and does not say so itself. */
const labelled = (symbol: string, entries: string | readonly string[], coordinates: readonly string[]) => {
  const list = typeof entries === 'string' ? [entries] : entries;
  const named = list.length > 1 && list.length === coordinates.length && !list[0]!.startsWith(`${symbol}_`);
  return list.map((text, i) => ({ label: named ? `${symbol}_${coordinates[i]}` : symbol, text }));
};

/** A part by its options that are plain words and numbers. */
const optionsText = (options: ComposedPart['options']): string =>
  Object.entries(options)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');

export default class Describe extends FokkerCommand<typeof Describe> {
  static override summary =
    'Describe one part, or an experiment: what it is composed of, and what its linearisation costs.';
  static override description =
    'A part: its equations, parameters, capabilities, and the objectives that fit. ' +
    'An experiment file: its parts, the capabilities of its process, and lag and linearisation error over time, measured as before training.';
  static override examples = [
    '<%= config.bin %> describe active-swimmer',
    '<%= config.bin %> describe local-dsm',
    '<%= config.bin %> describe examples/active-swimmer.yaml --set schedule.id=auto',
  ];
  static override args = {
    id: string({ required: true, description: 'id of a part (fokker list shows them), or an experiment file' }),
  };
  static override flags = { set: setFlag(), plugin: pluginFlag() };

  async run(): Promise<Description | ExperimentDescription> {
    return /\.ya?ml$/.test(this.args.id) ? this.experiment() : this.part();
  }

  private async part(): Promise<Description> {
    const { describe } = await import('@fokker/experiment');
    const part = await describe(this.args.id, { plugins: this.flags.plugin });
    this.log(`${part.id}  (${part.section}, from ${part.plugin} ${part.version})`);
    if (part.summary !== '') this.log(part.summary);
    this.equations(part);
    this.parameters(part);
    if (part.process === undefined && part.kind === 'sde') {
      this.log('\nWith its required parameters in an experiment file, capabilities are known.');
    }
    if (part.process !== undefined) this.process('WITH DEFAULT PARAMETERS', part.process);
    this.needs(part);
    return part;
  }

  private async experiment(): Promise<ExperimentDescription> {
    const { describeExperiment, linearisationText } = await import('@fokker/experiment');
    const { set, plugin } = this.flags;
    const found = await describeExperiment(this.args.id, { set, plugins: plugin });
    this.log(`${found.name}  (experiment ${this.args.id})\n`);
    this.table(
      found.parts.map(({ section, id, plugin: from, options }) => ({
        section,
        id,
        from,
        options: optionsText(options),
      })),
    );
    this.equations(found);
    this.process('PROCESS', found.process);
    this.heading('LINEARISATION');
    if (found.linearisation === undefined) this.log('none: the kernels of this objective on this process are exact');
    else {
      this.log(`${linearisationText(found.linearisation)}\n`);
      this.log(linearisationCharts(found.linearisation));
    }
    return found;
  }

  private equations({ equations, coordinates = [] }: SdeText): void {
    if (equations === undefined) return;
    this.heading('EQUATIONS   dY = f dt + G dW');
    const rows = [
      ...labelled('f', equations.drift, coordinates),
      ...labelled('G', equations.noise, coordinates),
      ...labelled('J', equations.jacobian ?? [], []),
    ];
    const width = Math.max(...rows.map(({ label }) => label.length));
    for (const { label, text } of rows) this.log(`  ${label.padEnd(width)}  ${text}`);
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

  private process(title: string, { dim, span, noise, domain, initial, capabilities, objectives }: ProcessText): void {
    this.heading(title);
    this.log(`dimension ${dim}, t from ${span.t0} to ${span.T}`);
    if (domain !== undefined) this.log(`state space: ${spaceText(domain)}; steps that cross a wall are reflected`);
    if (noise === 'state') this.log('noise depends on the state');
    this.log(`starts from ${initial ? 'a law of its own' : 'N(0, I)'} unless data are given`);
    this.heading('CAPABILITIES   own: stated by the process; derived: worked out from drift and noise');
    this.table(
      capabilities.map(({ name, derived, meaning }) => ({ name, from: derived ? 'derived' : 'own', meaning })),
    );
    this.heading('OBJECTIVES THAT FIT');
    this.log(objectives.length === 0 ? 'none that is installed' : objectives.join(', '));
  }

  private needs({ needs }: Description): void {
    if (needs === undefined) return;
    this.heading('NEEDS OF A PROCESS');
    this.log(needs.length === 0 ? 'nothing beyond drift and noise' : needs.join(', '));
  }
}
