import { deviceFlag, pluginFlag, runArg } from '../flags.js';
import { FokkerCommand } from '../fokker-command.js';

/** What `fokker report --json` returns: the page first, then its pictures. */
export interface Reported {
  readonly page: string;
  readonly pictures: readonly string[];
}

export default class Report extends FokkerCommand<typeof Report> {
  static override summary = 'Write the report of a run: one page with its pictures, and each picture as SVG and PNG.';
  static override examples = ['<%= config.bin %> report runs/active-swimmer'];
  static override args = runArg();
  static override flags = { device: deviceFlag(), plugin: pluginFlag() };

  async run(): Promise<Reported> {
    const signal = this.interruptible();
    const { openRun, report } = await import('@fokker/experiment');
    const { plugin, device } = this.flags;
    const run = await openRun(this.args.run, { plugins: plugin });
    const [page = '', ...pictures] = await report(run, { device, signal, progress: this.progress });
    this.log(`written: ${page}, with ${pictures.length} pictures beside it`);
    return { page, pictures };
  }
}
