/**
 * Loss curves of LCSS, DSM, FD-SSM and SSM on the checkerboard (Osada et al. 2024, section 4.1), towards one target: the score of the board smoothed by σ = 0.3. LCSS and DSM smooth the plain
 * board themselves; FD-SSM and SSM, which do not smooth, see it smoothed. Then every loss is ½E‖ŝ − s‖² plus a constant that is known, and what is drawn is the loss less that constant:
 *
 *     LCSS, SSM, FD-SSM    −½ E‖∇log q_σ‖²               (FD-SSM up to O(ε²))
 *     DSM                  ½ (2/σ² − E‖∇log q_σ‖²)
 *
 * Same network, optimiser, seed and rows a step. Time is the median over the log of what a step took.
 *
 *     npx tsx examples/papers/lcss-curves.ts [FOLDER]     writes lcss-curves.svg and .png; trains into FOLDER, runs/lcss-curves by default
 */
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

const found = [];
for (const [name, { data, objective, constant }] of Object.entries(trials)) {
  const experiment = await openExperiment({
    seed: 1,
    data,
    objective,
    weighting: { id: 'unit' },
    model: { id: 'energy', width: 300, depth: 2 },
    training: { steps: 2000, batch: 1000, logEvery: 50, heldOut: 0, optimiser: { learningRate: 2e-3, clip: 100 } },
  });
  const run = await train(experiment, { out: `${folder}/${name.toLowerCase().replaceAll(' ', '-')}`, resume: true });
  const lines = await readMetrics(run.paths);
  const rates = lines.map(({ stepsPerSecond }) => stepsPerSecond).sort((a, b) => a - b);
  const second = rates[rates.length >> 1] ?? 1;
  const points = averaged(lines.map(({ step, loss }) => [step, loss - constant] as const));
  console.log({ name, ...(await againstTruth(run)), millisecondsPerStep: 1000 / second, last: points.at(-1)?.[1] });
  found.push({ name, points, second });
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
      curves: found.map(({ name, points, second }) => ({
        name,
        points: points.map(([step, loss]) => [step / second, loss] as const),
        dashed: name === 'DSM',
      })),
    },
  ]),
);
