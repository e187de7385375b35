import type { MetricsLine } from '@fokker/experiment';
import { string } from '@oclif/core/args';
import { boolean, directory } from '@oclif/core/flags';
import { deviceFlag, pluginFlag, setFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';
import { figure } from '../table.js';

/** What `fokker train --json` returns. */
export interface Trained {
  readonly run: string;
  /** Step of the last checkpoint. */
  readonly step: number;
  /** Last line of metrics.jsonl. */
  readonly metrics: MetricsLine | undefined;
}

const heldOut = ({ heldOut }: MetricsLine): string =>
  heldOut === undefined ? '' : ` (${figure(heldOut.loss)} on held-out paths)`;

export default class Train extends FokkerCommand<typeof Train> {
  static override summary = 'Train a score network as an experiment file says; Ctrl-C saves a checkpoint.';
  static override examples = [
    '<%= config.bin %> train examples/active-swimmer.yaml',
    '<%= config.bin %> train examples/active-swimmer.yaml --set process.gamma=0.2 --set training.steps=5000 --out runs/fast-decay',
    '<%= config.bin %> train examples/active-swimmer.yaml --out runs/active-swimmer --resume',
  ];
  static override args = { config: string({ required: true, description: 'experiment file (YAML)' }) };
  static override flags = {
    set: setFlag(),
    out: directory({ helpValue: 'DIR', description: 'run folder; runs/<name> by default' }),
    resume: boolean({ description: 'continue from the last checkpoint of the run folder' }),
    device: deviceFlag(),
    plugin: pluginFlag(),
  };

  async run(): Promise<Trained> {
    const signal = this.interruptible();
    const { openExperiment, readMetrics, train } = await import('@fokker/experiment');
    const { set, out, resume, device, plugin } = this.flags;
    const experiment = await openExperiment(this.args.config, { set, plugins: plugin });
    const run = await train(experiment, { out, resume, device, signal, progress: this.progress });
    const step = run.steps.at(-1) ?? 0;
    const metrics = (await readMetrics(run.paths)).at(-1);
    const loss = metrics === undefined ? '' : `, loss ${figure(metrics.loss)}${heldOut(metrics)}`;
    this.log(`trained to step ${step}${loss}: ${run.directory}`);
    this.log(`next: fokker evaluate ${run.directory} && fokker report ${run.directory}`);
    return { run: run.directory, step, metrics };
  }
}
