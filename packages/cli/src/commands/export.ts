import type { Exported } from '@fokker/experiment';
import { option, string as word } from '@oclif/core/flags';
import { pluginFlag, runArg } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';

export default class Export extends FokkerCommand<typeof Export> {
  static override summary = 'Write the score network of a run as a file for other programs.';
  static override description =
    'onnx: the whole score, states y [n, d] and times t [n] in, score [n, d] out, for any ONNX runtime. A network that is shown features of the process takes them as a third input. ' +
    'safetensors: the parameters alone, with PyTorch’s names and axes.';
  static override examples = [
    '<%= config.bin %> export runs/active-swimmer --format onnx',
    '<%= config.bin %> export runs/active-swimmer --format safetensors --out swimmer.safetensors',
  ];
  static override args = runArg();
  static override flags = {
    format: option({ options: ['onnx', 'safetensors'] as const, default: 'onnx', description: 'format of the file' })(),
    out: word({
      helpValue: 'FILE',
      description: 'file to write; by default score.onnx or score.safetensors in the run',
    }),
    plugin: pluginFlag(),
  };

  async run(): Promise<Exported> {
    const { exportRun, openRun } = await import('@fokker/experiment');
    const { plugin, format, out } = this.flags;
    const run = await openRun(this.args.run, { plugins: plugin });
    const exported = await exportRun(run, { format, out });
    this.table(Object.entries(exported.arrays).map(([array, shape]) => ({ array, shape: `[${shape.join(', ')}]` })));
    const { features } = exported.metadata;
    if (features !== undefined && format === 'onnx') this.log(`\nfeatures: ${features}`);
    this.log(`\nwritten: ${exported.out}, the average at step ${exported.step}`);
    return exported;
  }
}
