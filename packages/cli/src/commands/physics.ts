import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Physics as Estimated } from '@fokker/experiment';
import { string } from '@oclif/core/args';
import { directory, string as word } from '@oclif/core/flags';
import { countFlag, deviceFlag, pluginFlag, seedFlag, setFlag, timesFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';
import { quantityOptions } from '../quantity-options.js';

const scores = {
  learnt: 'learnt score',
  exact: 'exact score',
  solved: 'score of the Fokker–Planck equation, solved on a grid',
  stationary: 'steady state, exact score',
  none: 'no score',
} as const;

/** A folder; or what reads like the path of one that is not there, and is told so. */
const isRun = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => /[/\\]/.test(path) && !/\.(ya?ml|json)$/.test(path),
  );

/** What --json returns for each quantity: arrays and figures go to files. */
export type Found = Omit<Estimated, 'arrays' | 'figures'>;

export default class Physics extends FokkerCommand<typeof Physics> {
  static override summary = 'Estimate physical quantities of a run, or of a process with its exact score.';
  static override description =
    'Entropy production, currents, Fisher information, moment balances, first passages …: fokker list quantity. A run writes into its folder physics/, which fokker report shows.';
  static override examples = [
    '<%= config.bin %> physics runs/rotation --quantity entropy-production,fisher',
    '<%= config.bin %> physics runs/active-swimmer --quantity entropy-production --option parity=[even,odd]',
    '<%= config.bin %> physics rotation-ou --quantity current --option cells=30 --out current',
    '<%= config.bin %> physics double-well --quantity first-passage --option level=0 --set temperature=0.25',
  ];
  static override args = {
    run: string({ required: true, description: 'run folder; or a process, by its id or an experiment file' }),
  };
  static override flags = {
    quantity: word({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      default: ['entropy-rate', 'fisher', 'stein', 'moments'],
      description: 'quantities, with commas between (fokker list quantity)',
    }),
    option: word({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'name=value',
      description: 'an option of the quantity (fokker describe QUANTITY); repeatable',
    }),
    times: timesFlag('times; by default those of the evaluation'),
    n: countFlag('states at each time, or paths; 10,000 by default'),
    seed: seedFlag(),
    set: setFlag(),
    device: deviceFlag(),
    plugin: pluginFlag(),
    out: directory({
      helpValue: 'DIR',
      description: 'folder for JSON, .npy arrays and pictures; physics/ of a run by default',
    }),
  };

  async run(): Promise<readonly Found[]> {
    const signal = this.interruptible();
    const { openRun, physicsEach, textRows } = await import('@fokker/experiment');
    const { quantity, option = [], plugin, set, ...rest } = this.flags;
    const what = (await isRun(this.args.run)) ? await openRun(this.args.run, { plugins: plugin, set }) : this.args.run;
    const own = quantityOptions(option);
    const quantities = quantity.map((id) => ({ id, ...own }));
    const options = { ...rest, quantities, plugins: plugin, set, signal, progress: this.progress };
    const found: Found[] = [];
    for await (const { arrays: _arrays, figures: _figures, ...result } of physicsEach(what, options)) {
      found.push(result);
      const score = scores[result.score];
      this.heading(`${result.quantity.toUpperCase()}   ${result.process}, ${score}, n = ${result.n}\n`);
      this.table(textRows(result.rows));
      for (const note of result.notes) this.log(`- ${note}`);
      const [first, ...others] = result.written;
      if (first !== undefined) {
        this.log(`written: ${others.length === 0 ? '1 file' : `${others.length + 1} files`} in ${dirname(first)}`);
      }
    }
    return found;
  }
}
