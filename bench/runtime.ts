/**
 * The compiled runtime against other frameworks, timed in turn.
 *
 * Rounds are interleaved: in each, everyone takes some steps of the same workload, one after the other, so that a machine that slows down does so for all.
 *
 *     ratio  = median time a step of the peer / median time of ours      above 1: ours is ahead
 *     spread = interquartile range of the rounds' own ratios
 *
 * Workloads are named `network/loss`; a word that is a network or a loss chooses all of its workloads, `sampling` those of samplers. Peers that are not installed are left out; one that needs more than
 * `patience` seconds for a step is timed once.
 *
 * By itself: node --import tsx bench/runtime.ts [workload…] [--threads 1] [--device onnx] [--rounds 7] [--peers pytorch,compile,jax,jax-js,wasm,sgemm] [--json FILE]
 */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openJaxJs } from './peers/jax-js.js';
import { ourDevice, pythonPeer, type Timed } from './runtime-peers.js';
import { roofline } from './runtime-roofline.js';
import { isSampling, samplingMethods } from './runtime-sampling.js';
import { losses, networks } from './runtime-workloads.js';

export interface Row {
  readonly workload: string;
  readonly device: string;
  readonly threads: number;
  readonly peer: string;
  /** Milliseconds a step. */
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly spread: number;
}
export interface RuntimeOptions {
  readonly words?: readonly string[];
  readonly device?: string;
  readonly threads?: number;
  readonly rounds?: number;
  readonly peers?: readonly string[];
  /** Hears of every row as it comes. */
  readonly show?: (row: Row) => void;
}

/** Seconds that everyone's share of a round lasts, about. */
const share = 0.25;
const patience = 4;

const openers: Readonly<Record<string, (threads: number) => Promise<Timed | undefined>>> = {
  pytorch: (threads) => pythonPeer('pytorch.py', [], threads),
  compile: (threads) => pythonPeer('pytorch.py', ['--compile'], threads),
  jax: (threads) => pythonPeer('jax_peer.py', [], threads),
  'jax-js': openJaxJs,
  wasm: () => ourDevice('wasm', 1),
  sgemm: roofline,
};
export const peerNames = Object.keys(openers);

/** Whom a workload says something about: the roof is one of products, and plain tfjs convolutions take minutes. */
const fits = (name: string, network: string, loss: string): boolean => {
  if (name === 'sgemm') return network === 'mlp-300' && !isSampling(loss);
  return name !== 'wasm' || network !== 'unet-16';
};
const pairs = [
  ...Object.keys(networks).flatMap((network) => Object.keys(losses).map((loss) => [network, loss] as const)),
  ...['mlp-128', 'mlp-300'].flatMap((network) => samplingMethods.map((method) => [network, method] as const)),
];

const quantile = (numbers: readonly number[], p: number): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  return sorted[below]! + (at - below) * (sorted[Math.ceil(at)]! - sorted[below]!);
};
const stepsFor = (seconds: number): number => Math.max(1, Math.min(200, Math.round(share / seconds)));

interface Pair {
  readonly network: string;
  readonly loss: string;
  readonly rounds: number;
}

/** Times of both in turn, milliseconds a step. `steps`: of ours in one call, so that what is compiled for that many is warm. */
const race = async (ours: Timed, peer: Timed, steps: number, { network, loss, rounds }: Pair) => {
  const first = await peer.measure(network, loss, 1);
  const slow = first > patience;
  const [own, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < (slow ? 1 : rounds); round++) {
    own.push(1000 * (await ours.measure(network, loss, steps)));
    theirs.push(1000 * (slow ? first : await peer.measure(network, loss, stepsFor(first))));
  }
  const ratios = theirs.map((time, i) => time / own[i]!);
  const [mine, others] = [quantile(own, 0.5), quantile(theirs, 0.5)];
  const spread = quantile(ratios, 0.75) - quantile(ratios, 0.25);
  return { ours: mine, theirs: others, ratio: others / mine, spread };
};

const raceAll = async (ours: Timed, peers: ReadonlyMap<string, Timed>, options: Required<RuntimeOptions>) => {
  const { words, device, threads, rounds, show } = options;
  const rows: Row[] = [];
  const chosen = pairs.filter(
    ([network, loss]) =>
      words.length === 0 ||
      words.some((word) => [network, loss, `${network}/${loss}`, isSampling(loss) ? 'sampling' : ''].includes(word)),
  );
  for (const [network, loss] of chosen) {
    await ours.measure(network, loss, 2);
    const steps = stepsFor(await ours.measure(network, loss, 1));
    await ours.measure(network, loss, steps);
    for (const [name, peer] of peers) {
      if (!fits(name, network, loss)) continue;
      try {
        const times = await race(ours, peer, steps, { network, loss, rounds });
        const row = { workload: `${network}/${loss}`, device, threads, peer: peer.name, ...times };
        rows.push(row);
        show(row);
      } catch (error) {
        console.error(`${network}/${loss}: ${peer.name} cannot: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  return rows;
};

export const runtimeRatios = async (given: RuntimeOptions = {}): Promise<readonly Row[]> => {
  const options = { words: [], device: 'onnx', threads: 1, rounds: 7, peers: peerNames, show: () => {}, ...given };
  const ours = await ourDevice(options.device, options.threads);
  const peers = new Map<string, Timed>();
  try {
    for (const name of options.peers) {
      const peer = await openers[name]?.(options.threads);
      if (peer === undefined) console.error(`${name}: not available here`);
      else peers.set(name, peer);
    }
    return await raceAll(ours, peers, options);
  } finally {
    for (const peer of peers.values()) peer.close();
    ours.close();
  }
};

const line = ({ workload, threads, ours, theirs, ratio, spread, peer }: Row): string =>
  [
    workload.padEnd(20),
    `${threads} t`,
    `${ours.toPrecision(3)} ms`.padStart(10),
    `${theirs.toPrecision(3)} ms`.padStart(10),
    `${ratio.toFixed(2)}×`.padStart(8),
    `± ${(spread / 2).toFixed(2)}`,
    peer,
  ].join('  ');

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      threads: { type: 'string', default: '1' },
      device: { type: 'string', default: 'onnx' },
      rounds: { type: 'string', default: '7' },
      peers: { type: 'string', default: peerNames.join(',') },
      json: { type: 'string' },
    },
  });
  const rows = await runtimeRatios({
    words: positionals,
    device: values.device,
    threads: Number(values.threads),
    rounds: Number(values.rounds),
    peers: values.peers.split(',').filter((word) => word !== ''),
    show: (row) => console.log(line(row)),
  });
  if (values.json === undefined) return;
  const results = rows.map(({ workload, device, threads, peer, ratio, spread }) => ({
    workload,
    device,
    threads,
    peer,
    ratio,
    spread,
  }));
  await writeFile(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
