import type { LikelihoodResult } from '@fokker/experiment';
import { integer, option, string as word } from '@oclif/core/flags';
import { countFlag, numberFlag, numbersFlag, partSetFlag, runArg, scoreFlags } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';
import { likelihoodRows, lostText } from '../text.js';

export default class Likelihood extends FokkerCommand<typeof Likelihood> {
  static override summary = 'Log-likelihood of data under a run, in nats and bits per coordinate.';
  static override examples = [
    '<%= config.bin %> likelihood runs/vp-two-moons --data held-out.npy',
    '<%= config.bin %> likelihood runs/vp-two-moons --data held-out.npy --set trace=hutchinson --set probes=16 --out log-p.npy',
    '<%= config.bin %> likelihood runs/active-swimmer --data states.npy --method elbo --terminal gaussian',
    '<%= config.bin %> likelihood runs/images --data bytes.npy --levels 256 --range -1,1',
  ];
  static override args = runArg();
  static override flags = {
    data: word({ required: true, helpValue: 'FILE.npy|FILE.csv', description: 'rows [n, d] to be weighed' }),
    method: word({ description: 'id of a method (fokker list likelihood); flow by default' }),
    set: partSetFlag('method'),
    from: numberFlag('from', 'time at which the rows are states; by default the first time of sampling'),
    terminal: option({
      options: ['auto', 'prior', 'stationary', 'marginal', 'gaussian'] as const,
      description: 'law of the state at the horizon; auto: the one the process states',
    })(),
    levels: integer({ min: 2, description: 'the data are whole numbers below this; they are spread over their cells' }),
    range: numbersFlag('range', 'range that levels stand for in the run; 0,1 by default', '-1,1'),
    n: countFlag('rows to take, from the first; all by default'),
    ...scoreFlags('file to write, a line a row: log p and its interval'),
  };

  async run(): Promise<LikelihoodResult> {
    const signal = this.interruptible();
    const { likelihood, openRun } = await import('@fokker/experiment');
    const { plugin, levels, range, ...options } = this.flags;
    const [low = 0, high = 1] = range ?? [];
    const run = await openRun(this.args.run, { plugins: plugin });
    const result = await likelihood(run, {
      ...options,
      ...(levels !== undefined && { quantised: { levels, range: [low, high] } }),
      signal,
      progress: this.progress,
    });
    this.log(
      `${result.n} rows by ${result.method} from t = ${result.from}, end: ${result.terminal}, score of step ${result.step}\n`,
    );
    this.table(likelihoodRows(result));
    this.log(`\n${lostText(result.lost)}`);
    if (result.out !== undefined) this.log(`written: ${result.out}`);
    return result;
  }
}
