import type { DensityReport } from '@fokker/experiment';
import { integer } from '@oclif/core/flags';
import { deviceFlag, pluginFlag, runArg, timeFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';
import { figure } from '../table.js';
import { acceptanceText } from '../text.js';

export default class Density extends FokkerCommand<typeof Density> {
  static override summary =
    'Map the density of an energy network in the plane, measure its NLL, and sample it by chains.';
  static override examples = [
    '<%= config.bin %> density runs/checkerboard',
    '<%= config.bin %> density runs/checkerboard --n 10000000 --cells 400',
  ];
  static override args = runArg();
  static override flags = {
    n: integer({ min: 0, description: 'chains, streamed into a histogram; 0: none. By default sampling.n' }),
    cells: integer({ min: 8, max: 2000, default: 200, description: 'cells of the grid along an edge' }),
    points: integer({ min: 100, default: 100_000, description: 'data points of the NLL' }),
    time: timeFlag('time, of a process; by default the first of sampling'),
    device: deviceFlag(),
    plugin: pluginFlag(),
  };

  async run(): Promise<DensityReport> {
    const signal = this.interruptible();
    const { density, openRun } = await import('@fokker/experiment');
    const { plugin, time, ...options } = this.flags;
    const run = await openRun(this.args.run, { plugins: plugin });
    const found = await density(run, { ...options, t: time, signal, progress: this.progress });
    const { nll, entropy, chains } = found;
    this.log(`NLL ${figure(nll.value)} ± ${figure(nll.error)} nats at step ${found.step}`);
    if (entropy !== undefined) this.log(`entropy of the data ${figure(entropy)} nats: no law has less`);
    if (chains !== undefined) {
      const { n, sampler, steps, lost, outside, acceptance, totalVariation } = chains;
      const told = [`${lost} lost`, `${outside} outside the map`, ...acceptanceText(acceptance)].join(', ');
      this.log(`${n} chains of ${sampler}, ${steps} steps: ${told}`);
      this.log(`total variation between their histogram and the map ${figure(totalVariation)}`);
    }
    this.log(`written: ${found.files.join(', ')}`);
    return found;
  }
}
