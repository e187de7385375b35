import { Args, Flags } from '@oclif/core';
import { deviceFlag, setFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';

/** `fokker train`: what --json returns. */
export interface Trained {
  readonly run: string;
  readonly steps: number;
}

export default class Train extends FokkerCommand<typeof Train> {
  static override summary = 'Train a score network as an experiment file says; Ctrl-C saves a checkpoint.';
  static override examples = [
    '<%= config.bin %> train examples/active-swimmer.yaml',
    '<%= config.bin %> train examples/active-swimmer.yaml --set process.gamma=0.2 --set training.steps=5000 --out runs/fast-decay',
    '<%= config.bin %> train examples/active-swimmer.yaml --out runs/active-swimmer --resume',
  ];
  static override args = { config: Args.string({ required: true, description: 'experiment file (YAML)' }) };
  static override flags = {
    set: setFlag(),
    out: Flags.directory({ description: 'run folder; runs/<name> by default' }),
    resume: Flags.boolean({ description: 'continue from the last checkpoint of the run folder' }),
    device: deviceFlag(),
  };

  async run(): Promise<Trained> {
    const signal = this.interruptible();
    const { openExperiment, train } = await import('@fokker/experiment');
    const { set, out, resume, device } = this.flags;
    const experiment = await openExperiment(this.args.config, { set, out });
    const run = await train(experiment, { out, resume, device, signal, progress: this.progress });
    this.log(`run ${run.directory}: trained, step ${run.steps.at(-1)}`);
    this.log(`next: fokker evaluate ${run.directory} && fokker report ${run.directory}`);
    return { run: run.directory, steps: run.steps.at(-1) ?? 0 };
  }
}
