/**
 * `npm run bench -- [workload…] [--json FILE]`: how fast parts of Fokker are, as ratios against peers timed in the same run. Prints a table; FILE gets
 * [{ workload, device, threads, peer, ratio, spread }], ratio = the peer's time / ours, so above 1 is ahead.
 */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { setup } from './setup.js';

const names = [
  'help',
  'covariance',
  'simulate',
  'linearise',
  'training-step',
  'targets',
  'objectives',
  'runtime',
  'sampling',
];

const usage = (text) => {
  console.error(`${text}\nnpm run bench -- [${names.join('|')}]… [--json FILE]`);
  process.exit(2);
};

const readWords = () => {
  try {
    return parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
  } catch (error) {
    return usage(error.message);
  }
};

const { positionals, values } = readWords();
const unknown = positionals.find((name) => !names.includes(name));
if (unknown !== undefined) usage(`There is no workload '${unknown}'.`);

setup();
const { tableText } = await import('../packages/cli/dist/table.js');

const rows = [];
for (const name of positionals.length === 0 ? names : positionals) {
  console.error(`» ${name}`);
  const [workload] = Object.values(await import(`../bench/workloads/${name}.js`));
  rows.push(...(await workload()));
}

const digits = (x) => Number(x.toPrecision(3));
const shown = rows.map(({ workload, device, threads, peer, ours, theirs, ratio, spread }) => ({
  workload,
  device,
  threads,
  'ours, ms': digits(ours),
  peer,
  'peer, ms': digits(theirs),
  ratio: digits(ratio),
  spread: digits(spread),
}));
console.log(tableText(shown));

if (values.json !== undefined) {
  const results = rows.map(({ workload, device, threads, peer, ratio, spread }) => ({
    workload,
    device,
    threads,
    peer,
    ratio,
    spread,
  }));
  writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
}
