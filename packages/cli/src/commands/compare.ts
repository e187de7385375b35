import type { Comparison } from '@fokker/experiment';
import { string } from '@oclif/core/args';
import { directory, option } from '@oclif/core/flags';
import { deviceFlag, idsFlag, numbersFlag, pluginFlag, requiredIdsFlag, setFlag } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';

export default class Compare extends FokkerCommand<typeof Compare> {
  static override summary = 'Train objectives on processes over seeds and put what they reach in one table.';
  static override description =
    'A pair that does not fit is refused with the reason; a training that diverges is recorded. With learning rates, each objective stands with the best of them; what it differs by from the first one is taken seed by seed. Runs are kept under --out and used again: a comparison that was stopped goes on.';
  static override examples = [
    '<%= config.bin %> compare examples/active-swimmer.yaml --objectives local-dsm,lcss,ssm-vr,ism',
    '<%= config.bin %> compare examples/papers/mog-prior-line.yaml --objectives local-dsm,ism --learning-rates 1e-2,3e-3,1e-3 --seeds 1,2,3,4,5 --equal time',
    '<%= config.bin %> compare examples/vp-two-moons.yaml --objectives dsm,lcss --processes vp,ve --seeds 1,2,3,4,5 --set training.steps=2000',
  ];
  static override args = { config: string({ required: true, description: 'experiment file (YAML)' }) };
  static override flags = {
    objectives: requiredIdsFlag('objectives to compare'),
    processes: idsFlag('processes; by default that of the file'),
    seeds: numbersFlag('seeds', 'a training each', '1,2,3'),
    'learning-rates': numbersFlag(
      'learning-rates',
      'a grid for every objective, which stands with its best; by default the rate of the file',
      '3e-3,1e-3',
    ),
    equal: option({
      options: ['steps', 'time'] as const,
      default: 'steps',
      description: 'what objectives have in common: the steps of the file, or the time they take the first objective',
    })(),
    set: setFlag(),
    out: directory({ helpValue: 'DIR', default: 'runs/compare', description: 'folder of the runs and the table' }),
    device: deviceFlag(),
    plugin: pluginFlag(),
  };

  async run(): Promise<Comparison> {
    const signal = this.interruptible();
    const { compare, comparisonRows, differenceRows } = await import('@fokker/experiment');
    const { objectives, processes, seeds, equal, set, out, device, plugin } = this.flags;
    const found = await compare(this.args.config, {
      objectives,
      processes,
      seeds,
      learningRates: this.flags['learning-rates'],
      equal,
      set,
      plugins: plugin,
      out,
      device,
      signal,
      progress: this.progress,
    });
    for (const { process, objective, ...row } of comparisonRows(found)) {
      this.heading(`${objective} on ${process}`);
      this.table(Object.entries(row).map(([figure, value]) => ({ figure, value })));
    }
    for (const { process, objective, less, ...row } of differenceRows(found)) {
      this.heading(`${objective} less ${less} on ${process}, seed by seed`);
      this.table(Object.entries(row).map(([figure, difference]) => ({ figure, difference })));
    }
    this.log(`\nwritten: ${found.files.join(', ')}`);
    return found;
  }
}
