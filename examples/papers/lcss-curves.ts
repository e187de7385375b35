/**
 * Loss curves of LCSS, DSM, FD-SSM and SSM on the checkerboard (Osada et al. 2024, section 4.1), towards one target: the score of the board smoothed by σ = 0.3. LCSS and DSM smooth the plain
 * board themselves; FD-SSM and SSM, which do not smooth, see it smoothed. Then every loss is ½E‖ŝ − s‖² plus a constant that is known, and what is drawn is the loss less that constant:
 *
 *     LCSS, SSM, FD-SSM    −½ E‖∇log q_σ‖²               (FD-SSM up to O(ε²))
 *     DSM                  ½ (2/σ² − E‖∇log q_σ‖²)
 *
 * Same network, optimiser, seed and rows a step (of FD-SSM and LCSS in pairs, two a sample).
 *
 *     npx tsx examples/papers/lcss-curves.ts [FOLDER]     writes lcss-curves.svg and .png; trains into FOLDER, runs/lcss-curves by default
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type ExperimentInput, openExperiment, readMetrics, train } from '@fokker/experiment';
import { curvePictures, drawPicture } from '@fokker/experiment/pictures';
import { againstTruth, fisher, sigma } from './checkerboard.js';

const folder = process.argv[2] ?? 'runs/lcss-curves';
const board = { id: 'checkerboard' };
const smoothed = { id: 'checkerboard', smooth: sigma };
const implicit = -0.5 * fisher;

const trials: Record<string, Pick<ExperimentInput, 'data' | 'objective'> & { constant: number }> = {
  LCSS: { data: board, objective: { id: 'lcss', sigma, antithetic: false }, constant: implicit },
  DSM: { data: board, objective: { id: 'dsm', sigma }, constant: 0.5 * (2 / sigma ** 2 - fisher) },
  'LCSS in pairs': { data: board, objective: { id: 'lcss', sigma }, constant: implicit },
  'FD-SSM': { data: smoothed, objective: { id: 'fd-ssm' }, constant: implicit },
  'SSM-VR': { data: smoothed, objective: { id: 'ssm-vr' }, constant: implicit },
};

/** Means over five neighbours: a point of the log has 50 steps. */
const averaged = (points: readonly (readonly [number, number])[]) =>
  points.map(([x], i) => {
    const near = points.slice(Math.max(0, i - 2), i + 3);
    return [x, near.reduce((sum, [, y]) => sum + y / near.length, 0)] as const;
  });

type Trial = (typeof trials)[string];
const open = ({ data, objective }: Trial, steps: number, logEvery: number) =>
  openExperiment({
    seed: 1,
    data,
    objective,
    weighting: { id: 'unit' },
    model: { id: 'energy', width: 300, depth: 2 },
    training: { steps, batch: 1000, logEvery, heldOut: 0, optimiser: { learningRate: 2e-3, clip: 100 } },
  });

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Seconds a step: medians over short trainings that take turns, so that other work on the machine falls on all alike. */
async function stepTimes(): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round < 4; round++) {
    for (const [name, trial] of Object.entries(trials)) {
      const run = await train(await open(trial, 60, 10), { out: await mkdtemp(join(tmpdir(), 'lcss-curves-')) });
      const [, ...steady] = await readMetrics(run.paths); // the first interval holds the compilation
      times[name] = [...(times[name] ?? []), ...steady.map(({ stepsPerSecond }) => 1 / stepsPerSecond)];
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

const found = [];
const seconds = await stepTimes();
for (const [name, trial] of Object.entries(trials)) {
  const out = `${folder}/${name.toLowerCase().replaceAll(' ', '-')}`;
  const run = await train(await open(trial, 2000, 50), { out, resume: true });
  const points = averaged(
    (await readMetrics(run.paths)).map(({ step, loss }) => [step, loss - trial.constant] as const),
  );
  const perStep = seconds[name] ?? Number.NaN;
  console.log({ name, ...(await againstTruth(run)), millisecondsPerStep: 1000 * perStep, last: points.at(-1)?.[1] });
  found.push({ name, points, perStep });
}

await drawPicture(
  'lcss-curves',
  curvePictures([
    {
      title: 'Against the step',
      x: 'step',
      y: 'loss − its minimum',
      logarithmic: true,
      curves: found.map(({ name, points }) => ({ name, points, dashed: name === 'DSM' })),
    },
    {
      title: 'Against time',
      x: 'seconds',
      y: 'loss − its minimum',
      logarithmic: true,
      curves: found.map(({ name, points, perStep }) => ({
        name,
        points: points.map(([step, loss]) => [step * perStep, loss] as const),
        dashed: name === 'DSM',
      })),
    },
  ]),
);
