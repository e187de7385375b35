/**
 * What γ does in LCSS (Osada et al. 2024, appendix): the minimiser is γ ∇log q_σ, the score of the smoothed law γ times over. On the checkerboard that score is known, so the claim is a
 * regression of the learnt score on the true one (`checkerboard.ts`), and a picture of what the network then takes for a density, e^f = q_σ^γ/∫q_σ^γ, above the length of its score.
 *
 *     npx tsx examples/papers/lcss-gamma.ts [FOLDER]     writes lcss-gamma.svg and .png; trains into FOLDER, runs/lcss-gamma by default
 */
import process from 'node:process';
import { type Batch, zeros } from '@fokker/core';
import { openExperiment, openScore, type Run, train } from '@fokker/experiment';
import { densityPictures, drawPicture } from '@fokker/experiment/pictures';
import { againstTruth, sigma } from './checkerboard.js';

const folder = process.argv[2] ?? 'runs/lcss-gamma';
const cells = 160;
const edge = { from: -5, to: 5 };
const width = (edge.to - edge.from) / cells;
const centres: Batch = {
  data: Float64Array.from({ length: 2 * cells * cells }, (_, k) => {
    const cell = k >> 1;
    return edge.from + ((k % 2 === 0 ? cell % cells : Math.floor(cell / cells)) + 0.5) * width;
  }),
  n: cells * cells,
  d: 2,
};

/** e^f over its integral, and ‖∇f‖, at the centres. */
async function maps(run: Run): Promise<{ density: Float64Array; length: Float64Array }> {
  const score = await openScore(run);
  const s = zeros(centres.n, 2);
  const potential = new Float64Array(centres.n);
  await score.field.evaluate(centres, new Float64Array(centres.n), { score: s, potential });
  score.close();
  const largest = potential.reduce((a, b) => Math.max(a, b));
  const raw = potential.map((f) => Math.exp(f - largest));
  const mass = raw.reduce((a, b) => a + b, 0) * width ** 2;
  const length = Float64Array.from({ length: centres.n }, (_, i) => Math.hypot(s.data[2 * i]!, s.data[2 * i + 1]!));
  return { density: raw.map((p) => p / mass), length };
}

const found = [];
for (const gamma of [0.5, 1, 2, 10]) {
  const experiment = await openExperiment({
    seed: 1,
    data: { id: 'checkerboard' },
    objective: { id: 'lcss', sigma, gamma },
    weighting: { id: 'unit' },
    model: { id: 'energy', width: 128, depth: 2 },
    training: { steps: 3000, batch: 1000, heldOut: 0, optimiser: { learningRate: 5e-3, clip: 100 } },
  });
  const run = await train(experiment, { out: `${folder}/${gamma}`, resume: true });
  const { slope, residual } = await againstTruth(run);
  console.log({ gamma, slope, residual });
  found.push({ gamma, ...(await maps(run)) });
}

const most = (grids: readonly Float64Array[]): number =>
  grids.reduce((largest, grid) => grid.reduce((a, b) => Math.max(a, b), largest), 0);
const grids = { density: found.map(({ density }) => density), length: found.map(({ length }) => length) };
await drawPicture(
  'lcss-gamma',
  densityPictures(
    [
      {
        panels: found.map(({ gamma, density }) => ({ title: `γ = ${gamma}: e^f, normalised`, grid: density })),
        largest: most(grids.density),
      },
      {
        panels: found.map(({ gamma, length }) => ({ title: `γ = ${gamma}: ‖score‖`, grid: length })),
        largest: most(grids.length),
      },
    ],
    cells,
    [edge, edge],
  ),
);
