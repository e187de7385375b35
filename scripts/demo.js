/**
 * `npm run demo`: from a fresh checkout to the report of a score network that reverses the active swimmer. Each demo has a folder of its own under runs/. Words
 * after `--` go to training: `npm run demo -- --set training.steps=2000`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root, run, setup } from './setup.js';

const started = performance.now();
setup();
const ready = performance.now();

const freeFolder = () => {
  const day = new Date().toISOString().slice(0, 10);
  for (let i = 1; ; i++) {
    const folder = join('runs', `demo-${day}-${i}`);
    if (!existsSync(join(root, folder))) return folder;
  }
};

const folder = freeFolder();
const fokker = (title, ...words) =>
  run(title, process.execPath, [join(root, 'packages', 'cli', 'bin', 'fokker.js'), ...words]);

fokker(
  'training: local-DSM on the active swimmer',
  'train',
  'examples/active-swimmer.yaml',
  '--out',
  folder,
  ...process.argv.slice(2),
);
fokker('evaluating: samples and score beside their floors', 'evaluate', folder);
fokker('writing the report', 'report', folder);

const seconds = (from) => `${Math.round((performance.now() - from) / 1000)} s`;
console.log(`\nThe demo took ${seconds(ready)}, with set-up ${seconds(started)}.`);
console.log(`Report: ${join(root, folder, 'report', 'report.html')}`);
