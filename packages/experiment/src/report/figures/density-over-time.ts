/** Densities of the first coordinates over time, as maps: simulated, and carried back with the learnt score. */
import { density1, type Interval } from '../density.js';
import type { ReportInput, Sample } from '../input.js';
import { densityColours } from '../theme.js';
import { domainOf, type Figure, type View } from './figure.js';
import { type JourneyPanel, journeyPanels } from './journey-panels.js';
import { coordinateName, frame, tileLayer } from './panels.js';

const cells = 48;
const levels = 16;

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

function panel(input: ReportInput, { frames, j, range, side, title }: JourneyPanel): View {
  const ends: [number, number] = [frames[0]!.t, frames.at(-1)!.t];
  return {
    ...(title !== undefined && { title }),
    width: 290,
    height: 150,
    layer: [
      tileLayer(
        tilesOf(frames, j, range),
        {
          x: {
            field: 'x',
            type: 'quantitative',
            title: 'time t',
            scale: { domain: ends, nice: false },
            axis: { grid: false, tickCount: 6 },
          },
          y: {
            field: 'y',
            type: 'quantitative',
            title: side === 'simulated' ? coordinateName(input, j) : null,
            scale: { domain: domainOf(range), nice: false },
            axis: { grid: false, tickCount: 5, titleAngle: 0, titlePadding: 10 },
          },
        },
        densityColours,
        true,
      ),
      frame,
    ],
  };
}

export function densityOverTimeFigure(input: ReportInput): Figure | undefined {
  const { journey } = input;
  if (journey === undefined) return undefined;
  return {
    name: 'density-over-time',
    title: 'Densities over time',
    caption:
      'Density of each coordinate as it changes in time: simulated (left), and carried back from the horizon with the learnt score (right). Every column has its own darkest colour; colours follow the square root of the density.',
    spec: journeyPanels(input, journey, (of) => panel(input, of)),
  };
}
