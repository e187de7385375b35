/**
 * The report of a run: one page that holds everything, and each figure as SVG and PNG beside it.
 *
 * A figure appears where its data is there: losses, densities, the score on a grid, distances, score errors. Each file is written whole or not at all, the
 * page last.
 */
import { join } from 'node:path';
import { writeFileAtomic } from '../formats/atomic.js';
import { animationFigure } from './figures/animation.js';
import { calibrationFigure } from './figures/calibration.js';
import { densityFigure } from './figures/densities.js';
import { densityOverTimeFigure } from './figures/density-over-time.js';
import { distanceFigure } from './figures/distances.js';
import type { Figure } from './figures/figure.js';
import { linearisationFigure } from './figures/linearisation.js';
import { bandFigure, lossFigure } from './figures/loss.js';
import { quantityFigure } from './figures/quantity.js';
import { scoreErrorFigure } from './figures/score-error.js';
import { scoreFieldFigure } from './figures/score-field.js';
import { trajectoryFigure } from './figures/trajectories.js';
import type { ReportInput } from './input.js';
import { page } from './page.js';
import { render } from './render.js';

export { scorePoints } from './figures/arrows.js';
export type * from './input.js';
export { timesFloor } from './input.js';

/** The figures that the data allows, in reading order. */
export const figuresOf = (input: ReportInput): readonly Figure[] =>
  [
    densityFigure(input),
    input.evaluation && distanceFigure(input.evaluation),
    calibrationFigure(input),
    animationFigure(input),
    trajectoryFigure(input),
    densityOverTimeFigure(input),
    scoreFieldFigure(input),
    input.evaluation && scoreErrorFigure(input.evaluation),
    input.linearisation && linearisationFigure(input.linearisation),
    ...(input.physics ?? []).map(quantityFigure),
    lossFigure(input.metrics),
    bandFigure(input.metrics),
  ].filter((figure) => figure !== undefined);

export interface Drawn {
  readonly figure: Figure;
  readonly svg: string;
}

/** Writes NAME.svg and NAME.png of each figure; their paths beside what was drawn. Throws E_FILE. */
export async function drawFigures(figures: readonly Figure[], directory: string) {
  const pictures: Drawn[] = [];
  const written: string[] = [];
  for (const figure of figures) {
    const { svg: drawn, png } = await render(figure.spec);
    const svg = figure.finish?.(drawn) ?? drawn;
    pictures.push({ figure, svg });
    for (const [extension, content] of [
      ['svg', svg],
      ['png', png],
    ] as const) {
      const path = join(directory, `${figure.name}.${extension}`);
      await writeFileAtomic(path, content);
      written.push(path);
    }
  }
  return { pictures, written };
}

/** Writes report.html, and its figures beside it; returns their paths, the page first. Throws E_FILE. */
export async function writeReport(input: ReportInput, directory: string): Promise<string[]> {
  const { pictures, written } = await drawFigures(figuresOf(input), directory);
  const path = join(directory, 'report.html');
  await writeFileAtomic(path, page(input, pictures));
  return [path, ...written];
}
