/** Plugins for tests of worker threads: a folder that finds our packages, and in it a plugin in TypeScript that does what one likes when it is not in the main thread. */
import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export async function folderForPlugins(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `fokker-${name}-`));
  await symlink(resolve(import.meta.dirname, '../../../../node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** The one-dimensional process `mine` with noise 1, whose drift −y³ runs `code` first in a worker. */
export async function misbehavingPlugin(folder: string, name: string, code: string): Promise<string> {
  const text = `
    import { isMainThread } from 'node:worker_threads';
    import { definePlugin, pointwiseSde } from '@fokker/core';
    const misbehave = (): void => { if (!isMainThread) { ${code} } };
    const sde = pointwiseSde({ id: 'mine', dim: 1, create: () => ({
      drift(y: Float64Array, _t: number, dy: Float64Array) { misbehave(); dy[0] = -(y[0]! ** 3); }, noise: 1 }) });
    export default definePlugin({ name: '${name}', apiVersion: 1, parts: { sde: [sde] } });`;
  const path = join(folder, `${name}.ts`);
  await writeFile(path, text);
  return path;
}

/** Code that throws a coded error. */
export const throwsCoded = (code: string): string =>
  `throw Object.assign(new Error('${code}  gone'), { [Symbol.for('fokker/error')]: true, code: '${code}', got: '', expected: '', tryThis: [] });`;
