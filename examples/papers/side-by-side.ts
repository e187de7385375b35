/**
 * Samples of several runs of one process beside forward simulation, as densities: a row a time, a column a run.
 *
 *     npx tsx examples/papers/side-by-side.ts NAME TIMES TITLE=RUN…
 *     npx tsx examples/papers/side-by-side.ts swimmer 1,3,5 local-DSM=runs/active-swimmer ISM=runs/active-swimmer-ism
 *
 * writes NAME.svg and NAME.png.
 */
import process from 'node:process';
import { type Batch, zeros } from '@fokker/core';
import { openRun, sample, simulate } from '@fokker/experiment';
import { drawPicture, sampleMaps } from '@fokker/experiment/pictures';

const n = 40_000;
const [name = 'side-by-side', listed = '', ...columns] = process.argv.slice(2);
const times = listed.split(',').map(Number);
const named = columns.map((column) => column.split('=') as [title: string, run: string]);
const runs = await Promise.all(named.map(([, run]) => openRun(run)));
const config = `${runs[0]?.directory}/config.yaml`;
const { frames: simulated, coordinates = ['y1', 'y2'] } = await simulate(config, { n, times, seed: 11 });
const samples = await Promise.all(runs.map((run) => sample(run, { n, times, seed: 12 })));

const at = (frames: readonly { readonly t: number; readonly y: Batch }[], t: number): Batch =>
  frames.find((frame) => Math.abs(frame.t - t) < 1e-9)?.y ?? zeros(0, 2);
await drawPicture(
  name,
  sampleMaps(
    named.map(([title]) => title),
    times.map((t) => ({ t, simulation: at(simulated, t), found: samples.map(({ frames }) => at(frames, t)) })),
    [coordinates[0] ?? 'y1', coordinates[1] ?? 'y2'],
  ),
);
for (const [k, { lost }] of samples.entries()) console.log(named[k]?.[0], `${lost.count} of ${lost.of} paths lost`);
