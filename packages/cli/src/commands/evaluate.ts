import type { Evaluation } from '@fokker/experiment';
import { integer } from '@oclif/core/flags';
import { deviceFlag, pluginFlag, runArg, timesFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';
import { acceptanceText, distanceRows, lostText, scoreErrorRows } from '../text.js';

export default class Evaluate extends FokkerCommand<typeof Evaluate> {
  static override summary = 'Measure how close the samples of a run are to its process, beside the noise floor.';
  static override examples = [
    '<%= config.bin %> evaluate runs/active-swimmer',
    '<%= config.bin %> evaluate runs/active-swimmer --times 1,3,5 --json',
  ];
  static override args = runArg();
  static override flags = {
    times: timesFlag('times at which samples are compared; the run’s configuration has the default'),
    n: integer({ min: 100, description: 'samples of each law; the run’s configuration has the default' }),
    device: deviceFlag(),
    plugin: pluginFlag(),
  };

  async run(): Promise<Evaluation> {
    const signal = this.interruptible();
    const { evaluate, linearisationText, openRun } = await import('@fokker/experiment');
    const { plugin, ...options } = this.flags;
    const run = await openRun(this.args.run, { plugins: plugin });
    const evaluation = await evaluate(run, { ...options, signal, progress: this.progress });
    this.log(
      `DISTANCE TO SIMULATION at step ${evaluation.step}, as a multiple of the floor: the distance of two independent simulations\n`,
    );
    this.table(distanceRows(evaluation));
    this.heading('LOST PATHS');
    for (const { method, lost, acceptance } of evaluation.samples) {
      this.log(`${method}: ${[lostText(lost), ...acceptanceText(acceptance)].join('; ')}`);
    }
    if (evaluation.score.times.length > 0) {
      this.heading('RELATIVE ERROR OF THE SCORE\n');
      this.table(scoreErrorRows(evaluation));
    }
    if (evaluation.linearisation !== undefined) {
      this.heading('LINEARISATION');
      this.log(linearisationText(evaluation.linearisation));
    }
    this.log(`\nwritten: ${run.paths.evaluation}`);
    return evaluation;
  }
}
