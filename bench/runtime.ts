/**
 * `node --import tsx bench/runtime.ts [workload…] [--threads 1] [--device onnx] [--rounds 7] [--json FILE]`: the compiled runtime against other frameworks.
 *
 * Rounds are interleaved: in each, everyone takes some steps of the same workload, one after the other, so that a machine that slows down does so for all. A ratio is
 * the median over rounds of the peer's time a step over ours in that round: above 1 we are ahead. Spread: (largest − smallest)/median of these ratios.
 *
 * Workloads are `network`, `loss` or `network/loss`; without words all of them. Peers that are not installed are left out; one that needs more than `patience` seconds
 * for a step is timed once.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ourDevice, pythonPeer, type Timed } from './runtime-peers.js';
import { roofline } from './runtime-roofline.js';
import { losses, networks } from './runtime-workloads.js';

interface Row {
  readonly workload: string;
  readonly device: string;
  readonly threads: number;
  readonly peer: string;
  readonly ratio: number;
  readonly spread: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1' },
    device: { type: 'string', default: 'onnx' },
    rounds: { type: 'string', default: '7' },
    peers: { type: 'string', default: 'pytorch,compile,jax,wasm,sgemm' },
    json: { type: 'string' },
  },
});
const threads = Number(values.threads);
const rounds = Number(values.rounds);
/** Seconds that everyone's share of a round lasts, about. */
const share = 0.25;
const patience = 2;

const pairs = [
  ...Object.keys(networks).flatMap((network) => Object.keys(losses).map((loss) => [network, loss] as const)),
  ...['mlp-128', 'mlp-300'].map((network) => [network, 'sampling'] as const),
].filter(
  ([network, loss]) =>
    positionals.length === 0 ||
    positionals.some((word) => word === network || word === loss || word === `${network}/${loss}`),
);

const openers: Readonly<Record<string, () => Promise<Timed | undefined>>> = {
  pytorch: () => pythonPeer('pytorch.py', [], threads),
  compile: () => pythonPeer('pytorch.py', ['--compile'], threads),
  jax: () => pythonPeer('jax_peer.py', [], threads),
  wasm: () => ourDevice('wasm', 1),
  sgemm: () => roofline(threads),
};
/** Whom a workload says something about: the roof is one of products, and plain tfjs convolutions take minutes. */
const fits = (name: string, network: string, loss: string): boolean => {
  if (name === 'sgemm') return network === 'mlp-300' && loss !== 'sampling';
  return name !== 'wasm' || network !== 'unet-16';
};

const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
const milliseconds = (seconds: number): string => `${(1000 * seconds).toPrecision(3)} ms`;
const stepsFor = (seconds: number): number => Math.max(1, Math.min(200, Math.round(share / seconds)));

const ours = await ourDevice(values.device, threads);
const peers: { readonly name: string; readonly timed: Timed }[] = [];
for (const name of values.peers.split(',').filter((word) => word !== '')) {
  const timed = await openers[name]?.();
  if (timed === undefined) console.error(`${name}: not available here`);
  else peers.push({ name, timed });
}
console.error(`ours: ${ours.name}, ${threads} thread${threads === 1 ? '' : 's'}`);

const rows: Row[] = [];
for (const [network, loss] of pairs) {
  const workload = `${network}/${loss}`;
  await ours.measure(network, loss, 2);
  const steps = stepsFor(await ours.measure(network, loss, 1));
  await ours.measure(network, loss, steps); // as many in one call as later: compiled and warm
  for (const { name, timed } of peers.filter((peer) => fits(peer.name, network, loss))) {
    try {
      const first = await timed.measure(network, loss, 1);
      const theirs: number[] = [];
      const own: number[] = [];
      for (let round = 0; round < (first > patience ? 1 : rounds); round++) {
        own.push(await ours.measure(network, loss, steps));
        theirs.push(first > patience ? first : await timed.measure(network, loss, stepsFor(first)));
      }
      const ratios = theirs.map((seconds, i) => seconds / own[i]!);
      const ratio = median(ratios);
      const spread = (Math.max(...ratios) - Math.min(...ratios)) / ratio;
      rows.push({ workload, device: values.device, threads, peer: timed.name, ratio, spread });
      const times = `${milliseconds(median(own)).padStart(9)} ${milliseconds(median(theirs)).padStart(9)}`;
      console.log(
        `${workload.padEnd(20)} ${times}  ${ratio.toFixed(2).padStart(7)}×  ±${(50 * spread).toFixed(0)} %  ${timed.name}`,
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      console.error(`${workload.padEnd(20)} ${name}: ${reason}`);
    }
  }
}
for (const { timed } of peers) timed.close();
ours.close();
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rows, null, 2)}\n`);
