import type { InstalledPlugin } from '@fokker/core';
import type { DeviceStatus } from '@fokker/runtime';
import { FokkerCommand } from '../fokker-command.js';

/** What `fokker doctor --json` returns. */
export interface Health {
  readonly node: { readonly version: string; readonly supported: boolean };
  readonly machine: {
    readonly platform: string;
    readonly processor: string;
    readonly threads: number;
    readonly memoryGiB: number;
  };
  readonly devices: readonly DeviceStatus[];
  readonly plugins: Readonly<Record<string, string>>;
  /** Plugins among the dependencies of the project here; a configuration or --plugin loads them. */
  readonly installed: readonly InstalledPlugin[];
  readonly folder: { readonly path: string; readonly writable: boolean };
}

export default class Doctor extends FokkerCommand<typeof Doctor> {
  static override summary =
    'Tell what this machine has: Node, processor, devices, plugins, and what to install for more.';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json'];

  async run(): Promise<Health> {
    const { inspect } = await import('../health.js');
    const health = await inspect();
    const { node, machine, devices, plugins, installed, folder } = health;
    this.log(`Node      ${node.version} ${node.supported ? '' : '(Fokker needs 20.19 or newer)'}`.trimEnd());
    this.log(`machine   ${machine.platform}, ${machine.threads} × ${machine.processor}, ${machine.memoryGiB} GiB`);
    this.log(
      `folder    ${folder.path} ${folder.writable ? 'can be written' : 'CANNOT be written: runs need --out elsewhere'}`,
    );
    this.log('\nDEVICES, fastest first');
    this.table(
      devices.map(({ id, available, version, description, reason, install }) => ({
        id,
        available: available ? 'yes' : 'no',
        version: version ?? '',
        about: available ? description : `${reason ?? description}; to have it: ${install ?? 'not on this machine'}`,
      })),
    );
    this.log('\nPLUGINS');
    this.table(Object.entries(plugins).map(([name, version]) => ({ name, version })));
    if (installed.length > 0) {
      this.heading('INSTALLED HERE   named under plugins: in an experiment file, or with --plugin\n');
      this.table(installed.map(({ name, version }) => ({ name, version })));
    }
    return health;
  }
}
