/** `fokker --help` against its budget of 300 ms, and against a Node that does nothing. */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { race } from '../measure.js';

const bin = new URL('../../packages/cli/bin/fokker.js', import.meta.url).pathname;
const node = (...args) => {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
};
const ours = () => node(bin, '--help');

export const help = async () => [
  {
    workload: 'fokker --help',
    device: 'node',
    threads: 1,
    peer: 'budget of 300 ms',
    ...(await race({ ours, peer: 300 })),
  },
  {
    workload: 'fokker --help',
    device: 'node',
    threads: 1,
    peer: 'node -e 0',
    ...(await race({ ours, peer: () => node('-e', '0') })),
  },
];
