/** What `fokker doctor` looks at. */
import { access, constants } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import process from 'node:process';
import { installedPlugins } from '@fokker/core';
import { list } from '@fokker/experiment';
import { deviceReport } from '@fokker/runtime';
import type { Health } from './commands/doctor.js';

const isSupported = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
};

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

async function pluginVersions(): Promise<Record<string, string>> {
  const parts = await list();
  return Object.fromEntries(parts.map(({ plugin, version }) => [plugin, version]));
}

export async function inspect(): Promise<Health> {
  const processors = cpus();
  const path = process.cwd();
  return {
    node: { version: process.version, supported: isSupported(process.versions.node) },
    machine: {
      platform: `${platform()} ${arch()}`,
      processor: processors[0]?.model.trim() ?? 'processor',
      threads: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
    devices: await deviceReport(),
    plugins: await pluginVersions(),
    installed: installedPlugins(path),
    folder: { path, writable: await isWritable(path) },
  };
}
