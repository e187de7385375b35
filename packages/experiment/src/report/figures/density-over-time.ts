/** Densities of the first coordinates over time, as maps: simulated, and carried back with the learnt score. */
import { density1, type Interval, rangeOf } from '../density.js';
import type { ReportInput, Sample } from '../input.js';
import { densityColours } from '../theme.js';
import { domainOf, type Figure, schema, type View } from './figure.js';
import { coordinateName, frame } from './panels.js';

const cells = 48;
const levels = 16;
const most = 2;

interface Tile {
  readonly x: number;
  readonly x2: number;
  readonly y: number;
  readonly y2: number;
  readonly level: number;
}

/** A column a frame, as wide as the equally spaced frames are apart; neighbouring cells of one level are joined. Columns have colours of their own largest density. */
function tilesOf(frames: readonly Sample[], j: number, range: Interval): Tile[] {
  const half = (frames.at(-1)!.t - frames[0]!.t) / (2 * (frames.length - 1));
  const at = (i: number): number => range.from + ((range.to - range.from) * i) / cells;
  return frames.flatMap(({ t, y }) => {
    const density = density1(y, j, range, cells);
    const largest = density.reduce((a, b) => Math.max(a, b), 0);
    const levelOf = (i: number): number => (largest > 0 ? Math.round(levels * Math.sqrt(density[i]! / largest)) : 0);
    const found: Tile[] = [];
    for (let i = 0, end = 0; i < cells; i = end) {
      const level = levelOf(i);
      for (end = i + 1; end < cells && levelOf(end) === level; ) end += 1;
      if (level > 0) found.push({ x: t - half, x2: t + half, y: at(i), y2: at(end), level: (level / levels) ** 2 });
    }
    return found;
  });
}

function panel(
  input: ReportInput,
  frames: readonly Sample[],
  j: number,
  range: Interval,
  title: string | undefined,
  left: boolean,
): View {
  const ends: [number, number] = [frames[0]!.t, frames.at(-1)!.t];
  return {
    ...(title !== undefined && { title }),
    width: 290,
    height: 150,
    layer: [
      {
        data: { values: tilesOf(frames, j, range) },
        mark: { type: 'rect', aria: false, clip: true },
        encoding: {
          x: {
            field: 'x',
            type: 'quantitative',
            title: 'time t',
            scale: { domain: ends, nice: false },
            axis: { grid: false, tickCount: 6 },
          },
          x2: { field: 'x2' },
          y: {
            field: 'y',
            type: 'quantitative',
            title: left ? coordinateName(input, j) : null,
            scale: { domain: domainOf(range), nice: false },
            axis: { grid: false, tickCount: 5, titleAngle: 0, titlePadding: 10 },
          },
          y2: { field: 'y2' },
          color: {
            field: 'level',
            type: 'quantitative',
            scale: { type: 'sqrt', domain: [0, 1], range: densityColours },
            legend: null,
          },
        },
      },
      frame,
    ],
  };
}

export function densityOverTimeFigure(input: ReportInput): Figure | undefined {
  const { journey } = input;
  if (journey === undefined) return undefined;
  const { simulated, reversed } = journey;
  const coordinates = Array.from({ length: Math.min(most, simulated[0]!.y.d) }, (_, k) => input.pair?.[k] ?? k);
  return {
    name: 'density-over-time',
    title: 'Densities over time',
    caption:
      'Density of each coordinate as it changes in time: simulated (left), and carried back from the horizon with the learnt score (right). Every column has its own darkest colour; colours follow the square root of the density.',
    spec: {
      $schema: schema,
      vconcat: coordinates.map((j, row) => {
        const range = rangeOf(
          simulated.map(({ y }) => y),
          j,
        );
        const title = (text: string) => (row === 0 ? text : undefined);
        return {
          hconcat: [
            panel(input, simulated, j, range, title('Simulation'), true),
            panel(input, reversed, j, range, title('Reversed with the score'), false),
          ],
        };
      }),
    },
  };
}
