import type { Simulation } from '@fokker/experiment';
import { string } from '@oclif/core/args';
import { countFlag, outFlag, pluginFlag, seedFlag, setFlag, timesFlag, workersFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';
import { momentRows } from '../text.js';

/** What --json returns: the states themselves go to --out. */
export type Simulated = Omit<Simulation, 'frames'>;

export default class Simulate extends FokkerCommand<typeof Simulate> {
  static override summary = 'Simulate a process, by its id or as an experiment file says.';
  static override examples = [
    '<%= config.bin %> simulate active-swimmer --n 10000 --times 1,3,5',
    '<%= config.bin %> simulate active-swimmer --set gamma=0.2 --out states.npy',
    '<%= config.bin %> simulate examples/active-swimmer.yaml --steps 2000 --out states.csv',
  ];
  static override args = {
    process: string({ required: true, description: 'id of a process, or an experiment file' }),
  };
  static override flags = {
    n: countFlag('paths, 1000 by default'),
    steps: countFlag('integration steps over the whole span'),
    times: timesFlag('times at which states are kept; the horizon by default'),
    seed: seedFlag(),
    set: setFlag(),
    workers: workersFlag(),
    plugin: pluginFlag(),
    out: outFlag(),
  };

  async run(): Promise<Simulated> {
    const signal = this.interruptible();
    const { simulate } = await import('@fokker/experiment');
    const { plugin, ...options } = this.flags;
    const { frames: _, ...result } = await simulate(this.args.process, {
      ...options,
      keep: false,
      plugins: plugin,
      signal,
      progress: this.progress,
    });
    this.log(`${result.n} paths of ${result.process}\n`);
    this.table(momentRows(result.moments, result.coordinates));
    this.log(result.out === undefined ? '\nnot kept: --out FILE.npy writes the states' : `\nwritten: ${result.out}`);
    return result;
  }
}
