import type { Samples } from '@fokker/experiment';
import { option, string as word } from '@oclif/core/flags';
import { countFlag, partSetFlag, runArg, scoreFlags, timesFlag, workersFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';
import { acceptanceText, lostText, momentRows } from '../text.js';

/** What --json returns: the samples themselves go to --out. */
export type Sampled = Omit<Samples, 'frames'>;

export default class Sample extends FokkerCommand<typeof Sample> {
  static override summary = 'Draw samples with the score of a run.';
  static override examples = [
    '<%= config.bin %> sample runs/active-swimmer --n 10000 --out samples.npy',
    '<%= config.bin %> sample runs/active-swimmer --times 1,3,5 --sampler reverse-heun --steps 1000 --out samples.csv',
    '<%= config.bin %> sample runs/vp-two-moons --sampler probability-flow-adaptive --set rtol=1e-6 --out samples.npy',
    '<%= config.bin %> sample runs/vp-two-moons --sampler predictor-corrector --set snr=0.1 --set grid=error --steps 100',
  ];
  static override args = runArg();
  static override flags = {
    n: countFlag('samples; the run’s configuration has the default'),
    sampler: word({ description: 'id of a sampler (fokker list sampler)' }),
    set: partSetFlag('sampler'),
    start: option({
      options: ['auto', 'prior', 'simulated'] as const,
      description: 'states at the horizon: drawn from the prior, or simulated; auto: the prior where there is one',
    })(),
    steps: countFlag('integration steps over the whole span'),
    times: timesFlag('times of the samples; by default those of the configuration, else the smallest sampling time'),
    workers: workersFlag(),
    ...scoreFlags(),
  };

  async run(): Promise<Sampled> {
    const signal = this.interruptible();
    const { openRun, sample } = await import('@fokker/experiment');
    const { plugin, ...options } = this.flags;
    const run = await openRun(this.args.run, { plugins: plugin });
    const { frames: _, ...result } = await sample(run, { ...options, keep: false, signal, progress: this.progress });
    const told = [lostText(result.lost), ...acceptanceText(result.acceptance)].join('; ');
    this.log(`${result.n} samples by ${result.sampler}, score of step ${result.step}; ${told}\n`);
    this.table(momentRows(result.moments, result.coordinates));
    this.log(result.out === undefined ? '\nnot kept: --out FILE.npy writes the samples' : `\nwritten: ${result.out}`);
    return result;
  }
}
