/** Trains and evaluates one tiny run, once for all tests of the command line, which read it and never write into it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freshFolder, many, put, tiny } from './fokker.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the run. */
    readonly run: string;
    /** The experiment file it was trained from. */
    readonly config: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = freshFolder();
  const config = put(folder, 'tiny.yaml', tiny);
  const run = join(folder, 'run');
  const outcomes = await many([
    ['train', config, '--out', run],
    ['evaluate', run],
  ]);
  for (const { code, stderr } of outcomes) if (code !== 0) throw new Error(stderr);
  project.provide('run', run);
  project.provide('config', config);
  return () => rmSync(folder, { recursive: true, force: true });
}
