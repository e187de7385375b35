import type { Moments, Samples } from '@fokker/experiment';
import { string } from '@oclif/core/args';
import { option, string as word } from '@oclif/core/flags';
import { countFlag, deviceFlag, outFlag, partSetFlag, pluginFlag, seedFlag, timesFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';
import { acceptanceText, lostText, momentRows } from '../text.js';

/** What --json returns: the samples themselves go to --out. */
export type Sampled = Omit<Samples, 'frames'> & { readonly moments: readonly Moments[] };

export default class Sample extends FokkerCommand<typeof Sample> {
  static override summary = 'Draw samples with the score of a run.';
  static override examples = [
    '<%= config.bin %> sample runs/active-swimmer --n 10000 --out samples.npy',
    '<%= config.bin %> sample runs/active-swimmer --times 1,3,5 --sampler reverse-heun --steps 1000 --out samples.csv',
    '<%= config.bin %> sample runs/vp-two-moons --sampler probability-flow-adaptive --set rtol=1e-6 --out samples.npy',
    '<%= config.bin %> sample runs/vp-two-moons --sampler predictor-corrector --set snr=0.1 --set grid=error --steps 100',
  ];
  static override args = { run: string({ required: true, description: 'run folder' }) };
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
    seed: seedFlag(),
    device: deviceFlag(),
    plugin: pluginFlag(),
    out: outFlag(),
  };

  async run(): Promise<Sampled> {
    const signal = this.interruptible();
    const { momentsOf, openRun, sample } = await import('@fokker/experiment');
    const { plugin, ...options } = this.flags;
    const run = await openRun(this.args.run, { plugins: plugin });
    const { frames, ...result } = await sample(run, { ...options, signal, progress: this.progress });
    const moments = frames.map(({ t, y }) => momentsOf(t, y));
    const told = [lostText(result.lost), ...acceptanceText(result.acceptance)].join('; ');
    this.log(`${result.n} samples by ${result.sampler}, score of step ${result.step}; ${told}\n`);
    this.table(momentRows(moments));
    this.log(result.out === undefined ? '\nnot kept: --out FILE.npy writes the samples' : `\nwritten: ${result.out}`);
    return { ...result, moments };
  }
}
